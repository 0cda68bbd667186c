"""The shape of the code, kept by tests."""

import ast
import sys
from functools import cache
from pathlib import Path

API = Path(__file__).parent.parent / "api"
#: Every package, sub-package and module of `api`, ground first: each imports only what stands
#: before it. A package stands for all in it that has no place of its own.
ORDER = """
errors timestamps atomic_file imports.ratings observability.request_context
observability.metrics outbound config database auth.roles
contributors.models contributors.keys auth observability audit_log jobs language.tokens
language.stop_words language.names language.detection language.normalisation language.boundaries
language.quotes language.sentences language.numbers language.comparison http.fields http.problems
http.strict_json http.request_parser http.idempotency http.read_after http.openapi http contributors
sources.models sources.url_validation sources.host_leases sources.service sources.schemas
sources.views sources.extraction sources.snapshots articles claims.enums claims.anchors
claims.search.query claims.models claims.schemas claims.candidates claims.semantic_index claims.embeddings claims.search.quote_index claims.search.indexing
claims.service claims.listing claims.search claims.matching claims.reanchoring claims.views evidence.enums
evidence.independence.patterns evidence.independence evidence.examination.outcomes
evidence.examination.findings evidence.models
evidence.independence.service evidence.examination.excerpts evidence.suggestion_outcomes
evidence.suggestion_hooks evidence.review_hints evidence.suggestions evidence.service
evidence.independence.rulings evidence.independence.schemas evidence.independence.views
evidence.examination evidence.schemas evidence.views
verdicts.hash_chain verdicts.policy verdicts.record_format verdicts.models verdicts.replies.models
verdicts.assessment
verdicts.record verdicts.schemas verdicts.status_fields verdicts.status verdicts.transparency_log
verdicts.claim_groups.models verdicts.claim_groups.applied_verdicts verdicts.opinions
verdicts.replies.disclosures verdicts.service verdicts.assessment_view
verdicts.status_documents verdicts.status_lookup
verdicts.status_lookup_schemas verdicts.views verdicts.replies verdicts.reassessment
verdicts.claim_groups verdicts.integrity publishing.exception_label publishing.json_documents publishing.claimreview
publishing.annotation publishing.documents publishing.changes publishing.syndication publishing
imports factcheck_tools.lookup factcheck_tools webhooks operations web demo cli app
""".split()
#: Features that an installation may be without.
OPTIONAL = ("claims.embeddings", "evidence.suggestions", "factcheck_tools")
#: Plain data in, plain data out: neither they nor what they import knows of a database, a request
#: or a network.
PURE = """
articles.text_diff claims.candidates.candidates claims.candidates.checkworthiness
claims.candidates.clauses claims.candidates.features claims.candidates.speakers claims.enums
claims.embeddings.minilm.wordpiece claims.embeddings.sign_index claims.matching.scoring
claims.search.query evidence.enums evidence.examination.findings evidence.examination.outcomes
evidence.independence.disjoint_sets evidence.independence.features evidence.independence.groups evidence.independence.minhash evidence.independence.name_resolution
evidence.independence.origins evidence.independence.patterns evidence.independence.wire_agencies
evidence.suggestion_outcomes evidence.suggestions.stances factcheck_tools.search_format
http.strict_json imports.files imports.ratings imports.reviews jobs.backoff jobs.periodic language.boundaries
language.comparison.differences language.comparison.missing_figures language.comparison.polarity
language.comparison.word_changes language.names language.normalisation language.numbers.parser
language.quotes language.sentences language.stop_words language.tokens outbound.ssrf_rules
publishing.json_documents timestamps
publishing.annotation publishing.claimreview publishing.exception_label
publishing.syndication.atom publishing.syndication.items publishing.syndication.jsonfeed
sources.extraction.dates verdicts.hash_chain verdicts.policy verdicts.record_format
verdicts.transparency_log.checkpoint
verdicts.transparency_log.merkle web.chart web.highlights
web.truncation webhooks.retries webhooks.signing
""".split()
IMPURE = (
    "flask",
    "flask_smorest",
    "sqlalchemy",
    "requests",
    "urllib3",
    "socket",
    "dbos",
    "psycopg",
)
DRAWERS = {"utils", "util", "helpers", "common", "misc", "base", "manager"}
FILES = {path: ast.parse(path.read_text()) for path in API.rglob("*.py")}


