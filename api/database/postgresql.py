"""PostgreSQL: a server, which can be away, go silent, or take no writes for a while."""

from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event

#: Libpq's parameters: give up a server that cannot be reached after `connect_timeout` seconds, a
#: silent connection after `tcp_user_timeout` milliseconds. DATABASE_URL may set others.
CONNECTION_PARAMETERS = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
}
#: The SQLSTATE of a write to a replica, or to a primary that was told to stop writing.
READ_ONLY_STATE = "25006"


def connect(url: URL, **options: Any) -> Engine:
    """An engine, whose driver takes the options."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg", query=CONNECTION_PARAMETERS | url.query),
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        hide_parameters=True,
        connect_args=options,
    )
    event.listen(engine, "checkin", _reset_read_only)
    return engine


def connect_for_single_reads(url: URL, **options: Any) -> Engine:
    """An engine whose connections take one statement at a time, in no transaction. One that broke
    while it was not used is noticed when it is used.
    """
    return create_engine(
        url.set(drivername="postgresql+psycopg", query=CONNECTION_PARAMETERS | url.query),
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=10,
        max_overflow=10,
        hide_parameters=True,
        connect_args=options,
    )


def is_read_only_error(error: BaseException | None) -> bool:
    return getattr(error, "sqlstate", None) == READ_ONLY_STATE


def _reset_read_only(connection: Any, record: Any) -> None:
    if connection is None or connection.closed:
        return
    if connection.info.parameter_status("default_transaction_read_only") == "on":
        record.invalidate()  # it would take no writes when the server does again
        return
    # After a transaction that only read, SQLAlchemy asks for writing ones: a replica refuses that
    # in other words than a write, and a primary that was told to stop writing would write.
    if connection.read_only is not None:
        connection.read_only = None


@event.listens_for(Engine, "handle_error")
def _disconnect_read_only(failure: ExceptionContext) -> None:
    """A connection that was made while the server took no writes may take none when it does again:
    all are made anew, those of the engine of jobs, too.
    """
    if is_read_only_error(failure.original_exception):
        failure.is_disconnect = True
