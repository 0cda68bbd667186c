"""Publishers, and how who owns them and what reviewers rule draw the lines of evidence."""

import pytest

from api.sources.service import registrable_domain


def lines_of(api, claim):
    items = api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]
    return [item["group"] for item in items]


def source(api, domain):
    (found,) = api.anyone.get(f"/sources?domain={domain}").json["items"]
    return found


def describe(api, found, expect=200, by=None, **change):
    address = f"/sources/{found['id']}"
    match = {"If-Match": api.anyone.get(address).headers["ETag"]}
    return (by or api.admin).patch(address, change, headers=match, expect=expect)


@pytest.fixture
def two(api, claim, submit):
    items = [submit(claim, host) for host in ("first.example", "second.example")]
    api.work()
    return items


@pytest.mark.each_database
def test_a_publisher_is_known_by_its_registrable_domain(api, claim, submit):
    submit(claim, "www.news.bbc.co.uk")
    submit(claim, "m.bbc.co.uk")
    api.work()
    found = source(api, "bbc.co.uk")
    assert found["owner"] == "BBC" and found["kind"] == "secondary"
    assert lines_of(api, claim) == [1, 1]


@pytest.mark.parametrize(
    "url, domain",
    [
        ("http://93.184.216.34/a", "93.184.216.34"),
        ("http://[2606:2800:220:1::0:1]:80/a", "2606:2800:220:1::1"),
        ("http://www.216.34.example.co.uk/", "example.co.uk"),
        ("http://intranet/", "intranet"),
    ],
)
def test_an_ip_address_is_a_publisher_whole(url, domain):
    assert registrable_domain(url) == domain


def test_publishers_of_one_owner_are_one_line(api, claim, two):
    assert lines_of(api, claim) == [1, 2]
    for domain in ("first.example", "second.example"):
        describe(api, source(api, domain), owner="The Family")
    api.work()
    assert lines_of(api, claim) == [1, 1]
    (first, _) = api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]
    assert "The Family" in " ".join(first["group_reasons"])
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["supporting_groups"] == 1
    assert len(api.anyone.get("/sources?owner=The Family").json["items"]) == 2


def test_only_an_admin_says_who_owns_whom(api, two):
    for who in (api.contributor, api.reviewer):
        describe(api, source(api, "first.example"), owner="Me", by=who, expect=403)


def test_the_claimants_own_site_does_not_support(api, article, submit):
    quote = {"quote": "It cost much", "claimant_domains": ["builder.example"]}
    path = f"/articles/{article['id']}/claims"
    claim = api.contributor.post(path, quote, expect=201).json
    submit(claim, "www.builder.example")
    api.work()
    (item,) = api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]
    assert (
        item["independent"] is False and item["counts"] is False and item["not_independent_reason"]
    )
    status = api.anyone.get(f"/claims/{claim['id']}/status").json
    assert status["supporting_groups"] == 0


@pytest.fixture
def builders(api, article):
    """A claim of the builder's."""
    quote = {"quote": "It cost much", "claimant_domains": ["builder.example"]}
    path = f"/articles/{article['id']}/claims"
    return api.contributor.post(path, quote, expect=201).json


def lead(api, outside, claim, address, page, *, words):
    """Submit an address that leads to a page, and have it examined."""
    if address != page:
        outside.publish(address, "", status=302, Location=page)
    item = {"source_url": address, "quote": words, "stance": "supports"}
    created = api.contributor.post(f"/claims/{claim['id']}/evidence", item, expect=202)
    api.work()
    found = api.anyone.get(created.headers["Location"]).json
    assert found["state"] == "quote_verified"
    return found


