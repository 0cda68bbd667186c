"""The pages over HTTP: who sees what, what a form does, and what is sent along."""

import gzip
import json
import re
from dataclasses import replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from api.audit_log import AuditAction, AuditEntry
from api.auth.roles import Role
from api.claims.enums import Status
from api.evidence.enums import EvidenceKind, EvidenceState, RejectionReason, Stance
from api.sources.models import SourceKind
from api.verdicts.models import ReviewReason
from api.verdicts.replies.models import AppealState, ContactOutcome
from api.web import assets, claims, highlights, interface_texts, truncation
from api.web.highlights import ClaimSpan
from api.web.truncation import count_html_bytes
from tests.support.applications import start_app
from tests.support.visitor import HTML, Visitor

pytestmark = pytest.mark.once

WORDS = "The opening was on 19 March 1932, a.example found"
DESKS = ["/desk", "/contributors"]


@pytest.fixture
def item(claim, submit, api):
    item = submit(claim, "a.example", "disputes", words=WORDS)
    api.work()
    return item


def public_pages(article, claim, item):
    own = [f"/articles/{article['id']}", f"/claims/{claim['id']}", f"/evidence/{item['id']}"]
    lists = ["/", "/articles", "/claims", "/claims?status=disputed", "/sources", "/sign-in"]
    return [*own, *lists, "/method", "/corrections", "/api"]


