"""Applications that tests start in their own process."""

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from api.app import create_app

#: Applications that may hold connections to the test's database.
STARTED = []

#: The dialect of all tests, by its name, and the statements compiled for it.
COMPILED = {}


def start_app(settings):
    app = create_app(settings)
    app.testing = False  # errors are answered as they are to clients
    if app.extensions["engine"].dialect.name == "sqlite":
        event.listen(app.extensions["engine"], "connect", sync_nothing)
    share_compiled_statements(app)
    STARTED.append(app)
    return app


def disconnect_apps():
    """Have those that were started let go of the database now, not when they are collected."""
    while STARTED:
        app = STARTED.pop()
        app.extensions["engine"].dispose()
        app.extensions["primary"].single_reads.dispose()


def share_compiled_statements(app):
    """With the applications of the tests before. SQLAlchemy keeps compiled statements by dialect,
    and each engine has one of its own: to compile them anew took a quarter of an ordinary test.
    """
    engine = app.extensions["engine"]
    if engine.dialect.name not in COMPILED:
        try:
            engine.connect().close()  # when the dialect gets to know the server
        except OperationalError:
            return  # there is none, which is what is tested
        COMPILED[engine.dialect.name] = engine.dialect, {}
    dialect, compiled = COMPILED[engine.dialect.name]
    for each in (engine, app.extensions["primary"].reading):
        each.dialect = dialect
        each.update_execution_options(compiled_cache=compiled)


def sync_nothing(connection, _):
    """Nor need a test's file outlive the machine: a commit waited for the disk longer than it took."""
    connection.execute("PRAGMA synchronous = OFF")
