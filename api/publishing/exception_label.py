"""What stands beside a status that rests on an exception, wherever the status is told. Pure."""


def mark(exception: str | None, one_person: bool) -> str | None:
    """In a few words, by what exception there is a status; None if by none."""
    if exception:
        return "by exception"
    return "submitted and decided by one person" if one_person else None


def reason(exception: str | None, one_person: bool) -> str | None:
    """The same with the reason that was given for it."""
    if exception:
        return f"By exception: {exception}"
    return "Submitted and decided by one person." if one_person else None