@pytest.mark.parametrize(
    "page, why",
    [
        ("http://www.builder.example/news", "the claimant's own site"),
        ("http://paper.example/opinion", "the article's own publisher"),
        (
            "http://web.archive.org/web/20200102030405id_/http://builder.example/news",
            "the claimant's own site",
        ),
        ("http://archive.ph/2020.01.02-030405/http:/builder.example/", "the claimant's own site"),
        (
            "http://archive.ph/20200102/http://web.archive.org/web/2020/http://builder.example/",
            "the claimant's own site",
        ),
        ("http://other.example/web/2020/http://builder.example/", None),
        ("http://web.archive.org/web/2020/http://a..b/", None),
    ],
)
def test_whoever_published_the_page_that_was_read_is_the_publisher(api, outside, page, why):
    story = {"url": "http://paper.example/story", "title": "Bridge", "text": "It cost much."}
    article = api.contributor.post("/articles", story, expect=201).json
    quote = {"quote": "It cost much", "claimant_domains": ["builder.example"]}
    path = f"/articles/{article['id']}/claims"
    claim = api.contributor.post(path, quote, expect=201).json
    outside.publish(page, "<p>The opening was on 19 March 1932, says somebody.</p>")
    words = "The opening was on 19 March 1932"
    direct = lead(api, outside, claim, page, page, words=words)
    short = lead(api, outside, claim, "http://short.example/1", page, words=words)
    for item in (direct, short):
        assert (item["independent"], item["not_independent_reason"]) == (why is None, why)
    assert short["source"] == direct["source"] and short["group"] == direct["group"]
    assert short["source_url"] == "http://short.example/1"


def test_short_links_are_the_line_of_the_publisher_that_they_lead_to(api, claim, outside):
    words = [f"The opening was on 19 March 1932, {who} found" for who in ("Ann", "Bob", "Cleo")]
    sites = ("big.example", "www.big.example", "other.example")
    items = []
    for number, (said, site) in enumerate(zip(words, sites, strict=True)):
        page = outside.publish(f"http://{site}/{number}", f"<p>{said}.</p>")
        items.append(lead(api, outside, claim, f"http://s{number}.example/x", page, words=said))
    shared = lead(api, outside, claim, "http://s1.example/y", page, words=said)
    assert lines_of(api, claim) == [1, 1, 2, 2]
    assert "both have the same publisher (big.example)" in items[1]["group_reasons"]
    assert shared["source"]["domain"] == "other.example"
    describe(api, source(api, "other.example"), owner="The Family")
    describe(api, source(api, "big.example"), owner="The Family")
    api.work()
    assert lines_of(api, claim) == [1, 1, 1, 1]


def test_the_claimants_address_stays_the_claimants_wherever_it_leads(api, builders, outside):
    page = outside.publish("http://builder-group.example/", "<p>It was built to last for long.</p>")
    words = "It was built to last"
    item = lead(api, outside, builders, "http://builder.example/", page, words=words)
    assert item["not_independent_reason"] == "the claimant's own site"
    assert item["source"]["domain"] == "builder-group.example"


def test_an_article_behind_a_short_link_is_its_publishers(api, outside):
    page = outside.publish(
        "http://paper.example/story",
        f"<p>It cost much. {'The river is wide and the bridge is long. ' * 20}</p>",
    )
    outside.publish("http://short.example/a", "", status=302, Location=page)
    made = api.contributor.post("/articles", {"url": "http://short.example/a"}, expect=202).json
    api.work()
    path = f"/articles/{made['id']}/claims"
    claim = api.contributor.post(path, {"quote": "It cost much"}, expect=201).json
    opinion = outside.publish("http://paper.example/other", "<p>It was built to last.</p>")
    item = lead(api, outside, claim, opinion, opinion, words="It was built to last")
    assert item["not_independent_reason"] == "the article's own publisher"


def test_a_copy_of_the_claimants_page_is_no_outside_source(api, builders, outside):
    text = " ".join(f"Sentence {n} of the builder tells of part {n * n}." for n in range(60))
    addresses = ["http://builder.example/news", "http://copy.example/news"]
    for address in addresses:
        outside.publish(address, f"<p>{text}</p>")
    inside, copy = (
        lead(api, outside, builders, address, address, words="Sentence 7 of the builder tells")
        for address in addresses
    )
    assert copy["independent"] is False and copy["counts"] is False
    assert copy["not_independent_reason"] == (
        "nearly the same text as a page from inside (the claimant's own site)"
    )
    status = f"/claims/{builders['id']}/status"
    assert api.anyone.get(status).json["supporting_groups"] == 0
    rule(api, builders, "split", copy, inside)  # somebody looked, and it is the other way round
    assert api.anyone.get(f"/evidence/{copy['id']}").json["independent"] is True


def rule(api, claim, decision, item, other, expect=201, by=None):
    ruling = {"decision": decision, "item": item["id"], "other": other["id"], "reason": "I asked."}
    path = f"/claims/{claim['id']}/group-rulings"
    return (by or api.reviewer).post(path, ruling, expect=expect)


