"""Where a claim's verdicts come from, in PROV-JSON (W3C member submission of 24 April 2013).

Pure: attested records in, one document out. Nothing stands in it that the records do not say, and
people are only the commitments that the records have for them.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

PREFIXES = {"cl": "urn:x-claimledger:", "id": "urn:uuid:"}

Document = defaultdict[str, dict[str, dict[str, Any]]]


def provenance(verdicts: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The document for a claim's verdicts, each as its hash and its record, oldest first."""
    document: Document = defaultdict(dict)
    for hash, record in verdicts:
        _claim(document, record["claim"])
        for item in record["evidence"]:
            _item(document, item)
        _verdict(document, hash, record)
    return {"prefix": PREFIXES, **document}


def _claim(document: Document, claim: dict[str, Any]) -> None:
    this, article = f"id:{claim['id']}", f"id:{claim['article']['id']}"
    document["entity"][article] = {
        "prov:type": _name("cl:Article"),
        "cl:text_sha256": claim["article"]["text_sha256"],
    }
    document["entity"][this] = {"prov:type": _name("cl:Claim"), "prov:value": claim["statement"]}
    document["wasDerivedFrom"][f"_:{claim['id']}"] = {
        "prov:generatedEntity": this,
        "prov:usedEntity": article,
        "prov:type": _name("prov:Quotation"),
    }


def _item(document: Document, item: dict[str, Any]) -> None:
    this = f"id:{item['id']}"
    document["entity"][this] = {
        "prov:type": _name("cl:Evidence"),
        "prov:value": item["quote"],
        "prov:location": item["source_url"],
        "cl:stance": item["stance"],
    }
    if (snapshot := item["snapshot"]) is None:
        return
    page = f"id:{snapshot['id']}"
    document["entity"][page] = {
        "prov:type": _name("cl:Snapshot"),
        "prov:location": item["source_url"],
        "cl:sha256": snapshot["sha256"],
        "cl:text_sha256": snapshot["text_sha256"],
        "cl:retrieved_at": {"$": snapshot["retrieved_at"], "type": "xsd:dateTime"},
    }
    if item["state"] == "quote_verified":
        document["wasDerivedFrom"][f"_:{item['id']}-{snapshot['id']}"] = {
            "prov:generatedEntity": this,
            "prov:usedEntity": page,
            "prov:type": _name("prov:Quotation"),
        }


def _verdict(document: Document, hash: str, record: dict[str, Any]) -> None:
    this, decision, moment = f"cl:verdict/{hash}", f"cl:decision/{hash}", record["decided_at"]
    document["entity"][this] = {
        "prov:type": _name("cl:Verdict"),
        "prov:value": record["status"],
        "cl:number": record["number"],
        "cl:sha256": hash,
    }
    document["activity"][decision] = {"prov:endTime": moment}
    document["wasGeneratedBy"][f"_:{hash}"] = {
        "prov:entity": this,
        "prov:activity": decision,
        "prov:time": moment,
    }
    used = {record["claim"]["id"]: True} | {
        item["id"]: item["cited"] for item in record["evidence"]
    }
    for id, cited in used.items():
        _used(document, hash, id, f"id:{id}", "rests on" if cited else "considers")
    if cites := record.get("cites"):
        applied = f"cl:verdict/{cites['hash']}"
        document["entity"][applied] = {
            "prov:type": _name("cl:Verdict"),
            "cl:number": cites["number"],
            "cl:sha256": cites["hash"],
        }
        _used(document, hash, cites["verdict"], applied, "applies")
    document["wasAssociatedWith"][f"_:{hash}"] = {
        "prov:activity": decision,
        "prov:agent": _agent(document, record["decided_by"]),
    }
    if record["previous"] is not None:
        document["wasDerivedFrom"][f"_:{hash}"] = {
            "prov:generatedEntity": this,
            "prov:usedEntity": f"cl:verdict/{record['previous']}",
            "prov:type": _name("prov:Revision"),
        }


def _used(document: Document, hash: str, id: str, entity: str, role: str) -> None:
    used = {"prov:activity": f"cl:decision/{hash}", "prov:entity": entity, "prov:role": role}
    document["used"][f"_:{hash}-{id}"] = used


def _agent(document: Document, decided_by: dict[str, str]) -> str:
    """A person by commitment or, for a withdrawal, the policy."""
    if "commitment" in decided_by:
        agent, kind = f"cl:person/{decided_by['commitment']}", "prov:Person"
    else:
        agent, kind = f"cl:policy/{decided_by['policy']}", "prov:SoftwareAgent"
    document["agent"][agent] = {"prov:type": _name(kind)}
    return agent


def _name(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
