"""What a database's error means: no answer, a database that cannot be used, or a bug."""

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from api.database.postgresql import READ_ONLY_STATE

#: What PostgreSQL says (its SQLSTATEs) where it takes no writes, was not migrated to this version,
#: or gives our role no rights. SQLite has one error for all of these and for being away.
UNUSABLE_STATES = {READ_ONLY_STATE, "42P01", "42703", "3F000", "42501"}


def is_unusable(error: BaseException | None) -> bool:
    return getattr(error, "sqlstate", None) in UNUSABLE_STATES


def is_away(error: SQLAlchemyError) -> bool:
    """Whether the database does not answer, or cannot serve us as it is."""
    return isinstance(error, OperationalError) or is_unusable(getattr(error, "orig", None))


def reason_of(error: SQLAlchemyError) -> str:
    """What the driver said, in a line, without the statement."""
    return str(getattr(error, "orig", error)).partition("\n")[0]
