"""Reviews by others come in as evidence, each once, and nobody's opinion is lost or invented."""

import csv
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from api.database.session import transaction
from api.imports import ratings
from api.imports.ratings import RatingMeaning
from api.imports.reviews import UnusableReview, find_reviews, parse_review
from api.sources.snapshots.blob_store import BytesUnavailable
from tests.support.applications import start_app
from tests.support.callers import Callers
from tests.support.uploads import upload_reviews

REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "http://www.politifact.com/bridge",
    "claimReviewed": "The bridge cost forty million pounds.",
    "author": {"@type": "Organization", "name": "PolitiFact"},
    "datePublished": "2020-11-02",
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "A. Smith"},
        "datePublished": "2020-10-18",
        "appearance": {"@type": "CreativeWork", "url": "http://www.smith.example/speech"},
    },
    "reviewRating": {
        "@type": "Rating",
        "ratingValue": 1,
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": "Pants on Fire!",
    },
}


def review(**changes):
    return REVIEW | changes


def rated(label, **numbers):
    return {"@type": "Rating", "alternateName": label} | numbers


def feed(*reviews):
    items = [{"@type": "DataFeedItem", "item": [each]} for each in reviews]
    return {"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": items}


def lines(*items):
    return b"".join((i if isinstance(i, bytes) else json.dumps(i).encode()) + b"\n" for i in items)


def import_page(api, url, expect=202):
    answer = api.contributor.post("/imports", {"url": url}, expect=expect)
    if expect != 202:
        return answer
    api.work()
    return api.anyone.get(f"/imports/{answer.json['id']}").json


def refusals(api, done):
    return api.anyone.get(f"/imports/{done['id']}/refusals").json["items"]


def counts(done):
    return tuple(done[name] for name in ("added", "known", "refused", "unmapped"))


def evidence(api):
    claims = api.anyone.get("/claims?limit=100").json["items"]
    return [
        item
        for claim in claims
        for item in api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]
    ]


def page_with(*blocks, words=REVIEW["claimReviewed"]):
    scripts = "".join(
        f'<script type="application/ld+json">{b if isinstance(b, str) else json.dumps(b)}</script>'
        for b in blocks
    )
    return f"<html><head>{scripts}</head><body><p>{words}</p></body></html>"


@pytest.mark.each_database
def test_a_review_becomes_a_claim_with_its_publishers_evidence(api):
    done = upload_reviews(api, REVIEW)
    assert (done["state"], done["items"], *counts(done)) == ("done", 1, 1, 0, 0, 0)
    (claim,) = api.anyone.get("/claims").json["items"]
    assert claim["exact"] == REVIEW["claimReviewed"]
    assert (claim["claimant"], claim["said_on"]) == ("A. Smith", "2020-10-18")
    (item,) = evidence(api)
    assert item["source"]["domain"] == "politifact.com" and item["stance"] == "disputes"
    assert item["source_url"] == REVIEW["url"] and item["quote"] == REVIEW["claimReviewed"]
    assert item["published_at"] == "2020-11-02"
    assert "PolitiFact rates it “Pants on Fire!”, which is read as: disputes" in item["note"]


def test_anothers_verdict_is_not_ours(api):
    upload_reviews(api, REVIEW)
    (claim,) = api.anyone.get("/claims").json["items"]
    status = api.anyone.get(f"/claims/{claim['id']}/status").json
    assert status["status"] == "unverified" and status["verdict"] is None
    assert api.anyone.get(f"/claims/{claim['id']}.jsonld").json["@type"] == "Claim"


def test_importing_twice_adds_nothing(api):
    assert counts(upload_reviews(api, feed(REVIEW))) == (1, 0, 0, 0)
    assert counts(upload_reviews(api, feed(REVIEW))) == (0, 1, 0, 0)
    assert counts(upload_reviews(api, lines(REVIEW, REVIEW), "application/x-ndjson")) == (
        0,
        2,
        0,
        0,
    )
    assert len(evidence(api)) == 1


def test_a_rating_that_has_changed_is_for_a_person(api):
    upload_reviews(api, REVIEW)
    done = upload_reviews(api, review(reviewRating=rated("True")))
    assert counts(done) == (0, 0, 1, 0)
    (refusal,) = refusals(api, done)
    assert refusal["code"] == "rating-changed" and "Pants on Fire" in refusal["reason"]


