"""What a page names as the origin of a passage: who counted, who published, who said it. Pure.

Two pages that name one origin are one line of evidence: a wrong name hides evidence, a missed one
counts one source twice. This module leans to precision. A name is taken only from an explicit
wording, and a wording reaches only as far as it may be trusted: a wrong merge can undo a verdict
that was right, while a missed one still meets the reviewer who decides, and who can join the lines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from api.evidence.attributions import THE_COMPANY, THE_SPEAKER, Attribution, Kind, attributions_in
from api.evidence.naming import COUNTERS, speakers, spelling, usual_names

OPENING = 400
"""Code points within which a page that retells an event is expected to name it."""
WRAPPED = 60
"""A line this long that ends without a full stop goes on in the next line."""
_ACCOUNTS = re.compile(
    r"\b(?:revenues?|turnover|profits?|earnings|income|margins?|R&D|research and development|"
    r"expenses|expenditure|Umsatz|Gewinn|bénéfice|ingresos|receitas?|ricavi)\b|выручк|营收|收入|利润|"
    r"研发|売上|利益",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.!?][\"'”’)\]]{0,3}\s(?=[^a-z])|[。！？][”’）」』]{0,3}|\n")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Ms|Mrs|Dr|No|Inc|Corp|Ltd|Co|St|vs|[JFMASOND][a-z]{2,3})\.$"
)


@dataclass(frozen=True)
class Origin:
    """An origin that a page names: its usual name, on what ground, the words and where they stand.

    `text[start:end] == words`, in code points of the page's text.
    """

    name: str
    kind: Kind
    words: str
    start: int
    end: int


def origins_named(
    text: str, *, names: Mapping[str, str] | None = None, events: Sequence[str] = ()
) -> tuple[Origin, ...]:
    """List every origin that a page names, in the order of the text.

    `names` gives usual names for other ones ({"小米": "Xiaomi"}); `events` are the names of what the
    article reports at second hand, each of which counts as an origin wherever it stands. "The
    company" and "its results" stand for the organisation that the page names most often among those
    that it quotes or whose results it gives; "he said" stands for the speaker before.
    """
    usual = usual_names(names or {})
    written, people = [], set()
    for found in sorted(attributions_in(text), key=lambda a: (a.start, a.end)):
        for name, person in speakers(found.name, found.apposition, usual):
            written.append(replace(found, name=name))
            if person:
                people.add(name)
    subject = _subject(text, (a.name for a in written if a.name not in people), names or {})
    origins = {
        Origin(a.name, _kind(a), text[a.start : a.end], a.start, a.end)
        for a in _resolved(written, people, subject)
    }
    return tuple(
        sorted(origins | set(_retold(text, events)), key=lambda o: (o.start, o.end, o.name))
    )


def origins_behind(
    text: str,
    start: int,
    end: int,
    *,
    names: Mapping[str, str] | None = None,
    events: Sequence[str] = (),
) -> tuple[Origin, ...]:
    """Name the origins of the passage text[start:end], each once; the first is what it rests on.

    `names` and `events` as in `origins_named`. The first of these that holds decides:

    1. the passage's sentence names a count: that one, and whoever else it names;
    2. the page names the event in its opening or around the passage: it retells the event;
    3. the sentence names anybody: them;
    4. the passage gives a sum from accounts, and the page names an organisation's results: those;
    5. of the two sentences before and the one after, some name a count or results: the nearest;
    6. the whole page names the counts of one house only: that house.

    Somebody's mere word ("Acme said") thus reaches no further than its own sentence. Words that
    enclose the passage ("Acme, the fourth largest maker, said ...") do not speak of it.
    """
    every = origins_named(text, names=names, events=events)
    sentence, around = _surroundings(text, start, end)
    named = [
        o for o in every if o.kind is not Kind.EVENT and not (o.start <= start and end <= o.end)
    ]
    here = [o for o in named if o.start in sentence]
    near = [o for o in named if o.start in around and o.kind is not Kind.STATEMENT]
    retold = [o for o in every if o.kind is Kind.EVENT and (o.start < OPENING or o.start in around)]
    accounts = _gives_accounts(text[start:end], text[sentence.start : sentence.stop])
    results = [o for o in named if accounts and o.kind is Kind.RESULTS]
    counts = [o for o in named if o.kind is Kind.FIGURES]
    if retold and not any(o.kind is Kind.FIGURES for o in here):
        chosen = retold + here
    else:
        chosen = here or results or near or (counts if len({o.name for o in counts}) == 1 else [])
    once: dict[str, Origin] = {}
    for origin in sorted(chosen, key=lambda o: _rank(o, start, end, accounts=accounts)):
        once.setdefault(spelling(origin.name), origin)
    return tuple(once.values())


def _subject(text: str, quoted: Iterable[str], names: Mapping[str, str]) -> str | None:
    """The organisation that "the company" means."""
    written: dict[str, set[str]] = {n: {n} for n in quoted if n not in COUNTERS}
    for alias, name in names.items():
        written.setdefault(name, {name}).add(alias)
    written.pop(THE_COMPANY, None)
    written.pop(THE_SPEAKER, None)
    often = {name: sum(map(text.count, aliases)) for name, aliases in written.items()}
    named = [name for name in often if often[name]]
    return max(named, key=lambda name: (often[name], name), default=None)


def _resolved(
    written: Iterable[Attribution], people: Iterable[str], subject: str | None
) -> Iterator[Attribution]:
    """Put names for the stand-ins and full names for family names; drop what stays nameless."""
    full = {part: name for name in people for part in name.split() if " " in name}
    speaker: str | None = None
    for found in written:
        stands_for = {THE_COMPANY: subject, THE_SPEAKER: speaker}
        name = stands_for.get(found.name, full.get(found.name, found.name))
        if name is None:
            continue
        if found.kind is Kind.STATEMENT:
            speaker = name
        yield replace(found, name=name)


def _kind(found: Attribution) -> Kind:
    return Kind.FIGURES if found.name in COUNTERS else found.kind


def _retold(text: str, events: Sequence[str]) -> Iterator[Origin]:
    for event in events:
        edge = r"\b" if event.isascii() else ""
        for match in re.finditer(edge + re.escape(event) + edge, text, re.IGNORECASE):
            yield Origin(event, Kind.EVENT, match.group(), match.start(), match.end())


def _surroundings(text: str, start: int, end: int) -> tuple[range, range]:
    """Where the passage's own sentences stand, and these with two before and one after them."""
    starts = [0, *(m.end() for m in _BREAK.finditer(text) if _ends_a_sentence(text, m))]
    edges = [*starts, len(text)]
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
    sentence = range(edges[first], edges[last + 1])
    return sentence, range(edges[max(0, first - 2)], edges[min(len(starts), last + 2)])


def _ends_a_sentence(text: str, mark: re.Match[str]) -> bool:
    before = text[max(0, mark.start() - WRAPPED) : mark.start() + 1]
    if mark.group() == "\n":
        return "\n" in before[:-1] or len(before) <= WRAPPED
    return _ABBREVIATION.search(before) is None


def _gives_accounts(passage: str, sentence: str) -> bool:
    """Whether a passage gives a sum whose origin is an organisation's accounts."""
    if _ACCOUNTS.search(passage):
        return True
    return any(c.isdigit() for c in passage) and _ACCOUNTS.search(sentence) is not None


def _rank(origin: Origin, start: int, end: int, *, accounts: bool) -> tuple[int, int, int]:
    """Event first, then by kind (for sums from accounts: results first), then by nearness."""
    counts_first = [Kind.EVENT, Kind.FIGURES, Kind.RESULTS, Kind.STATEMENT]
    accounts_first = [Kind.EVENT, Kind.RESULTS, Kind.STATEMENT, Kind.FIGURES]
    rank = (accounts_first if accounts else counts_first).index(origin.kind)
    return rank, max(origin.start - end, start - origin.end, 0), origin.start