def test_readers_may_keep_a_page_until_it_changes(api, settings, reader, article, claim, item):
    house = Visitor(start_app(replace(settings, public_url="https://facts.example/")))
    for path in public_pages(article, claim, item):
        # A page that names the address that it was asked for at is in no cache but its reader's.
        for visitor, whose in ((house, "public"), (reader, "private")):
            answer = visitor.get(path)
            assert answer.headers["Cache-Control"] == f"{whose}, no-cache"
            assert "Cookie" in answer.headers["Vary"] and "Set-Cookie" not in answer.headers
            visitor.get(path, expect=304, If_None_Match=answer.headers["ETag"])
    before = reader.get(f"/claims/{claim['id']}").headers["ETag"]
    opinion = {"status": "disputed", "reasons": "So it is.", "evidence": [item["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", opinion, expect=201)
    reader.get(f"/claims/{claim['id']}", expect=200, If_None_Match=before)


def test_what_is_for_one_person_is_kept_by_nobody(signed_in):
    assert "no-store" in signed_in("reviewer").get("/desk").headers["Cache-Control"]


def test_pages_for_readers_are_packed_and_those_with_a_token_are_not(reader, signed_in, claim):
    path, client = f"/claims/{claim['id']}", reader.client
    plain = client.get(path, headers=HTML)
    takes = HTML | {"Accept-Encoding": "gzip"}
    packed = client.get(path, headers=takes)
    assert gzip.decompress(packed.data) == plain.data and "Content-Encoding" not in plain.headers
    assert {"Accept-Encoding", "Cookie"} <= set(packed.vary) & set(plain.vary)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(path, headers=takes | {"If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    refused = client.get(path, headers=HTML | {"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    visit = signed_in("contributor").client.get(path, headers=takes)
    assert "Content-Encoding" not in visit.headers and b"form_token" in visit.data


def test_nothing_in_a_page_runs_or_is_styled(reader, article, claim, item):
    for path in [*public_pages(article, claim, item), "/nothing"]:
        answer = reader.get(path, expect=404 if path == "/nothing" else 200)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "*" not in policy and "default-src 'none'" in policy
        page = answer.get_data(as_text=True)
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
        scripts = re.findall(r"<script[^>]*>", page)
        assert all("src=" in each or "application/ld+json" in each for each in scripts)


def test_a_claims_page_says_it_all(api, reader, claim, item):
    opinion = {
        "status": "disputed",
        "finding": "A day late",
        "reasons": "The archive gives another day.",
        "evidence": [item["id"]],
    }
    verdict = api.reviewer.post(f"/claims/{claim['id']}/verdicts", opinion, expect=201).json
    page = unescape(reader.get(f"/claims/{claim['id']}").get_data(as_text=True))
    for words in (opinion["finding"], opinion["reasons"], WORDS, "The Herald", verdict["hash"]):
        assert words in page
    assert "The chain was recomputed for this page, and it holds." in page
    assert f"<mark>{WORDS}</mark>" in page
    assert f'content="http://localhost/claims/{claim["id"]}"' in page


def test_anybody_appeals_and_another_reviewer_answers_in_public(api, app, signed_in, claim, item):
    visitor, form = Visitor(app), f"/claims/{claim['id']}/appeal"
    visitor.get(form)
    page = visitor.post(form, expect=422, text="Write to ann@a.example", contact="ann@a.example")
    assert "Leave the contact out" in page.get_data(as_text=True)
    where = visitor.post(form, text="It was the 20th.", contact="ann@a.example").headers["Location"]
    page = visitor.get(where).get_data(as_text=True)
    assert "It was the 20th." in page and "ann@a.example" not in page and "<form" not in page
    assert "It was the 20th." in visitor.get(f"/claims/{claim['id']}").get_data(as_text=True)

    reviewer = signed_in("reviewer")
    assert "an appeal is open" in reviewer.get("/desk").get_data(as_text=True)
    assert "ann@a.example" in reviewer.get(where).get_data(as_text=True)
    reviewer.post(where, decision="upheld", answer="So it was.")
    assert "So it was." in visitor.get(where).get_data(as_text=True)
    reviewer.post(where, expect=409, decision="declined", answer="Or not.")


def test_appeals_from_one_address_are_few(settings, api, claim):
    tight = Visitor(start_app(replace(settings, rate_limit_appeals="1/minute")))
    form = f"/claims/{claim['id']}/appeal"
    tight.get(form)
    tight.post(form, text="It was the 20th.", contact="ann@a.example")
    tight.post(form, expect=429, text="It was the 21st.", contact="ann@a.example")
    tight.get(form)


def test_what_is_put_on_record_is_on_the_claims_page(reader, signed_in, claim, item):
    reviewer, forms = signed_in("reviewer"), f"/desk/{claim['id']}/records"
    correction = {"wrong": "On the 19th.", "right": "On the 20th.", "reason": "A slip."}
    attempt = {"asked": "Its press office", "asked_at": "2026-03", "outcome": "answered"}
    for name, filled_in in (
        ("correction", correction),
        ("contact-attempt", attempt | {"reply": "We stand by it."}),
        ("interest", {"interest": "I once worked there."}),
    ):
        reviewer.get(forms)
        reviewer.post(f"{forms}/{name}", **filled_in)
    page = reader.get(f"/claims/{claim['id']}").get_data(as_text=True)
    for words in (*correction.values(), "We stand by it.", "I once worked there.", "Corrected on"):
        assert words in page
    assert "On the 20th." in reader.get("/corrections").get_data(as_text=True)
    reviewer.get(f"/desk/{claim['id']}")
    refused = reviewer.post(f"/desk/{claim['id']}", expect=403, status="unverified", reasons="So.")
    assert "Have a reviewer decide who has none." in refused.get_data(as_text=True)


def test_records_that_say_too_little_are_refused_with_what_was_filled_in(
    api, reader, signed_in, claim
):
    reviewer, forms = signed_in("reviewer"), f"/desk/{claim['id']}/records"
    for name, filled_in in (
        ("correction", {"wrong": "On the 19th.", "right": "On the 20th.", "reason": " "}),
        (
            "contact-attempt",
            {"asked": "Its press office", "asked_at": "soon", "outcome": "answered"},
        ),
        ("interest", {"interest": " "}),
    ):
        reviewer.get(forms)
        page = reviewer.post(f"{forms}/{name}", expect=422, **filled_in).get_data(as_text=True)
        for words in filled_in.values():
            assert words in page
        contributor = signed_in("contributor")
        contributor.get("/")
        contributor.post(f"{forms}/{name}", expect=403, **filled_in)
    for kept in ("corrections", "contact-attempts", "interests"):
        assert api.anyone.get(f"/claims/{claim['id']}/{kept}").json["items"] == []


def test_where_it_takes_two_the_first_waits_unseen(api, restart, submit, claim, item):
    house = restart(second_opinion=True)
    verdict = {"status": "disputed", "reasons": "Another day.", "evidence": [item["id"]]}
    desk = f"/desk/{claim['id']}"
    first, second = (Visitor(house.app).sign_in(each) for each in (api.reviewer, api.reviewer_2))
    first.get(desk)
    assert first.post(desk, **verdict).headers["Location"] == desk
    assert "waits, unseen" in first.get(desk).get_data(as_text=True)
    assert "What you have said" in first.get("/desk").get_data(as_text=True)
    assert "What you have said" not in second.get("/desk").get_data(as_text=True)
    page = second.get(desk).get_data(as_text=True)
    assert "waits, unseen" not in page and "Another day." not in page
    assert "Another day." not in first.get(f"/claims/{claim['id']}").get_data(as_text=True)
    second.get(desk)
    onwards = second.post(desk, **verdict | {"reasons": "Its own."}).headers["Location"]
    page = second.get(onwards).get_data(as_text=True)
    assert "Another day." in page and "A second reviewer" in page
    assert "What you have said" not in first.get("/desk").get_data(as_text=True)


VOCABULARIES = {
    "status": Status,
    "stance": Stance,
    "kind": EvidenceKind,
    "state": EvidenceState,
    "role": Role,
    "rejection": RejectionReason,
    "source_kind": SourceKind,
    "review_reason": ReviewReason,
    "happening": AuditAction,
    "outcome": ContactOutcome,
    "appeal_state": AppealState,
}


@pytest.mark.parametrize("section", VOCABULARIES)
def test_every_word_of_a_vocabulary_has_one_for_people(section):
    words = {member.value.replace(" ", "_") for member in VOCABULARIES[section]}
    assert words <= set(interface_texts.TEXTS[section])


def linked_data(page):
    (document,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(document)


def test_a_claims_page_holds_its_claimreview(api, reader, claim, item):
    path = f"/claims/{claim['id']}"
    for decided in (False, True):
        if decided:
            opinion = {"status": "disputed", "reasons": "No.</script>", "evidence": [item["id"]]}
            api.reviewer.post(f"{path}/verdicts", opinion, expect=201)
        document = linked_data(reader.get(path).get_data(as_text=True))
        assert document == api.anyone.get(f"{path}.jsonld").json
        assert document["@type"] == ("ClaimReview" if decided else "Claim")
    assert document["url"] == f"http://localhost{path}"


def test_addresses_that_go_out_are_the_public_ones(api, settings, claim):
    public = Visitor(start_app(replace(settings, public_url="https://facts.example/")))
    page = public.get(f"/claims/{claim['id']}").get_data(as_text=True)
    address = f"https://facts.example/claims/{claim['id']}"
    assert f'rel="canonical" href="{address}"' in page
    assert f'property="og:url" content="{address}"' in page and "localhost" not in page


def test_a_status_is_nowhere_shown_without_its_exception(api, reader, signed_in, claim, submit):
    item = submit(claim, "register.example", "supports", kind="primary")
    api.work()
    why = {"exception": "It is the register itself.", "evidence": [item["id"]]}
    verdict = {"status": "confirmed", "reasons": "So it says."} | why
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", verdict, expect=201)
    for path in ("/", "/claims", f"/articles/{claim['article_id']}", f"/claims/{claim['id']}"):
        assert "by exception" in reader.get(path).get_data(as_text=True), path
    assert why["exception"] in reader.get(f"/claims/{claim['id']}").get_data(as_text=True)
    page = signed_in("reviewer").get(f"/desk/{claim['id']}").get_data(as_text=True)
    assert "by exception" in page


def test_however_much_there_is_a_page_stays_small(api, reader, signed_in, claim, submit):
    for number in range(32):
        words = f"Number {number} says " + "something at length, " * 50
        note = "A note that is long. " * 90
        submit(claim, f"{number}.example", "context", words=words.strip(" ,"), note=note)
    api.work()
    desk = signed_in("reviewer")
    for visitor, path, shown in ((reader, "claims", 16), (desk, "desk", 25)):
        page = visitor.get(f"/{path}/{claim['id']}").get_data(as_text=True)
        assert page.count('class="excerpt"') == shown + 1 and "more evidence than fits" in page
        assert len(page.encode()) < 100_000


#: The bytes that a page may have, so that it stays under 100 kB with all that it loads.
MOST = 80_000


def test_a_page_stays_small_whatever_it_says(api, reader, signed_in, outside, submit):
    heavy = "<&>" * 165 + " {}"
    lines = "\n".join(f"Line{number}x " + "<&>" * 40 + "." for number in range(60))
    article = {"title": "<&>" * 160, "text": lines, "language": "en"}
    article = api.contributor.post("/articles", article, expect=201).json
    for number in range(45):
        words = {"quote": f"Line{number}x <&>", "statement": heavy.format(number)}
        path = f"/articles/{article['id']}/claims"
        claim = api.contributor.post(path, words, expect=201).json
    for number in range(20):
        more = {"note": "<&>" * 600, "kind": "primary"}
        address = f"http://{number}.example/{'a&b' * 300}"
        words = "&lt;&amp;&gt;" * 500
        page = f"<html><body><p>It says {words} at {number}</p></body></html>"
        outside.publish(address, page)
        filled_in = {"source_url": address, "quote": f"{'<&>' * 500} at {number}"}
        path = f"/claims/{claim['id']}/evidence"
        api.contributor.post(path, filled_in | {"stance": "supports"} | more, expect=202)
    api.work()
    paths = ["/", "/claims", f"/articles/{article['id']}", f"/claims/{claim['id']}"]
    for visitor, path in (
        *((reader, path) for path in paths),
        (signed_in("reviewer"), f"/desk/{claim['id']}"),
    ):
        assert len(visitor.get(path).data) < MOST, path


def test_a_text_of_many_claims_comes_in_parts_that_stay_small(api, reader):
    text = " ".join(f"Sentence {number} stands." for number in range(1_000))
    article = {"title": "Long", "text": text, "language": "en"}
    article = api.contributor.post("/articles", article, expect=201).json
    for number in range(300):
        quote = {"quote": f"Sentence {number} stands"}
        api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201)
    page = reader.get(f"/articles/{article['id']}")
    assert len(page.data) < MOST and "More claims of this article" in page.get_data(as_text=True)


def test_claims_are_searched_from_the_page(reader, stored):
    def found(query):
        page = unescape(reader.get(f"/claims?{query}").get_data(as_text=True))
        return {name for name, claim in stored.items() if f"/claims/{claim['id']}" in page}

    assert found("q=bridge+crowd") == {"bridge"}
    assert found("q=Wi-Fi") == {"wifi"} and 'value="Wi-Fi"' in unescape(reader.page)
    assert found("q=bridge+crowd&status=disputed") == found("q=zeppelin") == set()
    assert len(found("")) == len(stored)
    reader.get("/claims?q=" + "x" * 5_000, expect=422)


def test_lists_go_on(api, reader, article):
    for number in range(31):
        quote = {"quote": "It cost", "suffix": " 4.2 million", "statement": f"It cost {number}"}
        api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201)
    page = reader.get("/claims?status=unverified").get_data(as_text=True)
    assert page.count('class="statement"') == 30
    onwards = unescape(re.search(r'rel="next" href="([^"]+)"', page)[1])
    assert "It cost 0<" in reader.get(onwards).get_data(as_text=True)


def test_a_long_text_comes_in_parts_each_with_its_claims(api, reader):
    words = " ".join(f"Sentence {number} stands here." for number in range(2_000))
    long = {"title": "Long", "text": f"{words}\nThe end came at noon.", "language": "en"}
    article = api.contributor.post("/articles", long, expect=201).json
    quote = {"quote": "The end came at noon"}
    claim = api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json
    first = reader.get(f"/articles/{article['id']}").get_data(as_text=True)
    assert "Sentence 0 stands" in first and "came at noon" not in first
    last = reader.get(f"/articles/{article['id']}?claim={claim['id']}").get_data(as_text=True)
    assert 'class="passage unverified"' in last and 'rel="prev"' in last


def test_problems_are_pages_for_people_and_json_for_programs(app, reader):
    assert reader.get("/claims/0", expect=404).mimetype == "text/html"
    assert reader.get("/claims?cursor=nonsense", expect=422).mimetype == "text/html"
    assert reader.get("/v1/nothing", expect=404).mimetype == "application/problem+json"
    plain = app.test_client().get("/nothing")
    assert (plain.status_code, plain.mimetype) == (404, "application/problem+json")


def test_who_is_not_signed_in_is_asked_to_and_led_back(api, app, claim):
    visitor = Visitor(app)
    path = f"/claims/{claim['id']}/contribute"
    asked = visitor.get(path, expect=302).headers["Location"]
    assert asked.startswith("/sign-in?next=")
    visitor.get(asked)
    assert visitor.post("/sign-in", key=api.contributor.key).headers["Location"] == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil",
        ),
        *("//[", "https://[/"),  # hosts that are none
        *("/sign-out", "/nothing"),  # no pages
    ],
)
def test_signing_in_leads_nowhere_else(api, app, elsewhere):
    visitor = Visitor(app)
    visitor.get(f"/sign-in?next={quote(elsewhere, safe='')}")
    visitor.post("/sign-in", key="cl_wrong", next=elsewhere, expect=422)
    answer = visitor.post("/sign-in", key=api.contributor.key, next=elsewhere)
    assert answer.headers["Location"] == "/"