def test_two_publishers_review_one_claim(api):
    other = review(url="http://www.snopes.com/bridge", reviewRating=rated("False"))
    elsewhen = review(url="http://www.snopes.com/again")
    elsewhen = elsewhen | {"itemReviewed": REVIEW["itemReviewed"] | {"datePublished": "1999"}}
    assert counts(upload_reviews(api, [REVIEW, other, elsewhen]))[0] == 3
    claims = api.anyone.get("/claims").json["items"]
    assert len(claims) == 2
    assert len(api.anyone.get(f"/claims/{claims[1]['id']}/evidence").json["items"]) == 2


@pytest.mark.parametrize(
    "rating, stance, unmapped",
    [
        (rated("Mostly True", ratingValue=2, bestRating=6, worstRating=1), "supports", 0),
        # Upside down, as in schema.org's own example: 1 is best here.
        (rated("FALSE.", ratingValue=5, bestRating=1, worstRating=5), "disputes", 0),
        (rated("half-true"), "context", 1),
        (rated("Half True"), "context", 0),
        (rated("Whatever"), "context", 1),
        ({"@type": "Rating", "ratingValue": 1, "bestRating": 5, "worstRating": 1}, "context", 1),
        ({"@type": "Rating", "ratingValue": 5, "alternateName": "5"}, "context", 1),
        ({"@type": "Rating", "name": "False"}, "disputes", 0),
        (None, "context", 1),
    ],
)
def test_a_rating_is_read_by_its_words_and_never_by_its_number(api, rating, stance, unmapped):
    done = upload_reviews(api, review(reviewRating=rating))
    assert counts(done) == (1, 0, 0, unmapped)
    (item,) = evidence(api)
    assert item["stance"] == stance
    assert ("(unmapped)" in item["note"]) is bool(unmapped)


def test_one_publishers_word_is_not_anothers(api):
    done = upload_reviews(api, review(url="http://www.unheard.example/bridge"))
    assert counts(done) == (1, 0, 0, 1)
    assert evidence(api)[0]["stance"] == "context"


def test_an_admin_may_add_to_the_table(settings, tmp_path):
    own = {"politifact.com": {"context": ["Pants on Fire"]}, "own.example": {"disputes": ["Nope"]}}
    (tmp_path / "ratings.json").write_text(json.dumps(own))
    api = Callers(start_app(replace(settings, ratings_file=str(tmp_path / "ratings.json"))))
    other = review(url="http://own.example/1", reviewRating=rated("nope!"))
    third = review(url="http://politifact.com/2", reviewRating=rated("False"))
    assert counts(upload_reviews(api, [REVIEW, other, third])) == (3, 0, 0, 0)
    assert [item["stance"] for item in evidence(api)] == ["context", "disputes", "disputes"]


def test_the_table_that_is_shipped_is_one():
    table = ratings.load_table()
    assert len(table) >= 20
    for domain, readings in table.items():
        assert domain == domain.lower() and "." in domain and readings
        assert RatingMeaning.UNMAPPED not in readings.values()
    for data in ([], {"a.example": []}, {"a.example": {"true": ["True"]}}, {"a": {"context": 1}}):
        with pytest.raises(ValueError):
            ratings.parse_table(data)


def test_evidence_of_a_file_waits_until_somebody_asks(api, outside):
    outside.publish(REVIEW["url"], page_with())
    upload_reviews(api, REVIEW)
    (item,) = evidence(api)
    assert item["state"] == "pending" and "when somebody asks" in item["state_reason"]
    assert outside.requests == []
    path = f"/evidence/{item['id']}/examination"
    api.contributor.post(path, expect=403)
    asked = api.reviewer.post(path, expect=202).json
    assert asked["state"] == "pending" and asked["state_reason"] is None
    api.work()
    assert evidence(api)[0]["state"] == "quote_verified"
    assert api.reviewer.post(path, expect=409).json["type"] == "/problems/nothing-to-examine"


