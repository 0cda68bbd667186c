"""Enrol, change and erase contributors."""

from sqlalchemy import select, update

from api.auth.roles import Role
from api.contributors.models import ApiKey, Contributor
from api.database.session import now, session
from api.errors import Conflict
from api.http import idempotency

#: The name of everybody who was erased.
ERASED_NAME = "erased"


class OwnAccount(Conflict):
    """An admin cannot take the admin role from, deactivate or erase the account in use: the house
    could be left without anybody to run it.
    """

    title = "That is your own account"


class IsErased(Conflict):
    """The person's name was erased, which cannot be undone; the account can do nothing more."""

    title = "The person was erased"


def get_or_enrol(name: str, role: Role) -> Contributor:
    """The contributor of this name and role, who is enrolled if there is none."""
    known = select(Contributor).filter_by(name=name, role=role).limit(1)
    return session.scalar(known) or enrol_contributor(name=name, role=role)


def enrol_contributor(*, name: str, role: Role) -> Contributor:
    contributor = Contributor(name=name, role=role)
    session.add(contributor)
    session.flush()
    return contributor


def update_contributor(
    contributor: Contributor,
    *,
    by: Contributor,
    role: Role | None = None,
    active: bool | None = None,
) -> Contributor:
    """Give another role, or end or restore access. Raises `OwnAccount`, `IsErased`."""
    _refuse_own_or_erased(contributor, by)
    if role is not None:
        contributor.role = role
    if active is not None:
        contributor.active = active
    return contributor


def erase_contributor(contributor: Contributor, *, by: Contributor) -> Contributor:
    """Forget who somebody is. What they wrote stays, and with it the row, as nobody's in
    particular; without the salt no verdict's record tells whose it is, and every record still
    has its hash. Raises `OwnAccount`, `IsErased`.
    """
    _refuse_own_or_erased(contributor, by)
    contributor.name, contributor.salt = ERASED_NAME, ""
    contributor.active, contributor.erased_at = False, now()
    keys = update(ApiKey).filter_by(contributor_id=contributor.id, revoked_at=None)
    session.execute(keys.values(revoked_at=now()))
    idempotency.erase_person(contributor.id)
    return contributor


def _refuse_own_or_erased(contributor: Contributor, by: Contributor) -> None:
    if contributor is by:
        raise OwnAccount("Have another admin do that.")
    if contributor.erased_at is not None:
        raise IsErased(f"That was at {contributor.erased_at.isoformat()}.")
