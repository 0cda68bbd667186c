"""What schema.org and W3C say of the terms we write: tests/golden/schemaorg.json says from where."""

import json
from pathlib import Path

from pyld import jsonld

GOLDEN = Path(__file__).parents[1] / "golden"
SCHEMA = json.loads((GOLDEN / "schemaorg.json").read_text())
CONTEXTS = {
    "https://schema.org": SCHEMA["context"],
    "http://www.w3.org/ns/anno.jsonld": json.loads((GOLDEN / "anno.json").read_text()),
}
DATA = {"Text", "URL", "Date", "DateTime", "Number", "Language"}


def golden(name):
    return json.loads((GOLDEN / name).read_text())


def expanded(document):
    """The document in full, as any JSON-LD reader takes it; nothing is fetched."""

    def load(url, _options):
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": CONTEXTS[url]}}

    (found,) = jsonld.expand(document, {"documentLoader": load})
    return found


def kinds(name):
    """A type and all that it is a kind of."""
    return {name}.union(*map(kinds, SCHEMA["types"][name]))


def faults(node, path="$"):
    """Every property that does not belong to its node's type, or has a value of another type."""
    for name, value in node.items():
        if name.startswith("@"):
            continue
        said = SCHEMA["properties"].get(name)
        if said is None or not kinds(node["@type"]) & set(said["domain"]):
            yield f"{path}: {node['@type']} has no {name}"
            continue
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict):
                if not set(said["range"]) & DATA:
                    yield f"{path}.{name}: {each!r} is no {said['range']}"
            elif not kinds(each["@type"]) & set(said["range"]):
                yield f"{path}.{name}: {each['@type']} is no {said['range']}"
            else:
                yield from faults(each, f"{path}.{name}")
