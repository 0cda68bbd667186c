"""Claims that say the same, on the pages: a reviewer's way from a similar claim to its status."""

from html import unescape

import pytest

from tests.support.review import get_status, give_verdict
from tests.support.same_claims import apply_verdict, get_appearances, join_claims, sorted_ids
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once


def shown(visitor, path, **more):
    return unescape(visitor.get(path, **more).get_data(as_text=True))


def test_from_a_similar_claim_to_its_status_and_back(api, signed_in, ground, say):
    claim, verdict = ground
    other = say("The bridge was opened on 19 March 1932, they say")
    visitor = signed_in("reviewer")
    path = f"/desk/{other['id']}/same"
    assert path in shown(visitor, f"/claims/{other['id']}")
    page = shown(visitor, path)
    assert f'value="{claim["id"]}"' in page and "Apply the status" not in page
    visitor.post(path, claim_id=claim["id"], reason="The same speech.")
    assert [each["claim"]["id"] for each in get_appearances(api, claim)["items"]] == sorted_ids(
        claim, other
    )
    page = shown(visitor, path)
    assert (
        f'value="{verdict["id"]}"' in page and f'name="claim_id" value="{claim["id"]}"' not in page
    )
    visitor.post(f"{path}/verdict", verdict=verdict["id"], reasons="One speech.")
    assert get_status(api, other)["applied_verdict"]["verdict"] == verdict["id"]
    page = shown(visitor, f"/claims/{other['id']}")
    assert "Decided as this claim, which says the same:" in page
    assert "2 independent sources support it" in page and "What is missing" not in page
    shown(visitor, path)
    visitor.post(f"{path}/parting", parting_reason="Another speech.")
    assert get_status(api, other)["status"] == "unverified"
    page = shown(visitor, f"/claims/{other['id']}")
    assert "Not said to be the same any more" in page and "Another speech." in page


def test_claims_that_are_not_the_same_are_not_parted(api, signed_in, ground, say):
    claim, _ = ground
    other = say("The bridge was opened on 19 March 1932, they say")
    visitor, path = signed_in("reviewer"), f"/desk/{other['id']}/same"
    shown(visitor, path)
    visitor.post(f"{path}/parting", 409, parting_reason="Another speech.")
    shown(visitor, path)
    visitor.post(path, claim_id=claim["id"], reason="The same speech.")
    shown(visitor, path)
    visitor.post(f"{path}/parting", 422, parting_reason=" ")
    assert [each["claim"]["id"] for each in get_appearances(api, claim)["items"]] == sorted_ids(
        claim, other
    )


def test_a_translation_is_named_by_its_address(api, signed_in, say):
    claim, words = say(), "大桥于1932年3月19日通车"
    story = {"title": "大桥", "text": f"{words}。", "language": "zh"}
    article = api.contributor.post("/articles", story, expect=201).json
    path = f"/articles/{article['id']}/claims"
    other = api.contributor.post(path, {"quote": words}, expect=201).json
    visitor = signed_in("reviewer")
    path = f"/desk/{claim['id']}/same"
    assert other["id"] not in shown(visitor, path)
    refused = visitor.post(path, 422, reason="A translation.").get_data(as_text=True)
    assert "Choose a claim" in refused and "A translation." in refused
    visitor.post(path, 422, address="http://localhost/claims", reason="A translation.")
    visitor.post(path, address=f"http://localhost/claims/{other['id']}#said", reason="Translated.")
    assert [each["claim"]["id"] for each in get_appearances(api, other)["items"]] == sorted_ids(
        claim, other
    )


def test_what_differs_cannot_be_chosen_and_is_refused(api, signed_in, say):
    claim, other = say("92 % of it is steel, they say"), say("60 % of it is steel, they say")
    visitor = signed_in("reviewer")
    path = f"/desk/{claim['id']}/same"
    page = shown(visitor, path)
    assert "“92 %” here, “60 %” there" in page and f'value="{other["id"]}"' not in page
    answer = visitor.post(path, 409, claim_id=other["id"], reason="So.")
    assert "The claims do not say the same" in answer.get_data(as_text=True)


def test_a_status_is_applied_to_what_was_seen(api, signed_in, ground, further, submit):
    visitor = signed_in("reviewer")
    path = f"/desk/{further['id']}/same"
    visitor.get(path)
    submit(further, "third.example", "disputes")
    api.work()
    filled_in = {"verdict": ground[1]["id"], "reasons": "One speech."}
    answer = visitor.post(f"{path}/verdict", 409, **filled_in)
    assert "It has changed meanwhile" in answer.get_data(as_text=True)
    visitor.get(path)
    answer = visitor.post(f"{path}/verdict", 409, **filled_in)
    assert "must not dispute it" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ["contributor", "admin"])
def test_the_desk_is_the_reviewers(app, signed_in, ground, further, role):
    path = f"/desk/{further['id']}/same"
    signed_in(role).get(path, expect=403)
    assert "/same" not in shown(signed_in(role), f"/claims/{further['id']}")
    answer = Visitor(app).get(path, expect=302)
    assert answer.headers["Location"].startswith("/sign-in")


def test_a_claims_page_shows_where_it_has_appeared(api, reader, say):
    claims = [say(published_at=date) for date in ("2021-05-01", "2020-10-18", None)]
    alone = shown(reader, f"/claims/{claims[0]['id']}")
    assert "Where it has appeared" not in alone
    for each in claims[1:]:
        join_claims(api, claims[0], each)
    page = shown(reader, f"/claims/{claims[0]['id']}")
    section = page[page.index('id="appearances"') :].partition("</section>")[0]
    assert section.count("<li>") == 3 and section.count("This claim") == 1
    assert section.index("1 May 2021</time> · latest") < section.index("2020</time> · first")


def test_hostile_words_are_words_there_too(api, reader, signed_in, say, submit):
    evil = '"><script>alert(1)</script>{{7*7}}'
    claim, other = say(evil), say(f"{evil} ")
    item = submit(claim, "a.example", "disputes")
    api.work()
    join_claims(api, claim, other, reason=evil)
    verdict = give_verdict(api.reviewer, claim, [item], "disputed", finding=evil).json
    apply_verdict(api, other, verdict, reasons=evil)
    visitor = signed_in("reviewer")
    for by, path in ((reader, ""), (visitor, "")):
        page = by.get(f"/claims/{other['id']}{path}").get_data(as_text=True)
        assert "<script>alert" not in page.partition('type="application/ld+json">')[0]
        assert (
            "&lt;script&gt;" in page and "49" not in page.partition("<h1")[2].partition("</h1")[0]
        )
    page = visitor.get(f"/desk/{other['id']}/same").get_data(as_text=True)
    assert "<script>alert" not in page and "&lt;script&gt;" in page
