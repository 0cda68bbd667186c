"""What an item shows of the source beside the words that were found, or were not."""

import pytest

PAGE = "<p>{}</p>"
QUOTE = "The opening was on 19 March 1932, one.example found"


@pytest.fixture
def found(api, claim, submit):
    """Submit words against a page and have them examined: the item's findings."""

    def found(words, text, **more):
        item = submit(claim, "one.example", words=words, page=PAGE.format(text), **more)
        assert item["findings"] is None
        api.work()
        item = api.anyone.get(f"/evidence/{item['id']}").json
        text = api.anyone.get(f"/snapshots/{item['snapshot']['id']}/text").get_data(as_text=True)
        return item, item["findings"], text

    return found


def test_the_passage_nearest_to_a_quote_that_is_absent(found):
    said = "The opening was on 20 March 1932, as one.example found out"
    item, findings, text = found(QUOTE, f"Many came. {said}. It rained.")
    nearest = findings["nearest"]
    assert item["state"] == "quote_absent"
    assert nearest["text"] == text[nearest["start"] : nearest["end"]]
    assert "20 March 1932" in nearest["text"] and 60 <= nearest["score"] < 100


def test_nothing_is_suggested_where_nothing_is_like_it(found):
    item, findings, _ = found(QUOTE, "Nothing of that kind is said on this page, or anywhere.")
    assert item["state"] == "quote_absent" and findings["nearest"] is None


@pytest.mark.parametrize(
    "words, text, from_quote, from_source",
    [
        ("opened on 19 March 1932", "It was opened on 19 March 1932.", [], []),
        ("opened by the mayor", "On March 19, 1932, opened by the mayor.", ["19 March 1932"], []),
        (
            "opened in May by the mayor",
            "It was opened in May by the mayor.",
            *[["19 March 1932"]] * 2,
        ),
        ("opened in March 1932", "It was opened in March 1932.", *[["19 March 1932"]] * 2),
    ],
)
def test_the_claims_figures_that_the_quote_and_the_source_lack(
    found, words, text, from_quote, from_source
):
    _, findings, _ = found(words, text)
    assert findings["missing_from_quote"] == from_quote
    assert findings["missing_from_source"] == from_source


def test_what_a_quote_that_is_not_there_has_the_source_may_lack(found):
    words = "The opening was on 19 March 1932, one.example found"
    item, findings, _ = found(words, "Nothing of that kind is said on this page.")
    assert item["state"] == "quote_absent" and findings["missing_from_quote"] == []
    assert findings["missing_from_source"] == ["19 March 1932"]


def test_what_an_ellipsis_leaves_out_is_shown(found):
    item, findings, _ = found(
        "The bridge was … opened in 1932", "The bridge was not opened in 1932."
    )
    assert item["state"] == "quote_verified" and findings["left_out"] == ["not"]


def test_every_place_of_a_quote_is_named_until_its_context_decides(found):
    twice = "First: opened in 1932, by hand. Then: opened in 1932, by crane."
    item, findings, text = found("opened in 1932", twice)
    (other,) = findings["elsewhere"]
    places = [(item["found_start"], item["found_end"]), (other["start"], other["end"])]
    assert [text[slice(*place)] for place in places] == ["opened in 1932"] * 2
    assert places[0] < places[1]
    item, findings, text = found("opened in 1932, by", twice, suffix="crane")
    assert findings["elsewhere"] == [] and text[item["found_end"] :].startswith(" crane")