def name_of(path):
    parts = path.relative_to(API.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): tree for path, tree in FILES.items()}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def module_of(name):
    """The module of ours that an import names, or a name in it; None for others."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or None


def within(name, package):
    return name == package or name.startswith(f"{package}.")


def place_of(module):
    """The longest name in `ORDER` that the module stands in."""
    return max((each for each in ORDER if within(module, f"api.{each}")), key=len, default=None)


@cache
def reach_of(module):
    """What importing a module imports, directly or not."""
    found, waiting = set(), {module}
    while waiting:
        for name in imports(MODULES[waiting.pop()]):
            ours = module_of(name)
            if ours is None:
                found.add(name)
            elif ours not in found:
                found.add(ours)
                waiting.add(ours)
    return found


def functions(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_route_names_its_permission(app):
    views = app.view_functions.items()
    assert not [name for name, view in views if not hasattr(view, "permission")]
    assert len(app.view_functions) > 20


def test_a_route_is_flagged_for_what_its_view_does():
    """The OpenAPI document is written by the flags, requests are answered by the view."""
    flagged = 0
    for path, tree in FILES.items():
        for view in functions(tree):
            called = {n.func.id for n in ast.walk(view) if is_call_of_name(n)}
            for flags in route_flags(view):
                writes = flags.get("methods", ["GET"]) != ["GET"]
                does = (
                    writes and bool(called & {"with_etag", "with_version_etag"}),
                    bool(called & {"check_if_match", "require_if_match"}),
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


def test_every_module_has_its_place_in_the_order():
    packages = {name_of(path) for path in FILES if path.name == "__init__.py"}
    assert [each for each in MODULES if each not in packages and place_of(each) is None] == []
    assert [each for each in ORDER if f"api.{each}" not in MODULES] == []


def test_a_module_imports_only_what_stands_before_it():
    upwards = {
        (module.removeprefix("api."), ours.removeprefix("api."))
        for module, tree in MODULES.items()
        for ours in map(module_of, imports(tree))
        if ours and place_of(module) and place_of(ours)
        if ORDER.index(place_of(ours)) > ORDER.index(place_of(module))
    }
    assert upwards == set()


def test_the_core_never_imports_an_optional_package():
    """Only `create_app()` knows of them: without its mention of one, the rest works as it did."""
    for module, tree in MODULES.items():
        own = [each for each in OPTIONAL if within(module, f"api.{each}")]
        others = [n for n in imports(tree) for each in OPTIONAL if within(n, f"api.{each}")]
        foreign = [n for n in others if not any(within(n, f"api.{each}") for each in own)]
        assert module == "api.app" or not foreign, f"{module}: {foreign}"
    assert all(f"api.{each}" in MODULES for each in OPTIONAL)


def test_only_the_unit_of_work_commits():
    for path, tree in FILES.items():
        called = {
            n.func.attr
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        ours = path == API / "database/session.py"
        assert ours or not called & {"commit", "rollback"}, path


def test_only_outbound_opens_connections():
    outward = ("requests", "urllib3", "http.client", "urllib.request", "aiohttp", "httpx")
    for path, tree in FILES.items():
        if path.relative_to(API).parts[0] not in {"outbound", "demo"}:
            assert not [n for n in imports(tree) if any(within(n, o) for o in outward)], path


def test_only_what_asks_a_model_may_reach_a_service_of_the_operators():
    """What people send goes by a policy that is closed to private addresses."""
    using = {
        path.relative_to(API).as_posix()
        for path, tree in FILES.items()
        if {"api.outbound.client.policy_for_service", "api.outbound.budgeted_socket.FetchPolicy"}
        & {*imports(tree)}
    }
    assert using == {"outbound/client.py", "config/checks.py", "evidence/suggestions/job.py"}


def test_nothing_that_decides_sees_what_a_model_suggested():
    for module, tree in MODULES.items():
        if module.split(".")[1:2] in (["verdicts"], ["publishing"], ["webhooks"]):
            named = [n for n in imports(tree) if within(n, "api.evidence.suggestions")]
            assert not named, f"{module}: {named}"


def test_rules_are_pure():
    impure = {
        module: sorted(n for n in reach_of(f"api.{module}") if any(within(n, i) for i in IMPURE))
        for module in PURE
    }
    assert {module: found for module, found in impure.items() if found} == {}


def test_every_module_that_says_it_is_pure_is_listed():
    said = {
        m.removeprefix("api.")
        for m, tree in MODULES.items()
        if "Pure" in (ast.get_docstring(tree) or "")
    }
    assert said <= set(PURE)


def test_schemas_do_not_query():
    schemas = [module for module in MODULES if "schemas" in module.rpartition(".")[2]]
    assert len(schemas) > 10
    for module in schemas:
        named = list(imports(MODULES[module]))
        assert not [n for n in named if within(n, "sqlalchemy") or within(n, "api.database")], (
            module
        )


def test_no_drawers():
    assert not [path for path in FILES if path.stem in DRAWERS]


def test_nothing_grows_too_long():
    for path, tree in FILES.items():
        assert len(path.read_text().splitlines()) <= 300, path
        for function in functions(tree):
            assert function.end_lineno - function.lineno < 40, f"{path}:{function.name}"


def test_the_verifier_stands_alone():
    """A stranger has this one file, Python and cryptography, and no reason to trust the rest."""
    tree = ast.parse((API.parent / "verifier/claimledger_verify.py").read_text())
    outside = {name.partition(".")[0] for name in imports(tree)} - sys.stdlib_module_names
    assert outside == {"cryptography"}


def test_tests_share_what_lies_in_support_and_import_no_other_test():
    tests = {path: ast.parse(path.read_text()) for path in Path(__file__).parent.rglob("*.py")}
    assert len(tests) > 100
    for path, tree in tests.items():
        for name in imports(tree):
            parts = name.split(".")
            if parts[0] == "tests":
                foreign = [each for each in parts if each == "conftest" or each.startswith("test_")]
                assert not foreign, f"{path}: {name}"


def test_tests_use_no_private_module_of_another_package():
    for path in Path(__file__).parent.rglob("test_*.py"):
        for name in imports(ast.parse(path.read_text())):
            package, *parts = name.split(".")
            ours = package in {"api", "tests", "verifier"}
            assert ours or not [each for each in parts if each.startswith("_")], f"{path}: {name}"
