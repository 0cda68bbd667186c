"""What a page names as the origin of a passage: who counted, who published, who said it. Pure.

Two pages that name one origin are in one group: a wrong name hides evidence, a missed one counts
one source twice. This module leans to precision. A name is taken only from an explicit
wording, and a wording reaches only as far as it may be trusted: a wrong merge can undo a verdict
that was right, while a missed one still meets the reviewer who decides, and can join the groups.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from api.evidence.independence.name_resolution import (
    STATISTICS_PUBLISHERS,
    build_name_index,
    normalise_name,
    resolve_speakers,
)
from api.evidence.independence.patterns import (
    THE_COMPANY,
    THE_SPEAKER,
    OriginKind,
    OriginMention,
    find_origin_mentions,
)

OPENING_LENGTH = 400
"""Code points within which a page that retells an event is expected to name it."""
MAX_SUBJECT_CANDIDATES = 10
"""How many of the organisations that a page quotes are looked at to tell which is its subject."""
MIN_WRAPPED_LINE_LENGTH = 60
"""A line this long that ends without a full stop goes on in the next line."""
_ACCOUNTS = re.compile(
    r"\b(?:revenues?|turnover|profits?|earnings|income|margins?|R&D|research and development|"
    r"expenses|expenditure|Umsatz|Gewinn|bénéfice|ingresos|receitas?|ricavi)\b|выручк|营收|收入|利润|"
    r"研发|売上|利益",
    re.IGNORECASE,
)
# A number that is no year, or a rank that is not also said of quarters and phases.
_FIGURE = re.compile(
    r"(?<![\d.,])(?!(?:1[89]|20)\d\d(?![\d.,]?\d|%))\d|"
    r"\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|largest|biggest)\b|"
    r"第[二三四五六七八九十](?!季|期)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.!?][\"'”’)\]]{0,3}\s(?=[^a-z])|[。！？][”’）」』]{0,3}|\n")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Ms|Mrs|Dr|No|Inc|Corp|Ltd|Co|St|vs|[JFMASOND][a-z]{2,3})\.$"
)


class Origin(NamedTuple):
    """An origin that a page names: its usual name, on what ground, the words and where they stand.

    `text[start:end] == words`, in code points of the page's text.
    """

    name: str
    kind: OriginKind
    words: str
    start: int
    end: int

    def encloses(self, start: int, end: int) -> bool:
        """Whether its words hold the whole passage."""
        return self.start <= start and end <= self.end


def find_origins(
    text: str, *, names: Mapping[str, str] | None = None, event: Sequence[str] = ()
) -> tuple[Origin, ...]:
    """List every origin that a page names, in the order of the text.

    `names` gives usual names for others ({"Big Blue": "IBM"}); `event` holds the names of what the
    article reports at second hand, each an origin wherever it stands. "The company" and "its
    results" stand for the organisation that the page names most often among those that it quotes or
    whose results it gives; "he said" stands for the speaker before.
    """
    usual = build_name_index(names or {})
    written: list[OriginMention] = []
    people: set[str] = set()
    for found in sorted(find_origin_mentions(text), key=lambda a: (a.start, a.end)):
        for name, person in resolve_speakers(found.name, found.apposition, usual):
            written.append(found._replace(name=name))
            if person:
                people.add(name)
    quoted = (a.name for a in written if a.kind is not OriginKind.FIGURES and a.name not in people)
    subject = _find_subject(text, quoted, names or {})
    origins = [
        Origin(a.name, _origin_kind(a), text[a.start : a.end], a.start, a.end)
        for a in _resolve_mentions(written, people, subject)
    ]
    for name in event:
        origins += [
            Origin(name, OriginKind.EVENT, m.group(), *m.span()) for m in _find_name(name, text)
        ]
    return tuple(sorted(dict.fromkeys(origins), key=lambda o: (o.start, o.end)))


def find_passage_origins(
    text: str,
    start: int,
    end: int,
    *,
    names: Mapping[str, str] | None = None,
    event: Sequence[str] = (),
    claimant: Sequence[str] = (),
) -> tuple[Origin, ...]:
    """Name the origins of the passage text[start:end], each once; the first is what it rests on.

    `names` and `event` as in `find_origins`; `claimant` holds the names the claimant goes by.
    What decides is the first of these that holds:

    1. the passage's sentence names a count: that one, then whoever else it names;
    2. the page names the event in its opening or around the passage: it retells the event;
    3. the sentence names anybody: them;
    4. the passage gives a sum from accounts, and the page names an organisation's results: those;
    5. the sentences beside it quote the claimant or, when the passage gives a figure or a rank,
       name a count or results;
    6. the passage gives a figure or a rank, and the whole page names one house's counts only.

    Anybody else's mere word reaches no further than its sentence. Words that enclose the passage
    ("Acme, the fourth largest maker, said ...") do not speak of it.
    """
    every = find_origins(text, names=names, event=event)
    sentence, around = _surroundings(text, start, end)
    events = [o for o in every if o.kind is OriginKind.EVENT]
    retold = [o for o in events if o.start < OPENING_LENGTH or o.start in around]
    named = [o for o in every if o.kind is not OriginKind.EVENT and not o.encloses(start, end)]
    here = [o for o in named if o.start in sentence]
    figure = _FIGURE.search(text[start:end]) is not None
    accounts = _gives_accounts(text[start:end], text[sentence.start : sentence.stop])
    if retold and not any(o.kind is OriginKind.FIGURES for o in here):
        chosen = retold + here
    else:
        beside = [o for o in named if o.start in around]
        chosen = here or _beyond(named, beside, claimant, figure=figure, accounts=accounts)
    return _each_once(sorted(chosen, key=lambda o: _rank(o, start, end, accounts=accounts)))


def _beyond(
    named: Sequence[Origin],
    beside: Sequence[Origin],
    claimant: Iterable[str],
    *,
    figure: bool,
    accounts: bool,
) -> list[Origin]:
    """What else on the page may stand behind a passage whose own sentence names nobody."""
    results = [o for o in named if o.kind is OriginKind.RESULTS]
    if accounts and results:
        return results
    own = {normalise_name(name) for name in claimant}
    near = [
        o
        for o in beside
        if (figure and o.kind is not OriginKind.STATEMENT) or normalise_name(o.name) in own
    ]
    counts = [o for o in named if figure and o.kind is OriginKind.FIGURES]
    return near or (counts if len({o.name for o in counts}) == 1 else [])


def _each_once(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    once: dict[str, Origin] = {}
    for origin in origins:
        once.setdefault(normalise_name(origin.name), origin)
    return tuple(once.values())


def _find_subject(text: str, quoted: Iterable[str], names: Mapping[str, str]) -> str | None:
    """The organisation that "the company" means: of the most quoted, the one named most often."""
    others = {THE_COMPANY, THE_SPEAKER, *STATISTICS_PUBLISHERS}
    most_quoted = Counter(name for name in quoted if name not in others).most_common(
        MAX_SUBJECT_CANDIDATES
    )
    written = {name: {name} for name, _ in most_quoted}
    for alias, name in names.items():
        written.setdefault(name, {name}).add(alias)
    often = {name: sum(len([*_find_name(w, text)]) for w in ways) for name, ways in written.items()}
    named = [name for name in often if often[name]]
    return max(named, key=lambda name: (often[name], name), default=None)


def _resolve_mentions(
    written: Iterable[OriginMention], people: Iterable[str], subject: str | None
) -> Iterator[OriginMention]:
    """Put names for the stand-ins and full names for family names; drop what stays nameless."""
    parts = Counter(part for name in people for part in set(name.split()))
    full = {part: name for name in people for part in name.split() if parts[part] == 1}
    speaker: str | None = None
    for found in written:
        stands_for = {THE_COMPANY: subject, THE_SPEAKER: speaker}
        name = stands_for.get(found.name, full.get(found.name, found.name))
        if name is None:
            continue
        if found.kind is OriginKind.STATEMENT:
            speaker = name
        yield found._replace(name=name)


def _origin_kind(found: OriginMention) -> OriginKind:
    return OriginKind.FIGURES if found.name in STATISTICS_PUBLISHERS else found.kind


def _find_name(name: str, text: str) -> Iterator[re.Match[str]]:
    """Where a name stands in a text: as a word of its own, where its script separates words."""
    edge = r"\b" if name.isascii() else ""
    return re.finditer(edge + re.escape(name) + edge, text, re.IGNORECASE)


def _surroundings(text: str, start: int, end: int) -> tuple[range, range]:
    """Where the passage's own sentences stand, and these with their neighbours.

    The neighbours are the two before, and the one after unless it gives a figure of its own, which
    is what its attribution then speaks of.
    """
    starts = [0, *(m.end() for m in _BREAK.finditer(text) if _ends_a_sentence(text, m))]
    edges = [*starts, len(text)]
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
    sentence = range(edges[first], edges[last + 1])
    after = range(sentence.stop, edges[min(len(starts), last + 2)])
    own_figure = _FIGURE.search(text, after.start, after.stop)
    return sentence, range(edges[max(0, first - 2)], after.start if own_figure else after.stop)


def _ends_a_sentence(text: str, mark: re.Match[str]) -> bool:
    before = text[max(0, mark.start() - MIN_WRAPPED_LINE_LENGTH) : mark.start() + 1]
    if mark.group() == "\n":
        return "\n" in before[:-1] or len(before) <= MIN_WRAPPED_LINE_LENGTH
    return _ABBREVIATION.search(before) is None


def _gives_accounts(passage: str, sentence: str) -> bool:
    """Whether a passage gives a sum whose origin is an organisation's accounts."""
    if _ACCOUNTS.search(passage):
        return True
    return any(c.isdigit() for c in passage) and _ACCOUNTS.search(sentence) is not None


def _rank(origin: Origin, start: int, end: int, *, accounts: bool) -> tuple[int, int, int]:
    """Event first, then by kind (for sums from accounts: results first), then by nearness."""
    counts_first = [OriginKind.EVENT, OriginKind.FIGURES, OriginKind.RESULTS, OriginKind.STATEMENT]
    accounts_first = [
        OriginKind.EVENT,
        OriginKind.RESULTS,
        OriginKind.STATEMENT,
        OriginKind.FIGURES,
    ]
    rank = (accounts_first if accounts else counts_first).index(origin.kind)
    return rank, max(origin.start - end, start - origin.end, 0), origin.start