def test_a_page_is_fetched_and_its_evidence_examined_at_once(api, outside):
    other = review(claimReviewed="The bridge was never opened to anybody at all.")
    broken = '{"@type": "ClaimReview", "url": "http://www.politifact.com/bridge",'
    shop = {"@context": "https://schema.org", "@type": "Organization", "name": "PolitiFact"}
    graph = {"@context": "https://schema.org", "@graph": [shop, other]}
    outside.publish(REVIEW["url"], page_with(REVIEW, broken, graph))
    done = import_page(api, REVIEW["url"])
    assert (done["state"], *counts(done)) == ("done", 2, 0, 1, 0)
    states = {item["quote"]: item["state"] for item in evidence(api)}
    assert states == {
        REVIEW["claimReviewed"]: "quote_verified",
        other["claimReviewed"]: "quote_absent",
    }
    (refusal,) = refusals(api, done)
    assert (refusal["item"], refusal["code"]) == (3, "malformed")
    assert refusal["reason"] == "Its JSON-LD block 2 cannot be read."
    assert counts(import_page(api, REVIEW["url"])) == (0, 2, 1, 0)


def test_a_page_without_text_may_hold_reviews(api, outside):
    outside.publish(REVIEW["url"], page_with(REVIEW, "{", words=""))
    done = import_page(api, REVIEW["url"])
    assert (done["state"], *counts(done)) == ("done", 1, 0, 1, 0)
    (item,) = evidence(api)
    assert item["state"] == "source_unavailable" and "no text of its own" in item["state_reason"]


def test_publishers_at_ip_addresses_are_strangers(api, outside):
    near = review(url="http://5.6.216.34/x")
    url = outside.publish("http://93.184.216.34/x", page_with(near, review(url=None)))
    done = import_page(api, url)
    assert [each["code"] for each in refusals(api, done)] == ["another-publisher"]
    assert [item["source"]["domain"] for item in evidence(api)] == ["93.184.216.34"]


def test_a_page_speaks_for_its_own_publisher_only(api, outside):
    unsaid = {name: value for name, value in REVIEW.items() if name != "url"}
    url = outside.publish("http://www.liar.example/x", page_with(REVIEW, unsaid))
    done = import_page(api, url)
    assert counts(done) == (1, 0, 1, 1)
    assert refusals(api, done)[0]["code"] == "another-publisher"
    assert [item["source"]["domain"] for item in evidence(api)] == ["liar.example"]


def test_a_feed_at_an_address_is_read_like_a_file(api, outside):
    body = json.dumps(feed(REVIEW, review(url="http://www.snopes.com/bridge")))
    url = outside.publish("http://feed.example/f", body, content_type="application/json")
    assert counts(import_page(api, url)) == (2, 0, 0, 1)
    assert {item["state"] for item in evidence(api)} == {"pending"}
    url = outside.publish(
        "http://feed.example/l", lines(REVIEW), content_type="application/x-ndjson"
    )
    assert counts(import_page(api, url)) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    "answer, reason",
    [
        (dict(body="<p>No data here.</p>"), "no ClaimReview"),
        (dict(body=page_with({"@type": "Article"})), "no ClaimReview"),
        (dict(body="gone", status=410), "status 410"),
    ],
)
def test_an_address_without_reviews_is_told(api, outside, answer, reason):
    done = import_page(api, outside.publish("http://www.a.example/x", **answer))
    assert done["state"] == "failed" and reason in done["reason"] and done["finished_at"]


def test_a_closed_address_is_refused_at_once(api):
    answer = import_page(api, "http://127.0.0.1/feed", expect=422)
    assert answer.json["type"] == "/problems/address-refused"


def test_what_cannot_be_taken_in_is_told_and_does_not_stop_the_rest(api):
    bad = {
        "malformed": b'{"@type": "ClaimReview", ',
        "no-review": {"@type": "Article"},
        "no-claim": review(claimReviewed=" ", itemReviewed=None),
        "claim-length": review(claimReviewed="No."),
        "no-address": review(url="nowhere"),
        "address-refused": review(url="http://10.0.0.1/"),
    }
    done = upload_reviews(api, lines(*bad.values(), REVIEW), "application/x-ndjson")
    assert (done["state"], *counts(done)) == ("done", 1, 0, len(bad), 0)
    found = refusals(api, done)
    assert [(each["item"], each["code"]) for each in found] == list(enumerate(bad, start=1))
    assert all(each["reason"] for each in found)


