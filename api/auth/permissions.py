"""Who may do what: one table, which `authorize` reads for every route."""

from enum import StrEnum

from flask import g, request

from api.auth.roles import Role
from api.contributors import keys
from api.contributors.models import Contributor
from api.errors import Forbidden, Unauthenticated


class Permission(StrEnum):
    READ = "read"
    APPEAL = "appeal"
    ADD_ARTICLES = "add articles"
    ADD_CLAIMS = "add claims"
    SUBMIT_EVIDENCE = "submit evidence"
    IMPORT_REVIEWS = "import reviews"
    REVIEW_EVIDENCE = "review evidence"
    RECHECK_EVIDENCE = "have evidence checked again"
    DECIDE = "decide on claims"
    GROUP_CLAIMS = "say which claims are the same"
    ANSWER_APPEALS = "answer appeals"
    SEE_CONTACTS = "see how an appellant can be reached"
    KEEP_RECORDS = "record corrections, contact attempts and interests"
    SUBSCRIBE = "have events sent"
    ADMINISTER = "administer contributors and keys"


CONTRIBUTOR_PERMISSIONS = {
    Permission.ADD_ARTICLES,
    Permission.ADD_CLAIMS,
    Permission.SUBMIT_EVIDENCE,
    Permission.IMPORT_REVIEWS,
    Permission.SUBSCRIBE,
}
REVIEWER_PERMISSIONS = CONTRIBUTOR_PERMISSIONS | {
    Permission.REVIEW_EVIDENCE,
    Permission.RECHECK_EVIDENCE,
    Permission.DECIDE,
    Permission.GROUP_CLAIMS,
    Permission.ANSWER_APPEALS,
    Permission.SEE_CONTACTS,
    Permission.KEEP_RECORDS,
}

#: What takes no key.
PUBLIC = {Permission.READ, Permission.APPEAL}

#: An admin runs the house; a verdict on a claim is a reviewer's to give.
ROLE_PERMISSIONS: dict[Role, set[Permission]] = {
    Role.CONTRIBUTOR: CONTRIBUTOR_PERMISSIONS,
    Role.REVIEWER: REVIEWER_PERMISSIONS,
    Role.ADMIN: CONTRIBUTOR_PERMISSIONS
    | {Permission.RECHECK_EVIDENCE, Permission.SEE_CONTACTS, Permission.ADMINISTER},
}


_SEND_KEY = "Send an API key: Authorization: Bearer <key>."


def authorize(permission: Permission, *, reads: bool) -> None:
    """Refuse the request in hand unless its caller holds the permission.

    Raises `Unauthenticated` (401) when no valid key was sent, `Forbidden` (403) when the key's
    owner has another role. Whoever sends a key is told when it is no good, even to read.
    """
    g.caller = None
    if "HTTP_AUTHORIZATION" in request.environ:
        g.caller = keys.find_owner(request.authorization, noting_use=not reads)
        if g.caller is None:
            raise Unauthenticated("This API key is unknown, expired or revoked.")
    require_permission(permission)


def require_key(permission: Permission) -> None:
    """Raises `Unauthenticated` if the permission needs a key and the request in hand has none."""
    if permission not in PUBLIC and "HTTP_AUTHORIZATION" not in request.environ:
        raise Unauthenticated(_SEND_KEY)


def require_permission(permission: Permission) -> None:
    """Refuse the request in hand unless `g.caller`, whoever found out who that is, holds the
    permission. Raises as `authorize` does.
    """
    if permission in PUBLIC:
        return
    if g.caller is None:
        raise Unauthenticated(_SEND_KEY)
    if permission not in ROLE_PERMISSIONS[g.caller.role]:
        raise Forbidden(f"Your role, {g.caller.role}, may not {permission}.")


def caller() -> Contributor:
    """Whose key the request in hand came with. Only behind a permission that needs one."""
    found: Contributor = g.caller
    return found


def caller_identity() -> str:
    """Whom to count or remember a request for: a contributor, or else an address."""
    return str(g.caller.id) if g.caller else f"address {request.remote_addr}"