def test_a_wrong_key_opens_nothing_and_is_not_shown_again(app):
    visitor = Visitor(app)
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", key="cl_wrong", expect=422)
    page = answer.get_data(as_text=True)
    assert "unknown, expired or revoked" in page and "cl_wrong" not in page
    assert "Set-Cookie" not in answer.headers


def test_the_cookie_is_for_no_script_and_no_other_site(api, app):
    for https in (False, True):
        visitor = Visitor(app, https)
        visitor.get("/sign-in")
        cookie = visitor.post("/sign-in", key=api.reviewer.key).headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is https and cookie.startswith("__Host-") is https
        assert api.reviewer.key not in cookie
        visitor.get("/desk")


def test_the_page_never_holds_the_key(api, signed_in):
    page = signed_in("reviewer").get("/desk").get_data(as_text=True)
    assert api.reviewer.key not in page and "Signed in as" in page


def test_who_signs_in_again_ends_the_visit_before(api, signed_in):
    visitor = signed_in("reviewer")
    before = visitor.client.get_cookie("visit").value
    visitor.get("/desk")
    visitor.sign_in(api.contributor)
    assert "Contributor" in visitor.get("/").get_data(as_text=True)
    visitor.get("/desk", expect=403)
    visitor.client.set_cookie("visit", before)
    visitor.get("/desk", expect=302)