NO_HOSTS = ["https://a..b/x", "https://[/x", f"https://{'a' * 70}.example/x", "https://bü..b/x"]


@pytest.mark.parametrize("address", NO_HOSTS)
def test_an_address_without_a_host_costs_only_its_review(api, address):
    others = review(url="http://a.example/"), review(url="http://b.example/")
    bad = review(url=address)
    done = upload_reviews(api, lines(others[0], bad, others[1]), "application/x-ndjson")
    assert (done["state"], *counts(done)[:3]) == ("done", 2, 0, 1)
    (refusal,) = refusals(api, done)
    assert (refusal["item"], refusal["code"]) == (2, "address-refused")
    assert refusal["url"] == address and refusal["reason"]


@pytest.mark.parametrize("address", [*NO_HOSTS, "https://:443/x"])
def test_where_a_claim_appeared_is_left_out_if_it_has_no_host(api, address):
    item = REVIEW["itemReviewed"] | {"firstAppearance": {"url": address}}
    done = upload_reviews(api, lines(review(itemReviewed=item)), "application/x-ndjson")
    assert (done["state"], *counts(done)[:3]) == ("done", 1, 0, 0)
    assert [s["domain"] for s in api.anyone.get("/sources").json["items"]] == ["politifact.com"]


def test_our_own_reviews_are_no_evidence_for_us(settings):
    api = Callers(start_app(replace(settings, public_url="https://claims.example")))
    done = upload_reviews(api, review(url="https://claims.example/claims/1"))
    assert refusals(api, done)[0]["code"] == "own-review"


def test_a_line_too_long_costs_only_itself(api, monkeypatch):
    from api.imports import files

    monkeypatch.setattr(files, "MAX_ITEM_BYTES", 2_000)
    long = review(reviewBody="x" * 5_000)
    done = upload_reviews(
        api, lines(REVIEW, long, review(url="http://a.example/")), "application/x-ndjson"
    )
    assert counts(done) == (2, 0, 1, 1) and done["items"] == 3
    assert counts(upload_reviews(api, long)) == (0, 0, 1, 0)
    endless = json.dumps([REVIEW, review(reviewBody="x" * 200_000)]).encode()
    done = upload_reviews(api, endless)
    assert counts(done) == (0, 1, 1, 0)
    assert "longer than 2000 bytes" in refusals(api, done)[0]["reason"]


def test_a_document_that_breaks_off_gives_what_came_before(api):
    body = json.dumps(feed(REVIEW, review(url="http://b.example/"))).encode()
    done = upload_reviews(api, body[:-40])
    assert counts(done)[0] == 1 and refusals(api, done)[0]["code"] == "malformed"


