"""Names in `api` mean one thing each, and say what they name."""

import ast
from collections import defaultdict
from pathlib import Path

API = Path(__file__).parent.parent / "api"
MODULES = {
    ".".join(path.relative_to(API).with_suffix("").parts): ast.parse(path.read_text())
    for path in API.rglob("*.py")
}

#: Names that say nothing of what a function does: a verb without an object, or no verb at all.
VAGUE_FUNCTIONS = set("of ask tell keep hold said read told shown noted".split())
#: What a protocol of Python calls a method: `read` of a file.
PROTOCOL_METHODS = {"imports.files.read"}


def test_a_class_name_has_one_meaning():
    """`Meta` is marshmallow's."""
    modules = defaultdict(set)
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name != "Meta":
                modules[node.name].add(module)
    ambiguous = {name: sorted(places) for name, places in modules.items() if len(places) > 1}
    assert ambiguous == {}


def test_a_function_says_what_it_does():
    vague = {
        f"{module}.{node.name}"
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.name in VAGUE_FUNCTIONS
    }
    assert sorted(vague - PROTOCOL_METHODS) == []