def test_a_reviewer_joins_and_splits_lines_with_a_reason_that_is_kept(api, claim, two):
    rule(api, claim, "join", *two)
    assert lines_of(api, claim) == [1, 1]
    (first, _) = api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]
    assert "I asked." in " ".join(first["group_reasons"])
    api.work()
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["supporting_groups"] == 1
    rule(api, claim, "split", *two)
    assert lines_of(api, claim) == [1, 2]
    kept = api.anyone.get(f"/claims/{claim['id']}/group-rulings").json["items"]
    assert [each["decision"] for each in kept] == ["join", "split"]
    entries = api.anyone.get(f"/claims/{claim['id']}/audit-log").json["items"]
    assert [each["what"] for each in entries].count("lines ruled") == 2


def test_a_ruling_is_a_reviewers_and_on_two_items_of_the_claim(api, article, claim, two, submit):
    rule(api, claim, "join", *two, by=api.contributor, expect=403)
    rule(api, claim, "join", two[0], two[0], expect=422)
    path = f"/articles/{article['id']}/claims"
    other = api.contributor.post(path, {"quote": "It cost much"}, expect=201).json
    foreign = submit(other, "third.example")
    refused = rule(api, claim, "join", two[0], foreign, expect=422).json
    assert refused["errors"][0]["pointer"] == "#/other"


def test_a_join_can_take_a_verdicts_ground(api, claim, two):
    decision = {"status": "confirmed", "reasons": "So.", "evidence": [item["id"] for item in two]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    rule(api, claim, "join", *two)
    api.work()
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "unverified"


def test_the_queue_shows_what_waits_for_a_reviewer_oldest_first(api, article, claim, two, submit):
    path = f"/articles/{article['id']}/claims"
    other = api.contributor.post(path, {"quote": "It cost much"}, expect=201).json
    submit(other, "third.example", "disputes")
    submit(claim, "fourth.example", page="<p>Nothing of the kind.</p>")
    api.work()
    queue = api.anyone.get("/review-queue").json["items"]
    assert [each["claim"] for each in queue] == [claim["id"], other["id"]]
    assert queue[0]["reasons"] == ["undecided", "quote_absent"]
    assert (queue[1]["status"], queue[1]["supported_status"]) == ("unverified", "disputed")
    first = api.anyone.get("/review-queue?limit=1").json
    rest = api.anyone.get(f"/review-queue?limit=1&cursor={first['next_cursor']}").json
    assert first["items"] + rest["items"] == queue
    items = api.anyone.get(f"/claims/{other['id']}/evidence").json["items"]
    decision = {"status": "disputed", "reasons": "So.", "evidence": [items[0]["id"]]}
    api.reviewer.post(f"/claims/{other['id']}/verdicts", decision, expect=201)
    assert len(api.anyone.get("/review-queue").json["items"]) == 1


def test_what_was_joined_by_way_of_an_item_stays_so_when_it_is_taken_back(api, claim, two, submit):
    between = submit(claim, "third.example")
    api.work()
    for item in two:
        rule(api, claim, "join", item, between)
    assert lines_of(api, claim) == [1, 1, 1]
    api.contributor.post(f"/evidence/{between['id']}/retraction", {"reason": "Oh."}, expect=200)
    assert lines_of(api, claim) == [1, 1, None]


def test_nobody_rules_on_what_they_submitted(api, claim, two, submit):
    own = submit(claim, "third.example", by=api.reviewer)
    for pair in ((own, two[0]), (two[0], own)):
        refused = rule(api, claim, "join", *pair, expect=403).json
        assert refused["type"] == "/problems/own-evidence"
    rule(api, claim, "join", own, two[0], by=api.reviewer_2)


def test_the_articles_owner_draws_the_lines_of_its_claims(api, submit):
    from tests.support.examples import ARTICLE

    story = ARTICLE | {"url": "http://herald.example/bridge"}
    article = api.contributor.post("/articles", story, expect=201).json
    quote = {"quote": "The bridge was opened on 19 March 1932"}
    path = f"/articles/{article['id']}/claims"
    claim = api.contributor.post(path, quote, expect=201).json
    items = [submit(claim, host) for host in ("tribune.example", "second.example")]
    api.work()
    decision = {"status": "confirmed", "reasons": "So.", "evidence": [item["id"] for item in items]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    for domain in ("tribune.example", "herald.example"):
        describe(api, source(api, domain), owner="The Family")
    api.work()
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "unverified"