@pytest.mark.parametrize("content", [b"", b"null", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe"])
def test_no_document_at_all_is_told(api, content):
    for kind in ("application/ld+json", "application/x-ndjson"):
        done = upload_reviews(api, content, kind)
        assert done["state"] == "done" and done["added"] == 0


def test_an_upload_needs_a_key_and_a_type_before_it_is_read(api, settings):
    upload_reviews(api, REVIEW, by=api.anyone, expect=401)
    upload_reviews(api, REVIEW, "text/csv", expect=415)
    small = Callers(start_app(replace(settings, max_import_bytes=100)))
    upload_reviews(small, REVIEW, expect=413)


def test_an_upload_may_be_longer_than_other_bodies(settings):
    api = Callers(start_app(replace(settings, max_body_bytes=500)))
    assert counts(upload_reviews(api, review(reviewBody="x" * 5_000)))[0] == 1


def test_an_upload_sent_again_under_its_key_is_one_import(api):
    key = {"Idempotency-Key": "u-1"}
    upload_reviews(api, REVIEW, **key)
    again = api.contributor.open(
        "POST",
        "/imports/uploads",
        data=json.dumps(REVIEW).encode(),
        content_type="application/ld+json",
        headers=key,
    )
    assert again.status_code == 202 and again.headers["Idempotent-Replayed"] == "true"
    answer = upload_reviews(api, feed(REVIEW), expect=422, **key)
    assert answer.json["type"] == "/problems/key-reused"


def test_an_import_that_was_broken_off_goes_on_where_it_was(api, monkeypatch):
    from api.imports import service as importing

    monkeypatch.setattr(importing, "BATCH_SIZE", 2)
    reviews = [review(url=f"http://www.politifact.com/{n}") for n in range(5)]
    answer = api.contributor.open(
        "POST",
        "/imports/uploads",
        data=lines(*reviews),
        content_type="application/x-ndjson",
        expect=202,
    )
    (job,) = api.due()
    add, seen = importing.ImportBatch._add, []

    def dying(self, number, *rest):
        seen.append(number)
        if seen == [1, 2, 3]:
            raise KeyboardInterrupt
        return add(self, number, *rest)

    monkeypatch.setattr(importing.ImportBatch, "_add", dying)
    with pytest.raises(KeyboardInterrupt):
        api.do(job)
    path = f"/imports/{answer.json['id']}"
    assert [api.anyone.get(path).json[name] for name in ("items", "added", "state")] == [
        2,
        2,
        "running",
    ]
    api.work()
    done = api.anyone.get(path).json
    assert (done["state"], done["items"], *counts(done)) == ("done", 5, 5, 0, 0, 0)
    assert seen == [1, 2, 3, 3, 4, 5]


def test_two_imports_of_the_same_at_once_add_it_once(api):
    reviews = [review(url=f"http://www.politifact.com/{n}") for n in range(30)]
    sent = {"content_type": "application/ld+json"}
    for file in (reviews, feed(*reviews)):
        body = json.dumps(file).encode()
        api.contributor.open("POST", "/imports/uploads", data=body, expect=202, **sent)
    both = [threading.Thread(target=api.do, args=[job]) for job in api.due()]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(both) == 2 and len(evidence(api)) == 30


def test_a_review_that_another_import_took_in_meanwhile_is_known(api, dialect):
    """Its unique row decides. On SQLite, whose writers take turns, a trigger stands in for it."""
    if dialect == "postgresql":
        pytest.skip("imports meet there: test_two_imports_of_the_same_at_once_add_it_once")
    rule = "BEFORE INSERT ON imported_reviews WHEN NEW.rating = 'False'"
    with api.app.app_context(), transaction() as session:
        session.execute(
            text(f"CREATE TRIGGER first_come {rule} BEGIN SELECT RAISE(ABORT, 'not unique'); END")
        )
    reviews = [
        review(url=f"http://www.politifact.com/{number}", reviewRating=rated(rating))
        for number, rating in enumerate(("True", "False", "Pants on Fire!"))
    ]
    done = upload_reviews(api, feed(*reviews))
    assert done["state"] == "done" and counts(done) == (2, 1, 0, 0)
    assert len(evidence(api)) == 2, "nothing is left of the second one"


def test_an_upload_whose_bytes_are_not_to_be_had_waits_for_them(api, settings):
    body, sent = json.dumps(REVIEW).encode(), {"content_type": "application/ld+json"}
    answer = api.contributor.open("POST", "/imports/uploads", data=body, expect=202, **sent)
    (job,) = api.due()
    (kept,) = [path for path in Path(settings.blob_store).rglob("*") if path.is_file()]
    path = f"/imports/{answer.json['id']}"
    away = kept.rename(kept.with_name("away"))
    with pytest.raises(BytesUnavailable, match="does not give the bytes"):
        api.do(job)
    kept.write_bytes(body.replace(b"forty", b"fifty"))
    with pytest.raises(BytesUnavailable, match="other bytes than were kept"):
        api.do(job)
    assert api.anyone.get(path).json["state"] == "running" and evidence(api) == []
    away.rename(kept)
    api.work()
    assert api.anyone.get(path).json["state"] == "done" and len(evidence(api)) == 1


def test_a_review_is_read_however_it_is_written():
    node = {
        "@type": ["http://schema.org/ClaimReview"],
        "url": {"@id": "https://a.example/1"},
        "claimReviewed": ["Prices &amp; wages\nrose by\u00a0half"],
        "author": [{"@type": "Organization", "name": "A"}],
        "inLanguage": {"@type": "Language", "alternateName": "de"},
        "datePublished": "2020-11-02T10:00:00+01:00",
        "itemReviewed": [{"@type": "CreativeWork", "author": "B. Jones", "datePublished": "2020"}],
        "reviewRating": [{"alternateName": "Falsch"}],
    }
    (found,) = find_reviews([{"mainEntity": {"@graph": [node]}}])
    read = parse_review(found)
    assert (read.url, read.claim) == ("https://a.example/1", "Prices & wages rose by half")
    assert (read.claimant, read.said_on, read.publisher) == ("B. Jones", "2020", "A")
    assert (read.language, read.rating) == ("de", "Falsch")
    assert read.published_at == "2020-11-02T10:00:00+01:00"


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from([*REVIEW, "name", "@id"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(list(REVIEW)), values))
def test_whatever_is_written_is_read_or_refused(changes):
    for node in find_reviews(REVIEW | changes):
        try:
            read = parse_review(node)
        except UnusableReview as why:
            assert why.code and str(why)
        else:
            assert read.url and 8 <= len(read.claim) <= 2_000 and "\0" not in read.claim


def run(app, *words):
    return app.test_cli_runner().invoke(args=list(words))


def test_the_command_imports_a_file_once_and_reports(api, app, tmp_path):
    file = tmp_path / "feed.json"
    file.write_text(json.dumps(feed(REVIEW, {"@type": "Article"}, review(claimReviewed="No."))))
    first = run(app, "import", str(file), "--by", "Data Commons")
    assert first.exit_code == 0, first.output
    words = "3 items: 1 reviews added (0 with a rating of unknown meaning), 0 known, 2 refused"
    assert words in first.output
    assert "claim-length: 1, first item 3" in first.output
    assert evidence(api)[0]["submitted_by"]["name"] == "Data Commons"
    (tmp_path / "same.ndjson").write_bytes(lines(REVIEW))
    again = run(app, "import", str(tmp_path / "same.ndjson"))
    assert "0 reviews added" in again.output and "1 known" in again.output


def test_what_is_exported_can_be_imported_elsewhere(api, settings, tmp_path):
    from tests.support.examples import ARTICLE

    article = api.contributor.post("/articles", ARTICLE | {"title": "=1+1"}, expect=201).json
    path = f"/articles/{article['id']}/claims"
    for quote in ("It cost 4.2 million pounds", "It cost much"):
        api.contributor.post(path, {"quote": quote}, expect=201)
    claim = api.anyone.get("/claims").json["items"][0]
    decision = {"status": "unverified", "reasons": "Said, and\n“no” more.", "finding": "Nothing"}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)

    unplaced = run(api.app, "export", str(tmp_path))
    assert unplaced.exit_code == 2 and "PUBLIC_URL" in unplaced.output
    public = Callers(start_app(replace(settings, public_url="https://claims.example")))
    for _ in range(2):
        assert "2 claims, 1 reviews" in run(public.app, "export", str(tmp_path)).output
    assert {each.name for each in tmp_path.glob("*.*")} >= {"claims.csv", "reviews.ndjson"}
    assert not list(tmp_path.glob("*.part"))
    rows = list(csv.DictReader((tmp_path / "claims.csv").open(newline="")))
    assert [row["quote"] for row in rows] == ["It cost 4.2 million pounds", "It cost much"]
    assert rows[1]["url"] == f"https://claims.example/claims/{claim['id']}"
    assert rows[1]["reasons"] == decision["reasons"] and rows[1]["finding"] == "Nothing"
    assert rows[0]["article"] == "'=1+1" and rows[0]["finding"] == ""
    again = run(api.app, "import", str(tmp_path / "reviews.ndjson"))
    assert "1 reviews added" in again.output and "0 refused" in again.output


def test_an_export_reads_batch_by_batch(api, settings, tmp_path, monkeypatch):
    from api.publishing import export

    monkeypatch.setattr(export, "BATCH_SIZE", 2)
    upload_reviews(api, [review(claimReviewed=f"This is claim number {n}.") for n in range(5)])
    public = Callers(start_app(replace(settings, public_url="https://claims.example")))
    assert "5 claims, 0 reviews" in run(public.app, "export", str(tmp_path)).output
    rows = list(csv.DictReader((tmp_path / "claims.csv").open(newline="")))
    assert len({row["id"] for row in rows}) == 5
