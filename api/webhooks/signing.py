"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""

import base64
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
#: Bytes of a secret; the standard asks for 24 to 64.
SECRET_BYTES = 32


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def encode_secret(secret: bytes) -> str:
    """The secret as receivers are given it."""
    return PREFIX + base64.b64encode(secret).decode()


def sign_message(secret: bytes, *, id: str, timestamp: int, body: str) -> str:
    """One signature. `id` and `timestamp` are ours and hold no full stop, so that what was
    signed can be read one way only.
    """
    signed = hmac.digest(secret, f"{id}.{timestamp}.{body}".encode(), "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def build_headers(keys: Sequence[bytes], *, id: str, timestamp: int, body: str) -> dict[str, str]:
    """The header fields of a message, signed with each of the secrets."""
    signatures = [sign_message(key, id=id, timestamp=timestamp, body=body) for key in keys]
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
