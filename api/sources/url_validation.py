"""Refuse addresses of a request that must not be fetched, before anything is fetched."""

from flask import current_app

from api.errors import Invalid
from api.outbound import client as fetching


class AddressRefused(Invalid):
    """The address is never fetched: it is not http(s) on a usual port, it carries a user name,
    or it leads into a private or special network.
    """

    title = "The address is refused"


def validate_url(url: str, *, at: str) -> None:
    """Raise `AddressRefused`, pointing `at` the field, where no look-up is needed to tell."""
    try:
        fetching.check_address(url, current_app.extensions["settings"].fetch_policy())
    except fetching.Refused as refusal:
        raise AddressRefused(str(refusal), at=at, rule=refusal.rule) from None
