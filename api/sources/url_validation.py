"""Addresses that come from outside are refused here at once, or when they are fetched."""

from flask import current_app

from api.errors import Invalid
from api.outbound import client as fetching


class AddressRefused(Invalid):
    """The address is never fetched: it is not http(s) on a usual port, it carries a user name,
    or it leads into a private or special network.
    """

    title = "The address is refused"


def refuse_address(url: str, *, at: str) -> None:
    """Raises `AddressRefused`, pointing `at` the field, where that can be told without asking
    the network.
    """
    try:
        fetching.check_address(url, current_app.extensions["settings"].fetch_policy())
    except fetching.Refused as refusal:
        raise AddressRefused(str(refusal), at=at, rule=refusal.rule) from None
