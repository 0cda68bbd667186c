"""Draw a claim's lines of evidence from its rows, and keep them there."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from api.articles.models import Article
from api.claims.models import Claim
from api.database.session import get_or_404, session
from api.evidence.independence.groups import Context, Item, Line, Ruling, draw_lines
from api.evidence.independence.minhash import signature
from api.evidence.independence.origins import origins_behind
from api.evidence.independence.wire_agencies import wires_named
from api.evidence.models import Evidence, LineRuling
from api.language.quotes import Hit
from api.sources.extraction.result import Reading
from api.sources.models import Snapshot, Source
from api.sources.service import registrable_domain


def traits_of(reading: Reading, hit: Hit, claim: Claim) -> dict[str, Any]:
    """What of a page's text decides its line, small enough to be kept beside the evidence:
    whom the passage rests on, which wires it is signed with, a sketch of the text.
    """
    return {
        **_origins(reading.text, hit.start, hit.end, _sought(claim)),
        "wires": sorted(wires_named(reading.text)),
        "signature": list(signature(reading.main_text)),
    }


def draw(claim_id: UUID) -> None:
    """Number the lines of the claim's items that hold, with the reasons for each; an item that
    does not hold is in none. Costs one query and the claim's items, squared.
    """
    claim = get_or_404(Claim, claim_id)
    rows = session.scalars(
        select(Evidence).filter_by(claim_id=claim.id).options(joinedload(Evidence.source))
    ).all()
    holding = {row.id: row for row in rows if row.holds}
    traits = _traits(holding.values(), claim)
    items = [_item(row, traits[row.id]) for row in holding.values()]
    lines = draw_lines(items, _context(claim), _rulings(claim.id))
    for row in rows:  # after the queries, so that a row is written once and only if it changed
        row.line = row.line_reasons = row.outside = row.inside_because = None
    for line in lines:
        for member in line.members:
            row = holding[member.id]
            row.traits = traits[row.id]
            row.line, row.line_reasons = line.number, list(line.reasons)
            row.outside = member.inside_because is None
            row.inside_because = member.inside_because
    session.flush()


def lines_for(claim: Claim, *, of: UUID) -> tuple[Line, ...]:
    """The lines of another claim's items that hold, as they would be drawn for this claim: what
    is outside there may be this one's own publisher, or its claimant. Nothing is kept.
    """
    rows = select(Evidence).filter_by(claim_id=of).options(joinedload(Evidence.source))
    holding = [row for row in session.scalars(rows) if row.holds]
    traits = _traits(holding, claim)
    items = [_item(row, traits[row.id]) for row in holding]
    return draw_lines(items, _context(claim), _rulings(of))


def _traits(rows: Collection[Evidence], claim: Claim) -> dict[UUID, dict[str, Any]]:
    """The traits of items, by id, as they are for the claim as it is now: when a page was read,
    another claimant may have been looked for in it. One query, where that is so.
    """
    sought = _sought(claim)
    traits = {row.id: row.traits or {} for row in rows}
    if stale := [id for id, each in traits.items() if each.get("sought") != sought]:
        passages = select(Evidence.id, Snapshot.text, Evidence.found_start, Evidence.found_end)
        passages = passages.join(Evidence.snapshot).where(Evidence.id.in_(stale))
        for row in session.execute(passages.execution_options(yield_per=10)):
            found = _origins(row.text, row.found_start, row.found_end, sought)
            traits[row.id] = traits[row.id] | found
    return traits


def _sought(claim: Claim) -> dict[str, list[str]]:
    """Who, behind a passage, is no outside source for the claim."""
    event = get_or_404(Article, claim.article_id).retells
    return {"event": [*event], "claimant": [*_claimant(claim)]}


def _origins(text: str, start: int, end: int, sought: dict[str, list[str]]) -> dict[str, Any]:
    event, claimant = sought["event"], sought["claimant"]
    found = origins_behind(text, start, end, event=event, claimant=claimant)
    return {"origins": [origin.name for origin in found], "sought": sought}


def _item(row: Evidence, traits: dict[str, Any]) -> Item:
    return Item(
        id=row.id,
        domain=row.source.domain,
        owner=row.source.owner,
        submitted_domain=registrable_domain(row.source_url),
        wires=frozenset(traits.get("wires", ())),
        origins=tuple(traits.get("origins", ())),
        signature=tuple(traits.get("signature", ())),
    )


def _rulings(claim_id: UUID) -> list[Ruling]:
    """What reviewers said of the lines, latest first."""
    rows = select(LineRuling).filter_by(claim_id=claim_id).order_by(LineRuling.id.desc())
    return [
        Ruling(decision=row.decision, item=row.item_id, other=row.other_id, reason=row.reason)
        for row in session.scalars(rows)
    ]


def _context(claim: Claim) -> Context:
    article = get_or_404(Article, claim.article_id)
    publisher = session.get(Source, article.source_id) if article.source_id else None
    wires, sketch = _of_the_article(article.id, article.edition)
    return Context(
        domain=publisher.domain if publisher else None,
        owner=publisher.owner if publisher else None,
        wires=wires,
        signature=sketch,
        event=tuple(article.retells),
        claimant=_claimant(claim),
        claimant_domains=frozenset(claim.claimant_domains),
    )


def _claimant(claim: Claim) -> tuple[str, ...]:
    return (claim.claimant,) if claim.claimant else ()


@lru_cache(maxsize=256)
def _of_the_article(article_id: UUID, edition: int) -> tuple[frozenset[str], tuple[int, ...]]:
    """The article's wires and sketch, remembered: the text of an edition never changes."""
    text = get_or_404(Article, article_id, undefer(Article.text)).text
    return frozenset(wires_named(text)), signature(text)
