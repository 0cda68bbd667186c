"""The roles that people have."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for: to bring material, to judge it, or to run the house."""

    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    ADMIN = "admin"
