"""Finding claims by their words, in any language, alike on both databases."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import undefer

from api.articles.models import Article
from api.claims import service as claims
from api.claims.models import ClaimTerms
from api.claims.search import indexing
from api.claims.search import service as search
from api.claims.search.indexing import count_claims_with
from api.contributors.models import Contributor
from api.database.session import transaction
from api.language.tokens import locate_terms, tokenize, tokenize_phrase
from tests.support.examples import ARTICLE

pytestmark = pytest.mark.each_database


@pytest.fixture
def names(api, stored):
    """The names of the claims that a query finds."""

    def found(q, **filters):
        items = api.anyone.get("/claims", query_string={"q": q} | filters).json["items"]
        by_id = {claim["id"]: name for name, claim in stored.items()}
        return [by_id[item["id"]] for item in items]

    return found


@pytest.mark.parametrize(
    "query, expected",
    [
        ("bridge", {"bridge", "cost"}),
        ("BRIDGES crowds", {"bridge"}),
        ("bridge opening", {"bridge"}),
        ('"the bridge was opened"', {"bridge"}),
        ('"bridge the"', set()),
        ("bridge tower", set()),
        ("cafe", {"wifi"}),
        ("Café’s", {"wifi"}),
        ("wi-fi", {"wifi"}),
        ("fi-wi", set()),
        ("brucke 1932", {"de"}),
        ("FLUSS", {"de"}),
        ("1932", {"bridge", "de"}),
        ("4.2", {"cost"}),
        ("42", set()),
        ("60%", {"cost"}),
        ("60 percent", {"cost"}),
        ("60", set()),
        ("小米", {"zh"}),
        ("研发 雷军", {"zh"}),
        ("研发投入", {"zh"}),
        ("投入研发", set()),
        ("研究", set()),
        ("雷", {"zh"}),
        ("金利", {"ja"}),
        ("日本", {"ja"}),
        ("銀行", {"ja"}),
        ("本日", set()),
        ("ไทย", {"th"}),
        ("ประชากร", {"th"}),
        ("삼성", {"ko"}),
        ("스마트폰", {"ko"}),
        ("?! …", set()),
        ('" AND ( OR * NEAR', set()),
        ("'; --", set()),
    ],
)
def test_words_find_claims(names, query, expected):
    assert set(names(query)) == expected


def test_what_is_found_is_shown_in_its_place(api, stored):
    (item,) = api.anyone.get("/claims?q=opened+crowds").json["items"]
    (passage,) = item["found"]["passages"]
    words = [passage["text"][each["start"] : each["end"]] for each in passage["highlights"]]
    assert passage["field"] == "statement" and words == ["opened", "crowd"]
    assert 0 < item["found"]["score"] <= 1
    (item,) = api.anyone.get("/claims?q=研发投入").json["items"]
    (passage,) = item["found"]["passages"]
    ((start, end),) = [(each["start"], each["end"]) for each in passage["highlights"]]
    assert passage["text"][start:end] == "研发投入"
    assert api.anyone.get("/claims").json["items"][0]["found"] is None


def test_claimants_tags_and_both_wordings_are_found(api, article):
    wanted = {
        "quote": "It cost 4.2 million pounds",
        "statement": "The bridge was dear.",
        "claimant": "Lei Jun",
        "tags": ["infrastructure"],
    }
    claim = api.contributor.post(f"/articles/{article['id']}/claims", wanted, expect=201).json
    for query in ("dear", "million dear", "lei jun", "infrastructure"):
        (item,) = api.anyone.get("/claims", query_string={"q": query}).json["items"]
        assert item["id"] == claim["id"]
    assert api.anyone.get('/claims?q="dear it"').json["items"] == []
    fields = [each["field"] for each in item["found"]["passages"]]
    assert fields == []
    (item,) = api.anyone.get("/claims?q=million+dear").json["items"]
    assert [each["field"] for each in item["found"]["passages"]] == ["statement", "exact"]


def test_the_best_come_first(api, article):
    text = "A tower. The tower of the tower. A tower of brick, which many people came to see often."
    other = api.contributor.post("/articles", ARTICLE | {"text": text}, expect=201).json
    path = f"/articles/{other['id']}/claims"
    quotes = [
        "A tower of brick, which many people came to see often",
        "A tower.",
        "The tower of the tower.",
    ]
    long, short, often = (
        api.contributor.post(path, {"quote": quote}, expect=201).json["id"] for quote in quotes
    )
    found = api.anyone.get("/claims?q=tower").json["items"]
    assert [item["id"] for item in found] == [often, short, long]
    assert [item["found"]["score"] for item in found] == sorted(
        (item["found"]["score"] for item in found), reverse=True
    )


def test_words_and_filters_together(api, names, stored):
    claim = stored["cost"]
    match = {"If-Match": api.anyone.get(f"/claims/{claim['id']}").headers["ETag"]}
    change = {"claimant": "The Herald", "tags": ["money"]}
    api.contributor.patch(f"/claims/{claim['id']}", change, headers=match, expect=200)
    for filters in (
        {"claimant": "The Herald"},
        {"tag": "money"},
        {"language": "co"},
        {"since": claim["created_at"], "until": stored["wifi"]["created_at"]},
    ):
        assert names("bridge", **filters) == ["cost"], filters
    assert names("bridge", source="a.example", status="unverified") == ["bridge", "cost"]
    for filters in (
        {"status": "confirmed"},
        {"source": "b.example"},
        {"claimant": "Herald"},
        {"language": "cx"},
        {"article": claim["id"]},
        {"withdrawn": "true"},
    ):
        assert names("bridge", **filters) == [], filters


def test_lists_without_words_take_the_same_filters(api, stored):
    def listed(**filters):
        return len(api.anyone.get("/claims", query_string=filters).json["items"])

    assert listed(source="a.example") == len(stored) and listed(source="b.example") == 0
    assert listed(language="zh") == 1 and listed(claimant="Nobody") == 0


def test_an_edited_or_withdrawn_claim_is_found_as_it_is_now(api, names, stored):
    address = f"/claims/{stored['bridge']['id']}"
    match = {"If-Match": api.anyone.get(address).headers["ETag"]}
    change = {"statement": "A viaduct was inaugurated."}
    api.contributor.patch(address, change, headers=match, expect=200)
    assert names("viaduct inaugurated") == ["bridge"]
    assert names("crowd") == ["bridge"]  # the quote stays
    api.contributor.post(f"{address}/withdrawal", {"reason": "Wrong."}, expect=200)
    assert names("viaduct") == [] and names("viaduct", withdrawn="true") == ["bridge"]


def test_pages_go_through_the_windows_once_each(api, article, monkeypatch):
    monkeypatch.setattr(search, "WINDOW_SIZE", 4)
    text = " ".join(f"Tower {'tower ' * (number % 3)}number {number}." for number in range(11))
    other = api.contributor.post("/articles", ARTICLE | {"text": text}, expect=201).json
    path = f"/articles/{other['id']}/claims"

    def add(number):
        quote = f"{'tower ' * (number % 3)}number {number}."
        api.contributor.post(path, {"quote": quote, "statement": f"Tower {quote}"}, expect=201)

    for number in range(11):
        add(number)
    whole = [item["id"] for item in api.anyone.get("/claims?q=tower").json["items"]]
    assert len(set(whole)) == 11
    seen, address = [], "/v1/claims?q=tower&limit=3"
    while address:
        answer = api.anyone.get(address)
        seen += [item["id"] for item in answer.json["items"]]
        link = answer.headers.get("Link")
        address = link and link[1 : link.index(">")]
        assert bool(address) is (answer.json["next_cursor"] is not None)
        if len(seen) == 3:  # what comes in meanwhile shifts nothing
            again = {"quote": "Tower number 0.", "statement": "Tower once more."}
            api.contributor.post(path, again, expect=201)
    assert seen == whole
    cursor = api.anyone.get("/claims?q=tower&limit=3").json["next_cursor"]
    for other in ({"q": "number"}, {}):
        query = {"cursor": cursor} | other
        refused = api.anyone.get("/claims", query_string=query, expect=422).json
        assert refused["type"] == "/problems/foreign-cursor"


@pytest.mark.parametrize(
    "place",
    ["{n}~{s}~-9223372036854775809~{id}", "{n}~nan~{n}~{id}", "{n}~inf~{n}~{id}", "-1~{s}~{n}~{id}",
     "9223372036854775808~{s}~{n}~{id}", "{n}~{s}~{n}", "{n}~{s}~{n}~1", "~~~"],
)  # fmt: skip
def test_a_forged_place_is_refused(api, article, place):
    path = f"/articles/{article['id']}/claims"
    for quote in ("It cost much", "The bridge was opened"):
        claim = {"quote": quote, "statement": f"Gorvan: {quote}"}
        api.contributor.post(path, claim, expect=201)
    cursor = api.anyone.get("/claims?q=gorvan&limit=1").json["next_cursor"]
    text = urlsafe_b64decode(cursor).decode()
    before, score, number, claim_id = text[12:].split("~")
    assert before.isdigit() and number.isdigit()
    forged = text[:12] + place.format(n=number, s=score, id=claim_id)
    query = {"q": "gorvan", "limit": 1, "cursor": urlsafe_b64encode(forged.encode()).decode()}
    refused = api.anyone.get("/claims", query_string=query, expect=422).json
    assert refused["type"] == "/problems/foreign-cursor"


def test_language_tags_are_one_however_they_are_written(api, article):
    path = f"/articles/{article['id']}/claims"
    claim = {"quote": "It cost much", "language": "EN-gb"}
    made = api.contributor.post(path, claim, expect=201).json
    assert made["language"] == "en-GB"
    for language in ("en", "EN", "en-gb"):
        found = api.anyone.get("/claims", query_string={"q": "cost", "language": language}).json
        assert [each["id"] for each in found["items"]] == [made["id"]], language


def test_a_filter_that_is_given_twice_is_refused(api):
    refused = api.anyone.get("/claims?status=confirmed&status=disputed", expect=422).json
    assert refused["errors"][0]["parameter"] == "status"


def test_a_claim_that_is_not_kept_is_not_found(api, article):
    with api.app.app_context(), pytest.raises(ZeroDivisionError), transaction() as session:
        claims.create_claim(
            session.scalars(select(Article).options(undefer(Article.text))).one(),
            added_by=session.get(Contributor, api.contributor.id),
            quote="It cost 4.2 million pounds",
            claimant_domains=[],
            language=None,
            tags=[],
        )
        assert search.search_claims("million", limit=1)["items"]
        raise ZeroDivisionError
    assert api.anyone.get("/claims?q=million").json["items"] == []


def test_claims_from_before_the_index_are_indexed_by_the_command(api, stored, names):
    with api.app.app_context(), transaction() as session:
        session.execute(text("DELETE FROM claim_terms WHERE number > 2"))
        session.execute(text("UPDATE claim_terms SET version = 0 WHERE number = 1"))
    assert names("小米") == []
    done = api.app.test_cli_runner().invoke(args=["index"])
    assert done.exit_code == 0, done.output
    assert names("小米") == ["zh"] and set(names("bridge")) == {"bridge", "cost"}
    assert api.app.test_cli_runner().invoke(args=["index"]).output == ""


def test_indexing_goes_on_where_it_was_interrupted(api, stored, names, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH_SIZE", 2)
    with api.app.app_context():
        with transaction() as session:
            session.execute(text("DELETE FROM claim_terms"))
        begun = indexing.backfill()
        assert next(begun) == 2
        begun.close()
        with transaction(reads=True):
            assert indexing.count_missing() == len(stored) - 2
        assert sum(indexing.backfill()) == len(stored) - 2
    assert names("小米") == ["zh"] and set(names("bridge")) == {"bridge", "cost"}


def test_terms_are_counted(api, stored, monkeypatch):
    def count(*wanted):
        with api.app.app_context(), transaction(reads=True):
            return list(count_claims_with(wanted).values())

    assert count("bridg", "1932", "nowher") == [2, 2, 0]
    monkeypatch.setattr(indexing, "EXACT_COUNT_LIMIT", 2)
    monkeypatch.setattr(indexing, "COUNT_SAMPLING", 10)
    text = " ".join(f"Bridge {number} fell." for number in range(20))
    other = api.contributor.post("/articles", ARTICLE | {"text": text}, expect=201).json
    for number in range(20):
        claim = {"quote": f"Bridge {number} fell"}
        api.contributor.post(f"/articles/{other['id']}/claims", claim, expect=201)
    with api.app.app_context(), transaction(reads=True) as session:
        numbers = session.scalars(select(ClaimTerms.number).order_by(ClaimTerms.number)).all()
    tens = sum(number % 10 == 0 for number in numbers[len(stored) :])
    assert count("bridg") == [2 + 10 * tens]


@pytest.mark.parametrize(
    "words, expected",
    [
        ("", []),
        ("1,234,567 and 1.234.567", ["1234567", "and", "1234567"]),
        ("1.5 15 1,5", ["1.5", "15", "1,5"]),
        ("60 % 60% 60 per cent", ["60%", "60%", "60%"]),
        ("10kg 10 kg MIX4", ["10", "kg", "10", "kg", "mix4"]),
        ("Ｆｕｌｌ ｗｉｄｔｈ ６０％", ["full", "width", "60%"]),
        ("naïve Ærø İstanbul", ["naiv", "ærø", "istanbul"]),
        ("小米MIX4手机", ["小米", "米", "mix4", "手机", "机"]),
        ("й", ["й"]),
        ("हिन्दी", ["हिन्दी"]),
        ("a_b _c", ["a", "b", "c"]),
    ],
)
def test_terms(words, expected):
    assert tokenize(words) == expected


def test_terms_know_their_places_and_phrases_leave_runs_open():
    text = "Über 小米公司 1.5"
    assert [text[each.start : each.end] for each in locate_terms(text)] == [
        "Über", "小米", "米公", "公司", "司", "1.5",
    ]  # fmt: skip
    assert tokenize_phrase("小米公司") == ["小米", "米公", "公司"]
    assert tokenize_phrase("米") == ["米"] and tokenize_phrase("小米 MIX") == ["小米", "米", "mix"]