def test_a_visit_ends_when_it_is_ended(app, signed_in):
    visitor = signed_in("reviewer")
    stolen = visitor.client.get_cookie("visit").value
    visitor.get("/desk")
    visitor.post("/sign-out")
    visitor.get("/desk", expect=302)
    visitor.client.set_cookie("visit", stolen)
    visitor.get("/desk", expect=302)


def test_a_visit_ends_with_its_key_its_owners_access_and_the_day(api, app, signed_in):
    import time_machine

    person = f"/contributors/{api.contributor.id}"
    visitor = signed_in("contributor")
    (key,) = api.admin.get(f"{person}/keys").json["items"]
    api.admin.post(f"/keys/{key['id']}/revocation", expect=200)
    assert "Signed in as" not in visitor.get("/").get_data(as_text=True)

    visitor = signed_in("reviewer")
    person = f"/contributors/{api.reviewer.id}"
    etag = api.admin.get(person).headers["ETag"]
    api.admin.patch(person, {"active": False}, expect=200, headers={"If-Match": etag})
    visitor.get("/desk", expect=302)

    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        visitor = signed_in("reviewer_2")
        clock.shift(12 * 3600 - 1)
        visitor.get("/desk")
        clock.shift(2)
        visitor.get("/desk", expect=302)


def test_the_api_does_not_use_web_sessions(api, signed_in, claim, statements):
    client = signed_in("reviewer").client
    with statements() as sent:
        answer = client.get("/v1/claims")
    assert answer.status_code == 200 and not [each for each in sent if "web_sessions" in each]
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
    opinion = {"status": "unverified", "reasons": "By a cookie."}
    assert client.post(f"/v1/claims/{claim['id']}/verdicts", json=opinion).status_code == 401


