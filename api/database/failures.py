"""What a database's error means: away, unfit to be used, or a mistake of ours."""

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from api.database.postgresql import READ_ONLY

#: What PostgreSQL says (its SQLSTATEs) where it takes no writes, was not migrated to this version,
#: or gives our role no rights. SQLite has one error for all of these and for being away.
UNFIT = {READ_ONLY, "42P01", "42703", "3F000", "42501"}


def is_unfit(error: BaseException | None) -> bool:
    return getattr(error, "sqlstate", None) in UNFIT


def is_away(error: SQLAlchemyError) -> bool:
    """Whether the database does not answer, or cannot serve us as it is."""
    return isinstance(error, OperationalError) or is_unfit(getattr(error, "orig", None))


def reason_of(error: SQLAlchemyError) -> str:
    """What the driver said, in a line, without the statement."""
    return str(getattr(error, "orig", error)).partition("\n")[0]
