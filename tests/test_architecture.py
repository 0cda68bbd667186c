"""The shape of the code, kept by tests."""

import ast
import sys
from pathlib import Path

import pytest

API = Path(__file__).parent.parent / "api"
ORDER = [
    "contributors",
    "sources",
    "articles",
    "claims",
    "evidence",
    "verdicts",
    "feeds",
    "webhooks",
    "web",
    "demo",
]
#: Plain data in, plain data out.
PURE = [
    "backoff.py",
    "addresses.py",
    "articles/sentences.py",
    "claims/candidates.py",
    "claims/codes.py",
    "claims/differences.py",
    "claims/rewording.py",
    "claims/figures.py",
    "claims/missing.py",
    "claims/names.py",
    "claims/signs.py",
    "claims/function_words.py",
    "claims/resemblance.py",
    "claims/terms.py",
    "claims/wanted.py",
    "evidence/lines.py",
    "evidence/origins.py",
    "evidence/outcomes.py",
    "evidence/stance_measures.py",
    "evidence/stances.py",
    "feeds/annotation.py",
    "feeds/atom.py",
    "feeds/claimreview.py",
    "feeds/importing_files.py",
    "feeds/importing_ratings.py",
    "feeds/importing_reviews.py",
    "feeds/jsonfeed.py",
    "feeds/syndication_items.py",
    "quotes/boundaries.py",
    "quotes/finding.py",
    "quotes/normalising.py",
    "verdicts/chain.py",
    "verdicts/checkpoint.py",
    "verdicts/merkle.py",
    "verdicts/provenance.py",
    "verdicts/rule.py",
    "webhooks/retries.py",
    "webhooks/signing.py",
]
IMPURE = ("flask", "sqlalchemy", "requests", "api.db", "api.http", "api.fetching", "api.jobs")
DRAWERS = {"utils", "util", "helpers", "common", "misc", "base", "manager"}
MODULES = {path: ast.parse(path.read_text()) for path in API.rglob("*.py")}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def within(name, package):
    return name == package or name.startswith(f"{package}.")


def functions(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_route_names_its_permission(app):
    views = app.view_functions.items()
    assert not [name for name, view in views if not hasattr(view, "permission")]
    assert len(app.view_functions) > 20


def test_a_route_is_flagged_for_what_its_view_does():
    """The OpenAPI document is written by the flags, requests are answered by the view."""
    flagged = 0
    for path, tree in MODULES.items():
        for view in functions(tree):
            called = {n.func.id for n in ast.walk(view) if is_call_of_name(n)}
            for flags in route_flags(view):
                writes = flags.get("methods", ["GET"]) != ["GET"]
                does = (
                    writes and bool(called & {"tagged", "versioned"}),
                    bool(called & {"match", "matched"}),
                )
                said = (flags.get("etag", False), flags.get("if_match", False))
                assert said == does, f"{path}:{view.name}"
                flagged += any(said)
    assert flagged > 15


def is_call_of_name(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def route_flags(view):
    """The keyword arguments of each `@blp.route` of a view, as far as they are constants."""
    for each in view.decorator_list:
        if isinstance(each, ast.Call) and getattr(each.func, "attr", "") == "route":
            yield {k.arg: literal(k.value) for k in each.keywords}


def literal(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def test_a_domain_imports_only_domains_before_it():
    for path, tree in MODULES.items():
        domain = path.relative_to(API).parts[0]
        if domain in ORDER:
            later = [f"api.{name}" for name in ORDER[ORDER.index(domain) + 1 :]]
            for name in imports(tree):
                assert not any(within(name, other) for other in later), f"{path}: {name}"


def test_every_domain_has_its_place_in_the_order():
    packages = {path.parent.name for path in API.glob("*/__init__.py")}
    assert packages - {"documentation", "quotes"} <= set(ORDER)


def test_only_db_commits():
    for path, tree in MODULES.items():
        called = {
            n.func.attr
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        assert path.name == "db.py" or not called & {"commit", "rollback"}, path


def test_only_fetching_opens_connections():
    outward = ("requests", "urllib3", "http.client", "urllib.request", "aiohttp", "httpx")
    doors = {"fetching.py", "dialing.py", "transport.py"}
    for path, tree in MODULES.items():
        if path.name not in doors and "demo" not in path.parts:
            assert not [n for n in imports(tree) if any(within(n, o) for o in outward)], path


def test_only_what_asks_a_model_goes_through_a_door_of_the_operators():
    """What people send goes through the one that is closed to private addresses."""
    using = {
        path.relative_to(API).as_posix()
        for path, tree in MODULES.items()
        if {"api.fetching.door_to", "api.dialing.Door"} & {*imports(tree)}
    }
    assert using == {"fetching.py", "setting_checks.py", "evidence/suggesting.py"}


def test_nothing_that_decides_sees_what_a_model_suggested():
    hidden = ["aids", "stance", "suggest"]
    for path, tree in MODULES.items():
        if path.relative_to(API).parts[0] in {"verdicts", "feeds", "webhooks"}:
            for name in imports(tree):
                seen = [each for each in hidden if name.startswith(f"api.evidence.{each}")]
                assert not seen, f"{path}: {name}"


@pytest.mark.parametrize("name", [name for name in PURE if (API / name).exists()])
def test_rules_are_pure(name):
    impure = [n for n in imports(MODULES[API / name]) if any(within(n, i) for i in IMPURE)]
    assert not impure


def test_schemas_do_not_query():
    for path, tree in MODULES.items():
        if path.name == "schemas.py":
            named = list(imports(tree))
            assert not [n for n in named if within(n, "sqlalchemy") or within(n, "api.db")], path


def test_no_drawers():
    assert not [path for path in MODULES if path.stem in DRAWERS]


def test_nothing_grows_too_long():
    for path, tree in MODULES.items():
        assert len(path.read_text().splitlines()) <= 300, path
        for function in functions(tree):
            assert function.end_lineno - function.lineno < 40, f"{path}:{function.name}"


def test_the_verifier_stands_alone():
    """A stranger has this one file, Python and cryptography, and no reason to trust the rest."""
    tree = ast.parse((API.parent / "verifier/claimledger_verify.py").read_text())
    outside = {name.partition(".")[0] for name in imports(tree)} - sys.stdlib_module_names
    assert outside == {"cryptography"}