def test_a_key_is_no_visit(api, reader):
    reader.get("/desk", expect=302, Authorization=f"Bearer {api.reviewer.key}")


@pytest.mark.parametrize(
    "headers, token",
    [
        ({}, ""),
        ({}, "x" * 64),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Sec-Fetch-Site": "same-site"}, None),
        ({"Origin": "https://evil.example"}, None),
        ({"Origin": "null"}, None),
    ],
)
def test_forms_of_other_sites_do_nothing(api, signed_in, claim, headers, token):
    visitor = signed_in("contributor")
    visitor.get(f"/claims/{claim['id']}/contribute")
    filled_in = {"source_url": "http://a.example/", "quote": "It was opened", "stance": "disputes"}
    if token is not None:
        filled_in["form_token"] = token
    path = f"/claims/{claim['id']}/contribute"
    answer = visitor.post(path, expect=403, headers=headers, **filled_in)
    assert answer.mimetype == "text/html"
    assert api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"] == []


@pytest.mark.parametrize(
    "headers, token", [({}, "x" * 64), ({"Sec-Fetch-Site": "cross-site"}, None)]
)
def test_another_site_signs_nobody_out(signed_in, headers, token):
    visitor = signed_in("reviewer")
    visitor.get("/desk")
    visitor.post("/sign-out", 403, headers=headers, **({"form_token": token} if token else {}))
    visitor.get("/desk")


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {"Origin": "http://["}],
)
def test_another_site_signs_nobody_in(api, app, headers):
    visitor = Visitor(app)
    answer = visitor.post("/sign-in", key=api.contributor.key, headers=headers, expect=403)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path, role", [(p, r) for p in DESKS for r in ("contributor",)])
def test_desks_are_for_those_who_work_at_them(signed_in, path, role):
    assert signed_in(role).get(path, expect=403).mimetype == "text/html"


def test_each_desk_opens_to_its_role_alone(signed_in, claim):
    desks = {"reviewer": ["/desk", f"/desk/{claim['id']}"], "admin": ["/contributors"]}
    for role, paths in desks.items():
        visitor, others = signed_in(role), [p for r, ps in desks.items() if r != role for p in ps]
        for path in paths:
            visitor.get(path)
        for path in others:
            visitor.get(path, expect=403)


def test_evidence_is_submitted_and_what_is_wrong_is_said_beside_it(api, signed_in, claim, outside):
    visitor, path = signed_in("contributor"), f"/claims/{claim['id']}/contribute"
    visitor.get(path)
    bad = {"source_url": "http://127.0.0.1/", "quote": 'Spelt "out" & <b>', "stance": "disputes"}
    page = visitor.post(path, expect=422, **bad).get_data(as_text=True)
    assert "127.0.0.1 is a loopback" in page and 'id="source_url"' in page
    assert "Spelt &#34;out&#34; &amp; &lt;b&gt;" in page
    assert re.search(r'value="disputes" checked', page)
    short = {"source_url": "http://a.example/", "quote": "short"}
    page = visitor.post(path, expect=422, **short).get_data(as_text=True)
    assert "Length must be between 8" in page and 'href="#stance"' in page

    outside.publish("http://a.example/", f"<html><body><p>{WORDS}.</p></body></html>")
    good = {"source_url": "http://a.example/", "quote": WORDS, "stance": "disputes"}
    where = visitor.post(path, **good).headers["Location"]
    assert "Being examined" in visitor.get(where).get_data(as_text=True)
    api.work()
    assert "Quote found" in visitor.get(where).get_data(as_text=True)
    visitor.get(path)
    again = visitor.post(path, expect=409, **good).get_data(as_text=True)
    assert "on this claim already" in again


