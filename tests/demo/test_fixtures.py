"""The demo material holds together: quotes stand where they should, keys and addresses meet."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree, html
from publicsuffixlist import PublicSuffixList

FIXTURES = Path(__file__).parents[2] / "fixtures"
PAGES = FIXTURES / "pages"


def load(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


ARTICLE = load("article.json")
CLAIMS = load("claims.json")
SOURCES = load("sources.json")
EVIDENCE = load("evidence.json")
VERDICTS = load("verdicts.json")
INDEX = load("pages/index.json")
TEXT = (FIXTURES / ARTICLE["text_file"]).read_text(encoding="utf-8")
ADDRESSES = sorted(INDEX)


def parse(address: str) -> html.HtmlElement:
    return html.document_fromstring((PAGES / INDEX[address]).read_bytes())


def visible_text(address: str) -> str:
    tree = parse(address)
    etree.strip_elements(tree, "script", "style", with_tail=False)
    return " ".join(tree.text_content().split())


def is_partial_date(value: str) -> bool:
    """Whether `value` is an ISO 8601 day, month or year that the calendar has."""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value):
        return False
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return True


def test_dates_are_as_precise_as_known() -> None:
    dates = [ARTICLE["published_at"], *(c["said_on"] for c in CLAIMS)]
    dates += [e["published_at"] for e in EVIDENCE if e["published_at"] is not None]
    assert [d for d in dates if not is_partial_date(d)] == []


def test_the_article_opens_with_its_title() -> None:
    assert TEXT.startswith(ARTICLE["title"] + "\n")


def test_each_claim_has_a_key_a_statement_and_a_claimant() -> None:
    assert len({c["key"] for c in CLAIMS}) == len(CLAIMS) > 0
    assert all(c["statement"].strip() and c["claimant"].strip() for c in CLAIMS)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c["key"])
def test_a_claim_stands_once_in_the_article(claim: dict[str, Any]) -> None:
    anchored = claim.get("prefix", "") + claim["quote"] + claim.get("suffix", "")
    assert TEXT.count(anchored) == 1


@pytest.mark.parametrize("item", EVIDENCE, ids=lambda e: f"{e['claim']}-{e['source_url'][8:24]}")
def test_evidence_quotes_a_few_words_that_stand_once_on_its_page(item: dict[str, Any]) -> None:
    assert item["claim"] in {c["key"] for c in CLAIMS}
    assert item["stance"] in {"supports", "disputes", "context"}
    assert item["kind"] in {"primary", "secondary"}
    assert item["note"].strip()
    assert 8 <= len(item["quote"]) <= 60
    assert visible_text(item["source_url"]).count(item["quote"]) == 1


def test_every_address_has_a_page_and_every_page_an_address() -> None:
    files = [p.relative_to(PAGES).as_posix() for p in PAGES.rglob("*.html")]
    assert sorted(INDEX.values()) == sorted(files)
    assert list(INDEX) == ADDRESSES == sorted({e["source_url"] for e in EVIDENCE})


def test_every_publisher_is_a_source_and_every_source_a_publisher() -> None:
    suffixes = PublicSuffixList()
    domains = {suffixes.privatesuffix(urlsplit(address).hostname or "") for address in ADDRESSES}
    assert {s["domain"] for s in SOURCES} == domains
    assert len(SOURCES) == len(domains)
    kinds = {"primary", "secondary", "wire", "social", "archive"}
    assert all(s["kind"] in kinds and s["name"] for s in SOURCES)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda a: urlsplit(a).hostname)
def test_a_page_is_small_and_says_that_it_is_a_stand_in(address: str) -> None:
    tree = parse(address)
    assert (PAGES / INDEX[address]).stat().st_size <= 6_000
    (marker,) = tree.xpath("//meta[@name='claimledger-stand-in']/@content")
    assert "Claimledger" in marker
    assert marker in visible_text(address)
    assert tree.xpath("string(//meta/@charset)") == "utf-8"
    assert tree.get("lang")
    assert tree.xpath("string(//title)").strip()


def test_each_claim_has_one_verdict() -> None:
    assert [v["claim"] for v in VERDICTS] == [c["key"] for c in CLAIMS]


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: v["claim"])
def test_a_verdict_rests_on_evidence_of_its_claim(verdict: dict[str, Any]) -> None:
    stances = {e["source_url"]: e["stance"] for e in EVIDENCE if e["claim"] == verdict["claim"]}
    cited = [stances.get(address) for address in verdict["rests_on"]]
    assert None not in cited
    assert verdict["finding"].strip()
    assert verdict["reasons"].strip()
    match verdict["status"]:
        case "confirmed":
            assert set(cited) == {"supports"}
            assert len(cited) >= 2
        case "disputed":
            assert "disputes" in cited
        case status:
            assert status == "unverified"
