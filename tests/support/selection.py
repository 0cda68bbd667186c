"""Which tests a run takes: on which databases, and the quick part or the rest.

Without `--only` a run takes every test that is named on the command line. `--only fast` takes what
is not `slow`, on PostgreSQL only what depends on the kind of database (`postgresql`,
`each_database`); `--only rest` takes what `--only fast` left.
"""

from tests.support import browser

DATABASES = ("sqlite", "postgresql")


def pytest_addoption(parser):
    parser.addoption("--database", choices=[*DATABASES, "both"], default="sqlite")
    parser.addoption("--only", choices=["fast", "rest"])


def pytest_report_header(config):
    return f"database: {config.getoption('--database')}"


def chosen_databases(config):
    chosen = config.getoption("--database")
    return DATABASES if chosen == "both" else (chosen,)


def pytest_generate_tests(metafunc):
    """Repeat on each database what has to do with one."""
    if "dialect" in metafunc.fixturenames:
        metafunc.parametrize("dialect", chosen_databases(metafunc.config), indirect=True)


def pytest_collection_modifyitems(config, items):
    kept = [item for item in items if is_chosen(config, item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in {*kept}])
    # What takes long begins first: nobody waits for it alone at the end.
    items[:] = sorted(kept, key=lambda item: not is_marked(item, "slow"))


def is_marked(item, name):
    return item.get_closest_marker(name) is not None


def dialect_of(item):
    """The database that the test runs on; None for a test without one."""
    return item.callspec.params.get("dialect") if hasattr(item, "callspec") else None


def is_chosen(config, item):
    part = config.getoption("--only")
    return runs_on_its_database(config, item) and (
        part is None or (part == "fast") is is_fast(item)
    )


def runs_on_its_database(config, item):
    """What no database has a part in runs beside SQLite's tests; what is `once`, too."""
    dialect = dialect_of(item)
    if dialect is None or is_marked(item, "once"):
        return (dialect or chosen_databases(config)[0]) == "sqlite"
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[dialect]
    return not is_marked(item, other)


def is_fast(item):
    if is_marked(item, "slow"):
        return False
    depends = is_marked(item, "postgresql") or is_marked(item, "each_database")
    return dialect_of(item) != "postgresql" or depends


def pytest_terminal_summary(terminalreporter):
    """A browser that is missing is not to be overlooked."""
    if any(
        "IN A BROWSER" in str(each.longrepr) for each in terminalreporter.stats.get("skipped", ())
    ):
        terminalreporter.section("skipped", red=True, bold=True)
        terminalreporter.line(browser.WITHOUT, red=True, bold=True)