def test_a_page_that_waits_for_an_examination_is_told_what_came_of_it(api, reader, claim, submit):
    item = submit(claim, "a.example", "disputes", words=WORDS)
    path = f"/evidence/{item['id']}/examination"
    part = reader.get(path).get_data(as_text=True)
    assert "Being examined" in part and "<html" not in part
    api.work()
    part = reader.get(path).get_data(as_text=True)
    assert "Quote found" in part and "Being examined" not in part
    reader.get(path.replace(item["id"], claim["id"]), expect=404)


def test_attributes_of_a_form_are_parted_by_space(signed_in, claim):
    """Browsers forgive it; HTML does not (missing-whitespace-between-attributes)."""
    for role, path in (
        ("contributor", f"/claims/{claim['id']}/contribute"),
        ("reviewer", f"/desk/{claim['id']}/records"),
        ("admin", "/contributors"),
    ):
        page = signed_in(role).get(path).get_data(as_text=True)
        assert "<form" in page and re.findall(r'<[^<>]*="[^"]*"[\w-]+=[^<>]*>', page) == []


def test_fields_are_checked_while_they_are_filled_in(signed_in):
    visitor = signed_in("contributor")

    def said(field, value):
        return visitor.get(f"/check/{field}?{field}={value}").get_data(as_text=True).strip()

    assert said("quote", "short") == "Length must be between 8 and 2000."
    assert said("quote", "long+enough") == ""
    assert "private" in said("source_url", "http://10.0.0.1/")
    assert said("source_url", "http://a.example/") == ""


def test_evidence_is_judged_and_taken_back(api, signed_in, item):
    path = f"/evidence/{item['id']}"
    reviewer = signed_in("reviewer")
    reviewer.get(path)
    page = reviewer.post(f"{path}/review", expect=422, decision="rejected")
    assert "Give a reason to reject" in page.get_data(as_text=True)
    reviewer.get(path)
    reviewer.post(f"{path}/review", decision="rejected", reason="off_topic", note="No.")
    assert "Does not count: rejected" in reviewer.get(path).get_data(as_text=True)
    submitter = signed_in("contributor")
    submitter.get(path)
    submitter.post(f"{path}/retraction", reason="I misread it.")
    assert "retracted by its submitter" in submitter.get(path).get_data(as_text=True)


def test_evidence_is_not_taken_back_without_a_reason_or_by_another(api, signed_in, item):
    path = f"/evidence/{item['id']}"
    submitter, reviewer = signed_in("contributor"), signed_in("reviewer")
    submitter.get(path)
    submitter.post(f"{path}/retraction", expect=422, reason=" ")
    reviewer.get(path)
    reviewer.post(f"{path}/retraction", expect=403, reason="I would not.")
    assert api.anyone.get(path).json["retracted_at"] is None


def test_a_verdict_is_given_on_what_was_seen(api, signed_in, reader, claim, item, submit):
    reviewer, path = signed_in("reviewer"), f"/desk/{claim['id']}"
    assert claim["statement"] in reviewer.get("/desk").get_data(as_text=True)
    verdict = {"status": "disputed", "reasons": "Another day.", "evidence": [item["id"]]}
    reviewer.get(path)
    submit(claim, "b.example", "supports")
    api.work()
    page = reviewer.post(path, expect=409, **verdict).get_data(as_text=True)
    assert "Look at it as it is now" in page and "Another day." in page
    reviewer.get(path)
    assert reviewer.post(path, **verdict).headers["Location"] == f"/claims/{claim['id']}"
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "disputed"
    assert "Another day." in reader.get(f"/claims/{claim['id']}").get_data(as_text=True)


def test_the_gate_is_the_apis(api, signed_in, claim, item):
    reviewer, path = signed_in("reviewer"), f"/desk/{claim['id']}"
    reviewer.get(path)
    unfounded = {"status": "confirmed", "reasons": "I like it.", "evidence": []}
    page = reviewer.post(path, expect=409, **unfounded).get_data(as_text=True)
    assert "must not dispute it" in page and "I like it." in page
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "unverified"


