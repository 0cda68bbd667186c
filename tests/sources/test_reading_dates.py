"""Dates, never more precise than stated."""

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.sources.extraction import dates
from tests.support.documents import article, page


@pytest.mark.parametrize(
    ("words", "stated"),
    [
        ("2020-08-26T10:20:30Z", "2020-08-26T10:20:30Z"),
        ("2020-08-26 10:20:30.1234567 +0800", "2020-08-26T10:20:30.123456+08:00"),
        ("2020-08-26T10:20-05", "2020-08-26T10:20:00-05:00"),
        ("2020-08-26T10:20:30", "2020-08-26"),  # in which zone?
        ("2020-08-26T25:00:00Z", "2020-08-26"),
        ("Posted on Aug. 26th, 2020, 10:20 GMT", "2020-08-26"),
        ("Wed, 26 Aug 2020 10:00:00 GMT", "2020-08-26"),
        ("26 August 2020", "2020-08-26"),
        ("2020年8月26日 10:20", "2020-08-26"),
        ("26.8.2020", "2020-08-26"),
        ("20200826", "2020-08-26"),
        ("2020/08/26", "2020-08-26"),
        ("August 2020", "2020-08"),
        ("2020年8月", "2020-08"),
        ("2020-08", "2020-08"),
        ("2020", "2020"),
        ("03/04/2020", None),  # in April or in March?
        ("2020-02-30", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("1598436000", None),
        ("two days ago", None),
        ("٢٠٢٠-٠٨-٢٦T10:20:30Z", "2020-08-26"),
        ("x" * 200 + " 26 August 2020", None),
        ("", None),
    ],
)
def test_a_date_as_it_is_stated(words, stated):
    assert dates.parse_stated_date(words) == stated


@given(st.datetimes(min_value=datetime(1971, 1, 1)))
def test_any_timestamp_is_kept(moment):
    moment = moment.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert datetime.fromisoformat(dates.parse_stated_date(moment.isoformat())) == moment
    assert dates.parse_stated_date(f"{moment:%Y-%m-%d}") == f"{moment:%Y-%m-%d}"
    assert dates.parse_stated_date(f"{moment:%Y-%m}") == f"{moment:%Y-%m}"


@given(
    st.from_regex(
        r"[ 0-9./,年月日-]{0,14}( (May|june|Oct\.)[ ,]{1,2})?[0-9 /.:TZ-]{0,12}", fullmatch=True
    )
)
@example("May 2020")
def test_no_figure_of_a_date_is_invented(words):
    if stated := dates.parse_stated_date(words):
        told = {int(figure) for figure in re.findall(r"\d+", words)}
        told |= {number for number, name in enumerate(("may", "june"), 5) if name in words.lower()}
        told |= {10} if "Oct" in words else set()
        told |= {int(run[at : at + 2]) for run in re.findall(r"\d{8}", words) for at in (4, 6)}
        told |= {int(run[:4]) for run in re.findall(r"\d{8}", words)}
        assert {int(part) for part in stated[:10].split("-")} <= told


@pytest.mark.parametrize(
    ("markup", "url", "published"),
    [
        ("<time datetime=2020-08-26T10:00Z>today</time>", None, "2020-08-26T10:00:00Z"),
        ("<time>2020-08</time>", None, "2020-08"),
        ("<span class=post-date>August 2020</span>", None, "2020-08"),
        ("<div class=publishTime>发布时间：2020年8月26日</div>", None, "2020-08-26"),
        ("<span itemprop=datePublished content=2020-08-26></span>", None, "2020-08-26"),
        ("<p>26 août 2020</p>", None, None),
        ("<p class=date>26 Juni 2020</p>", None, "2020-06-26"),
        ("", "https://a.example/2020/08/26/x", "2020-08-26"),
        ("", "https://a.example/2020/08/x", "2020-08"),
        ("<time>26 August 2020</time>", "https://a.example/2020/08/x", "2020-08-26"),
        ("", "https://a.example/x-281179-2020-12-10", "2020-12-10"),
        ("<p class=date>Updated 26 August 2020</p>", None, None),
        ("<time class='published updated'>26 August 2020</time>", None, "2020-08-26"),
        ("<time class=updated>27 May 2021</time><time>26 May 2021</time>", None, "2021-05-26"),
        ("<p class=date>03/04/2020</p>", None, None),
        ("<aside><time>26 August 2020</time></aside>", None, None),
        ("<div id=comments><time>26 August 2020</time></div>", None, None),
        ("<p>In 2020 the company sold fewer phones.</p>", None, None),
        (f"<p>On 3 May 2018 it said that 2018-05-03 was it. {'More. ' * 50}</p>", None, None),
        ("", "https://a.example/10-11-season", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_when_a_page_was_published(markup, url, published):
    assert page(article(before=markup), url).published_at == published


def test_a_day_that_the_page_does_not_bear_out_is_dropped():
    assert dates.states_day("le 26 août 2020 à 10 h", date(2020, 8, 26))
    assert dates.states_day("el 26 de agosto de 2020", date(2020, 8, 26))
    assert dates.states_day("26/08/2020", date(2020, 8, 26))
    assert not dates.states_day("03/04/2020", date(2020, 4, 3))
    assert not dates.states_day("2020-08", date(2020, 8, 23))
    assert not dates.states_day("1 comment in 2020", date(2020, 1, 1))
