"""Many statuses in one request."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.support.examples import ARTICLE

pytestmark = pytest.mark.each_database

URL = "http://news.example/bridge"
QUOTE = "The bridge was opened on 19 March 1932"


@pytest.fixture
def ask(api):
    return lambda **asked: api.anyone.post("/status-lookup", asked, expect=200).json


@pytest.fixture
def story(api):
    """An article under an address, with two claims."""
    article = api.contributor.post("/articles", ARTICLE | {"url": URL}, expect=201).json
    path = f"/articles/{article['id']}/claims"
    quotes = [QUOTE, "It cost 4.2 million pounds"]
    claims = [api.contributor.post(path, {"quote": quote}, expect=201).json for quote in quotes]
    return article, claims


def status(api, claim):
    return api.anyone.get(f"/claims/{claim['id']}/status").json


def test_claims_are_answered_in_the_order_they_were_asked(api, story, ask):
    _, (first, second) = story
    nobody = str(uuid4())
    answer = ask(claims=[second["id"], nobody, first["id"]])
    assert answer["claims"] == [
        {"asked": second["id"], "status": status(api, second)},
        {"asked": nobody, "status": None},
        {"asked": first["id"], "status": status(api, first)},
    ]
    assert answer["urls"] == answer["texts"] == []


def test_an_articles_address_brings_its_claims_in_the_order_of_the_text(api, story, ask):
    article, claims = story
    (known, unknown) = ask(urls=[URL + "#here", "https://other.example/"])["urls"]
    in_order = sorted(claims, key=lambda claim: claim["start"])
    assert known["asked"] == URL + "#here" and known["article"] == article["id"]
    assert known["statuses"] == [status(api, claim) for claim in in_order]
    assert unknown == {"asked": "https://other.example/", "article": None, "statuses": []}


def test_an_article_without_claims_is_known_all_the_same(api, ask):
    article = api.contributor.post("/articles", ARTICLE | {"url": URL}, expect=201).json
    (known,) = ask(urls=[URL])["urls"]
    assert known["article"] == article["id"] and known["statuses"] == []


def test_an_address_that_led_to_an_article_that_was_there_finds_it(api, story, ask, outside):
    also = URL + "?from=app"
    article, _ = story
    more = "A great many people walked over it on that day, and nobody was hurt. " * 3
    page = (
        f'<html><head><link rel="canonical" href="{URL}"></head>'
        f"<body><article><p>{ARTICLE['text']}</p><p>{more}</p></article></body></html>"
    )
    outside.publish(also, page)
    api.contributor.post("/articles", {"url": also}, expect=202)
    api.work()
    (known,) = ask(urls=[also])["urls"]
    assert known["article"] == article["id"] and len(known["statuses"]) == 2


@pytest.mark.parametrize(
    "quotation", [QUOTE, f"“{QUOTE.upper()}.”", "The bridge\nwas  opened on 19\u00a0March 1932"]
)
def test_a_quotation_finds_the_claim_that_says_just_that(api, story, ask, quotation):
    _, (claim, _) = story
    (found,) = ask(texts=[quotation])["texts"]
    assert found == {"asked": quotation, "statuses": [status(api, claim)]}


@pytest.mark.parametrize("quotation", ["bridge", QUOTE + "3", QUOTE.replace("19 ", "20 "), "…"])
def test_a_quotation_that_differs_finds_nothing(story, ask, quotation):
    (found,) = ask(texts=[quotation])["texts"]
    assert found["statuses"] == []


def test_a_claim_is_found_by_its_statement_too_and_no_more_by_an_old_one(api, story, ask):
    _, (claim, _) = story
    path = f"/claims/{claim['id']}"
    etag = {"If-Match": api.anyone.get(path).headers["ETag"]}
    for statement in ("It opened in 1932", "It opened in March 1932"):
        etag = {"If-Match": api.anyone.get(path).headers["ETag"]}
        api.contributor.patch(path, {"statement": statement}, headers=etag, expect=200)
    found = ask(texts=["it opened in 1932", "It opened in March 1932.", QUOTE])["texts"]
    assert [len(each["statuses"]) for each in found] == [0, 1, 1]


def test_a_withdrawn_claim_is_told_by_its_id_alone(api, story, ask):
    _, (claim, _) = story
    path = f"/claims/{claim['id']}/withdrawal"
    api.contributor.post(path, {"reason": "Not what it says."}, expect=200)
    answer = ask(claims=[claim["id"]], urls=[URL], texts=[QUOTE])
    assert answer["claims"][0]["status"]["withdrawn"] is True
    assert len(answer["urls"][0]["statuses"]) == 1 and answer["texts"][0]["statuses"] == []


def test_a_hundred_questions_cost_as_many_queries_as_one(app, story, ask, statements):
    _, (claim, other) = story

    def cost(number):
        unknown = [str(uuid4()) for _ in range(number)]
        with statements() as sent:
            ask(
                claims=[claim["id"], other["id"], *unknown],
                urls=[f"{URL}?{n}" for n in range(number)],
                texts=[QUOTE] * number,
            )
        assert not [each for each in sent if "INSERT" in each or "IMMEDIATE" in each]
        return len(sent)

    assert cost(1) == cost(30)


@pytest.mark.parametrize(
    "asked, at",
    [
        ({"claims": [str(uuid4())] * 101}, "#/claims"),
        ({"urls": ["ftp://x.example/"]}, "#/urls/0"),
        ({"texts": ["\0"]}, "#/texts/0"),
    ],
)
def test_what_cannot_be_asked_is_refused(api, asked, at):
    problem = api.anyone.post("/status-lookup", asked, expect=422).json
    assert problem["errors"][0]["pointer"] == at


def test_claims_from_before_are_found_by_their_words(api, story, ask, database_url):
    from alembic import command

    from api.database.migrate import alembic_config

    config = alembic_config(database_url)
    command.downgrade(config, "0006-1")
    command.upgrade(config, "head")
    assert len(ask(texts=[QUOTE])["texts"][0]["statuses"]) == 1
    with api.app.extensions["engine"].connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM quote_digests")) == 2


def test_half_a_million_is_not_five(api, ask):
    text = "Only .5 million people crossed it... 5 million had come."
    article = api.contributor.post("/articles", ARTICLE | {"text": text}, expect=201).json
    path = f"/articles/{article['id']}/claims"
    claim = {"quote": ".5 million people crossed it"}
    api.contributor.post(path, claim, expect=201)
    asked = [".5 million people crossed it", "5 million people crossed it"]
    found = ask(texts=[*asked, f"“{asked[0]}!”", f"...{asked[1]}"])["texts"]
    assert [len(each["statuses"]) for each in found] == [1, 0, 1, 0]