def test_requirements_follow_the_draft(signed_in, claim, item):
    reviewer = signed_in("reviewer")
    draft = f"/desk/{claim['id']}/requirements?status=disputed"
    assert "Not met" in reviewer.get(draft).get_data(as_text=True)
    reviewer.get(draft.replace("disputed", "nonsense"), expect=422)
    met = reviewer.get(f"{draft}&evidence={item['id']}").get_data(as_text=True)
    assert "Not met" not in met and "Met:" in met


def test_people_and_keys_are_run_from_the_pages(api, app, signed_in):
    admin = signed_in("admin")
    admin.get("/contributors")
    person = admin.post("/contributors", name="Ann", role="reviewer").headers["Location"]
    admin.get(person)
    answer = admin.post(f"{person}/keys", expect=200, last_day="2030-01-01")
    key = re.search(r"cl_[\w-]{43}", answer.get_data(as_text=True))[0]
    assert "no-store" in answer.headers["Cache-Control"]
    page = admin.get(person).get_data(as_text=True)
    assert key not in page and "1 January 2030" in page

    ann = Visitor(app)
    ann.get("/sign-in")
    ann.post("/sign-in", key=key)
    ann.get("/desk")
    key_id = re.search(r'name="key_id" value="([^"]+)"', page)[1]
    admin.post(f"{person}/revocation", key_id=key_id)
    ann.get("/desk", expect=302)

    admin.get(person)
    admin.post(person, role="contributor")
    assert "Access ended" in admin.get(person).get_data(as_text=True)
    admin.get(person)
    page = admin.post(person, expect=409, role="admin", seen="old").get_data(as_text=True)
    assert "changed meanwhile" in page


def test_people_and_keys_that_cannot_be_are_refused_with_what_was_filled_in(api, signed_in):
    admin = signed_in("admin")
    people = len(api.admin.get("/contributors").json["items"])
    admin.get("/contributors")
    page = admin.post("/contributors", expect=422, name="Ann", role="emperor")
    assert 'value="Ann"' in page.get_data(as_text=True)
    admin.post("/contributors", expect=422, name=" ", role="reviewer")
    assert len(api.admin.get("/contributors").json["items"]) == people
    path = f"/contributors/{api.reviewer.id}"
    keys = len(api.admin.get(f"{path}/keys").json["items"])
    admin.get(path)
    for last_day in ("tomorrow", "2026-02-30"):
        page = admin.post(f"{path}/keys", expect=422, last_day=last_day).get_data(as_text=True)
        assert f'value="{last_day}"' in page and not re.search(r"cl_[\w-]{43}", page)
    assert len(api.admin.get(f"{path}/keys").json["items"]) == keys
    reviewer = signed_in("reviewer")
    reviewer.get("/desk")
    reviewer.post("/contributors", expect=403, name="Ann", role="admin")
    reviewer.post(f"{path}/keys", expect=403, last_day="")


def test_nobody_ends_a_key_by_another_persons_page(api, signed_in):
    admin = signed_in("admin")
    (key,) = api.admin.get(f"/contributors/{api.reviewer.id}/keys").json["items"]
    path = f"/contributors/{api.contributor.id}"
    admin.get(path)
    admin.post(f"{path}/revocation", expect=404, key_id=key["id"])
    assert api.admin.get(f"/keys/{key['id']}").json["revoked_at"] is None


def test_a_publisher_is_described(api, signed_in, item):
    (source,) = api.anyone.get("/sources").json["items"]
    admin, path = signed_in("admin"), f"/sources/{source['id']}"
    admin.get(path)
    admin.post(path, name="A", owner="A & Co", kind="wire", interests="")
    assert api.anyone.get(path).json["owner"] == "A & Co"
    admin.get(path)
    admin.post(path, name="A", owner="", kind="wire", interests="")
    assert api.anyone.get(path).json["owner"] is None


def test_hostile_words_are_words(api, reader, outside, submit):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    text = {"title": evil, "text": f"Before {evil} after.", "author": evil, "language": "en"}
    article = api.contributor.post("/articles", text, expect=201).json
    quote = {"quote": evil, "statement": evil, "claimant": evil, "tags": [evil[:40]]}
    claim = api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json
    item = submit(claim, "a.example", words="The words", page="<p>The words</p>", note=evil)
    for path in public_pages(article, claim, item):
        page = reader.get(path).get_data(as_text=True)
        assert "<script>alert" not in page and "<img" not in page


@given(
    st.text(alphabet="ab \n", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=6),
)
def test_pieces_make_up_the_text_and_each_claim_has_its_own(text, spans):
    passages = [
        ClaimSpan(str(number), start, min(start + length, len(text)))
        for number, (start, length) in enumerate(spans)
        if start < len(text)
    ]
    pieces = [piece for each in highlights.split_paragraphs(text, passages) for piece in each]
    lines = [line for line in text.split("\n") if line.strip()]
    assert "".join(piece.text for piece in pieces) == "".join(lines)
    for passage in passages:
        words = "".join(piece.text for piece in pieces if passage.id in piece.within)
        own = text[passage.start : passage.end]
        shown = [
            text[max(passage.start, start) : min(passage.end, start + len(line))]
            for start, line in placed(text)
        ]
        assert words == "".join(shown) and len(words) <= len(own)


