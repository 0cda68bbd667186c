"""PostgreSQL: a server, which can be away, go silent, or take no writes for a while."""

from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event

#: A server that cannot be reached is given up after so many seconds, and a connection to a machine
#: or through a network that went silent after so many milliseconds. An address may say otherwise.
NOT_FOR_EVER = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
}
#: The SQLSTATE of a write to a replica, or to a primary that was told to stop writing.
READ_ONLY = "25006"


def connect(url: URL, **options: Any) -> Engine:
    """An engine, whose driver takes the options."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg", query=NOT_FOR_EVER | url.query),
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        hide_parameters=True,
        connect_args=options,
    )
    event.listen(engine, "checkin", _leave_it_to_the_server)
    return engine


def connect_for_single_reads(url: URL, **options: Any) -> Engine:
    """An engine whose connections take one statement at a time, in no transaction. One that broke
    while it was not used is noticed when it is used.
    """
    return create_engine(
        url.set(drivername="postgresql+psycopg", query=NOT_FOR_EVER | url.query),
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=10,
        max_overflow=10,
        hide_parameters=True,
        connect_args=options,
    )


def only_reads(error: BaseException | None) -> bool:
    return getattr(error, "sqlstate", None) == READ_ONLY


def _leave_it_to_the_server(connection: Any, record: Any) -> None:
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
def _give_up_what_only_reads(failure: ExceptionContext) -> None:
    """A connection that was made while the server took no writes may take none when it does again:
    all are made anew, those of the engine of jobs, too.
    """
    if only_reads(failure.original_exception):
        failure.is_disconnect = True
