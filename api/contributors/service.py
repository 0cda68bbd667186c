"""How somebody comes to be able to write, and ceases to."""

from api.contributors.models import Contributor, Role
from api.db import session
from api.errors import Conflict


class OwnAccount(Conflict):
    """An admin cannot take the admin role from, or deactivate, the account in use: the house
    could be left without anybody to run it.
    """

    title = "That is your own account"


def enrol(*, name: str, role: Role) -> Contributor:
    contributor = Contributor(name=name, role=role)
    session.add(contributor)
    session.flush()
    return contributor


def change(
    contributor: Contributor,
    *,
    by: Contributor,
    role: Role | None = None,
    active: bool | None = None,
) -> Contributor:
    """Give another role, or end or restore access. Raises `OwnAccount`."""
    if contributor is by:
        raise OwnAccount("Have another admin do that.")
    if role is not None:
        contributor.role = role
    if active is not None:
        contributor.active = active
    return contributor
