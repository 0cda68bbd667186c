"""API keys: 256 random bits, shown once, kept only as a digest."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import contains_eager
from werkzeug.datastructures import Authorization

from api.contributors.models import ApiKey, Contributor
from api.database.session import UTCDateTime, now, session
from api.errors import Conflict

#: How stale `last_used_at` may be: it is not worth a write on each request.
LAST_USED_PRECISION = timedelta(hours=1)


class AlreadyRevoked(Conflict):
    """The API key was revoked before."""

    title = "The key is revoked already"


def hash_key(key: str) -> str:
    # A key is 256 random bits, so that a plain hash cannot be reversed by guessing.
    return sha256(key.encode()).hexdigest()


def issue_key(
    contributor: Contributor, *, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key. Returns its row and the key, which nobody can show again."""
    key = f"cl_{secrets.token_urlsafe(32)}"
    row = ApiKey(
        contributor_id=contributor.id, prefix=key[:9], digest=hash_key(key), expires_at=expires_at
    )
    session.add(row)
    session.flush()
    return row, key


def revoke_key(key: ApiKey) -> ApiKey:
    """End a key now. Raises `AlreadyRevoked`."""
    if key.revoked_at is not None:
        raise AlreadyRevoked(f"Key {key.prefix}… ended at {key.revoked_at.isoformat()}.")
    key.revoked_at = now()
    return key


#: The keys that are valid at the moment of the query, with their owners: neither expired nor
#: revoked, and the owner active.
VALID_KEYS = (
    select(ApiKey)
    .join(ApiKey.contributor)
    .options(contains_eager(ApiKey.contributor))
    .where(
        ApiKey.revoked_at.is_(None),
        or_(
            ApiKey.expires_at.is_(None),
            ApiKey.expires_at > bindparam("moment", callable_=now, type_=UTCDateTime),
        ),
        Contributor.active,
    )
)
_VALID_KEY_BY_DIGEST = VALID_KEYS.where(ApiKey.digest == bindparam("digest"))


def find_valid_key(key: str) -> ApiKey | None:
    """The row of a key with its owner; None if the key is unknown or not valid."""
    return session.scalar(_VALID_KEY_BY_DIGEST, {"digest": hash_key(key)})


def record_use(key: ApiKey) -> None:
    if key.last_used_at is None or key.last_used_at < now() - LAST_USED_PRECISION:
        key.last_used_at = now()


def find_owner(authorization: Authorization | None, *, noting_use: bool) -> Contributor | None:
    """Whose key this is; None if it is unknown, expired or revoked, or its owner inactive."""
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        return None
    key = find_valid_key(authorization.token)
    if key is None:
        return None
    if noting_use:
        record_use(key)
    return key.contributor
