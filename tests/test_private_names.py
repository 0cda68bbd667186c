"""Of other packages, we use what they document: no private name, no code made at run time."""

import ast
import importlib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {
    path: ast.parse(path.read_text())
    for folder in ("api", "migrations", "verifier")
    for path in (ROOT / folder).rglob("*.py")
}

#: Documented, although they begin with an underscore.
DOCUMENTED = {
    *("_asdict", "_fields", "_make", "_replace"),  # of named tuples
    "_deserialize",  # of marshmallow: what a field of one's own defines
    "_exit",  # of os
    "_get_current_object",  # of Werkzeug's proxies
    "_mapping",  # of SQLAlchemy's rows
    "_typeshed",  # for type checkers
}
#: What makes code at run time, or takes apart what is made.
TRICKS = {
    *("eval", "exec", "compile", "__import__"),
    *("__code__", "__closure__", "__globals__"),
    *("object.__new__", "object.__setattr__"),
}


class Exemption(NamedTuple):
    """Why a private name is used all the same, and the test that fails when the library drops it."""

    reason: str
    test: str


ALLOWED = {
    ("api/outbound/adapter.py", "_new_conn"): Exemption(
        "urllib3 has no other place to connect by, where it keeps the TLS name of the real host",
        "test_the_checked_address_is_the_connected_one",
    ),
    ("api/jobs/worker.py", "_recover_pending_workflows"): Exemption(
        "DBOS's public `resume_workflows` takes a job from the worker that has begun it by now",
        "test_putting_back_a_dead_workers_job_takes_none_from_a_living_one",
    ),
    **dict.fromkeys(
        [
            (f"api/sources/extraction/{name}.py", "lxml.etree._Element")
            for name in ("heuristics", "html", "metadata")
        ],
        Exemption(
            "lxml gives the type of its elements no public name",
            "test_what_is_shown",
        ),
    ),
}


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED


def defined(tree):
    """The names that a module defines itself, for its own or its classes' use."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from [node.attr] if ast.unparse(node.value) in {"self", "cls"} else []


def foreign(path, tree):
    """Names of others that a module should not use: of attributes, of imports, of tricks."""
    own = {*defined(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dunder = node.attr if node.attr.startswith("__") else ""
            yield from {dunder, ast.unparse(node)} & TRICKS
            if is_private(node.attr) and node.attr not in own:
                yield node.attr
        elif isinstance(node, ast.Name):
            yield from {node.id} & TRICKS
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in names if any(map(is_private, name.split("."))))
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            yield from (name for name in names if any(map(is_private, name.split("."))))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"getattr", "setattr"}:
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
            if is_private(name) and name not in own:
                yield name
    yield from overridden(path, tree)


def overridden(path, tree):
    """Private methods of other packages' classes that a class of ours has too."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.bases:
            named = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
            if named := {name for name in named if is_private(name)}:
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                bases = getattr(importlib.import_module(module), node.name).__mro__[1:]
                others = [base for base in bases if not base.__module__.startswith("api.")]
                yield from (name for name in named if any(name in vars(base) for base in others))


USED = {
    (path.relative_to(ROOT).as_posix(), name)
    for path, tree in MODULES.items()
    for name in foreign(path, tree)
}


def test_nothing_private_of_others_is_used_but_for_a_reason():
    assert sorted(USED - ALLOWED.keys()) == []


def test_no_reason_is_left_over():
    assert sorted(ALLOWED.keys() - USED) == []


@pytest.mark.parametrize("test", sorted({each.test for each in ALLOWED.values()}))
def test_what_is_allowed_is_pinned(test):
    assert any(f"\ndef {test}(" in path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize(
    ("code", "found"),
    {
        "x._y": ["_y"],
        "def _y(): pass\nx._y()": [],
        "class A:\n def f(self): self._y = 1; return self._z": ["_z"],
        "row._y = 1": ["_y"],
        "row._asdict()": [],
        "getattr(x, '_y')": ["_y"],
        "from a._b import c": ["a._b.c"],
        "import a._b": ["a._b"],
        "re.compile(x); compile(x)": ["compile"],
        "f.__code__; f.__name__": ["__code__"],
        "object.__new__(A); super().__new__(A)": ["object.__new__"],
    }.items(),
)
def test_what_is_found(code, found):
    assert [*foreign(ROOT / "x.py", ast.parse(code))] == found
