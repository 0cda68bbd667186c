"""What is shown beside a status that rests on an exception. Pure."""


def label_exception(exception: str | None, one_person: bool) -> str | None:
    """The kind of exception that a status rests on, in a few words; None if it rests on none."""
    if exception:
        return "by exception"
    return "submitted and decided by one person" if one_person else None


def explain_exception(exception: str | None, one_person: bool) -> str | None:
    """The same with the reason that was given for it."""
    if exception:
        return f"By exception: {exception}"
    return "Submitted and decided by one person." if one_person else None