def placed(text):
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


@given(st.text(alphabet="ab<&é中 \n", max_size=40).map(lambda text: text * 1_500))
def test_parts_join_up_and_none_is_long(text):
    spans = highlights.split_parts(text)
    assert "".join(text[start:end] for start, end in spans) == text
    for low, high in spans:
        assert (
            count_html_bytes(text[low:high]) + 20 * text.count("\n", low, high)
            <= highlights.MAX_PART_BYTES
        )


@given(st.text(), st.integers(8, 60))
def test_what_is_shortened_weighs_no_more_and_says_that_it_goes_on(text, most):
    short = truncation.shorten_text(text, most)
    assert count_html_bytes(short) == len(str(escape(short)).encode()) <= most or short == text
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_what_changed_of_late_is_on_the_front_page(api, reader, claim, item):
    path = f"/claims/{claim['id']}"
    opinion = {"status": "disputed", "finding": "A day late", "reasons": "So.", "evidence": []}
    opinion["evidence"] = [item["id"]]
    api.reviewer.post(f"{path}/verdicts", opinion, expect=201)
    correction = {"wrong": "On the 19th.", "right": "On the 20th.", "reason": "A slip."}
    api.reviewer.post(f"{path}/corrections", correction, expect=201)
    api.reviewer.post(f"{path}/withdrawal", {"reason": "Nobody said it."}, expect=200)
    page = reader.get("/").get_data(as_text=True)
    places = [page.index(words) for words in ("Nobody said it.", "On the 20th.", "A day late")]
    assert places == sorted(places)


def test_happenings_that_say_the_same_in_a_row_are_told_once():
    subject, other = uuid4(), uuid4()
    whats = [AuditAction.LINES_REDRAWN] * 4 + [
        AuditAction.EVIDENCE_STALE,
        AuditAction.LINES_REDRAWN,
    ]
    entries = [
        AuditEntry(action=what, subject_id=subject, by_id=None, details={}) for what in whats
    ]
    entries.append(AuditEntry(action=whats[-1], subject_id=other, by_id=None, details={}))
    assert claims._merge_repeats(entries) == [(entries[0], 4), *((each, 1) for each in entries[4:])]


def test_what_programs_ask_for_unasked_is_there(app, reader):
    assert reader.get("/robots.txt").mimetype == "text/plain"
    icon = reader.get("/favicon.ico", expect=302).headers["Location"]
    assert reader.get(icon).mimetype == "image/svg+xml"


def test_assets_are_kept_for_good_packed_and_what_the_manifest_says(app):
    client = app.test_client()
    with app.test_request_context():
        addresses = [assets.asset_url(name) for name in sorted(assets.asset_names())]
    for address in addresses:
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        plain = client.get(address)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "immutable" in packed.headers["Cache-Control"]
        assert len(packed.data) < len(plain.data) and "Content-Encoding" not in plain.headers
    theirs = [assets.ASSETS_FOLDER, Path(__file__).parents[1] / "axe"]
    for folder in theirs:
        for package in json.loads((folder / "manifest.json").read_text()):
            for name, digest in package["sha256"].items():
                assert sha256((folder / name).read_bytes()).hexdigest() == digest, name
    assert client.get("/assets/manifest.json").status_code == 404


def test_every_text_is_used_and_every_one_that_is_used_is_there():
    templates = Path(interface_texts.__file__).parent / "templates"
    used = "\n".join(path.read_text() for path in templates.rglob("*.html"))
    for section, texts in interface_texts.TEXTS.items():
        for name in texts:
            by_name = (
                rf"\bt\.{section}\.{name}\b|\bt\.{section}\[|\(t\.{section}\)|t\.{section}[,.)]"
            )
            assert re.search(by_name, used), f"{section}.{name}"


def test_limits_hold_on_pages_too(settings):
    tight = Visitor(start_app(replace(settings, rate_limit_address="2/minute")))
    tight.get("/method")
    tight.get("/method")
    assert tight.get("/method", expect=429).mimetype == "text/html"


def test_a_claims_page_shows_similar_ones_and_what_differs(api, reader, article, claim):
    path = f"/articles/{article['id']}/claims"
    other = {"quote": "It cost much", "statement": "The bridge was opened on 20 March 1932"}
    other = api.contributor.post(path, other, expect=201).json
    page = reader.get(f"/claims/{claim['id']}").get_data(as_text=True)
    assert other["statement"] in page and f"/claims/{other['id']}" in page
    assert "its status says nothing of this claim" in page
