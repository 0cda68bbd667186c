"""Bodies as they come, and as they come from somebody who means harm."""

import html
import json
import os
import re
import signal
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.sources import charsets, dates, reading
from api.sources.extraction import extract
from api.sources.html import visible_text
from api.sources.reading import Reading, Unreadable, read

PARAGRAPHS = [
    "Example Phones shipped 28.3 million phones in the second quarter, the company said on Monday.",
    "That is 12 per cent fewer than the 32.1 million of the year before, when no factory stood still.",
    "“We expect the second half to be better,” its chief executive told reporters in the city.",
    "Analysts at Counting House put the company fourth in the world, behind three larger rivals.",
]


def article(paragraphs=PARAGRAPHS, head="", before=""):
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>Shipments fall | The Daily</title>{head}</head>"
        "<body><nav><ul><li><a href='/'>Home</a></li><li><a href='/tech'>Tech</a></li></ul></nav>"
        f"<article><h1>Shipments fall</h1>{before}{body}</article>"
        "<footer>© 2019 The Daily. All rights reserved.</footer></body></html>"
    )


def page(markup, url=None, content_type="text/html; charset=utf-8"):
    return extract(markup.encode(), content_type, url)


def shown(markup):
    return page(f"<body>{markup}").text


# --- What is shown -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one<p>two", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<h1>Head</h1>words", "Head\n\nwords"),
        ("in<b>ter</b>na<i>tio</i>nal", "international"),
        ("<span>a</span> <span>b</span>", "a b"),
        ("a<br>b", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("a<br>\n <br>b", "a\n\nb"),
        ("a<wbr>b&shy;c", "ab\xadc"),
        ("  much \n\t white   space ", "much white space"),
        ("R&amp;D &lt;5&gt; &#8364;&#x20ac; &eacute;", "R&D <5> €€ é"),
        ("it&#146;s", "it’s"),
        ("it\x92s", "it’s"),
        ("a\0b&#0;c", "ab�c"),
        ("a&#xd800;b&#1;c", "a�bc"),
        ("<table><tr><th>Year<th>Phones<tr><td>2020<td>28.3</table>", "Year\tPhones\n2020\t28.3"),
        ("<table><tr><td><td>b</table>", "b"),
        ("<ul><li>one<li>two</ul>three", "one\ntwo\n\nthree"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ("a<pre>b</pre>c", "a\n\nb\n\nc"),
        ("中文\n  中文 and\nEnglish", "中文中文 and English"),
        ("<b>中文</b>\n中文", "中文中文"),
        ("한국\n한국", "한국 한국"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt></ruby>字", "漢字"),
        ("a<script>b</script><style>c</style><template>d</template><noscript>e</noscript>f", "af"),
        ("a<p hidden>b</p><p style='color:red; DISPLAY : none'>c</p>d", "a\n\nd"),
        ("a<span style='visibility:hidden'>b</span>c", "ac"),
        ("a<!-- b --><?php c ?>d", "ad"),
        ("a<iframe>b</iframe><object>c</object><dialog>d</dialog>e", "a\n\ne"),
        ("a<pre hidden>b\nc</pre>d\ne", "a\n\nd e"),
        ("a<details><summary>b</summary>c</details>", "a\n\nb\nc"),
        ("<svg><title>a</title><text>b</text></svg><img alt=c>d", "bd"),
        ("<custom-tag>a</custom-tag>b", "ab"),
    ],
)
def test_what_is_shown(markup, text):
    assert shown(markup) == text


def test_a_page_hidden_until_a_script_shows_it_is_read():
    assert page("<html hidden><body style='visibility:hidden'>words").text == "words"


VISIBLE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Z"), max_codepoint=0x2FFFF))


@given(st.lists(st.lists(VISIBLE.filter(bool), min_size=1), min_size=1))
def test_any_words_come_out_as_they_went_in(blocks):
    paragraphs = [" ".join(words) for words in blocks]
    markup = "".join(f"\n<p>{html.escape(words)} </p>" for words in paragraphs)
    assert shown(markup) == "\n\n".join(paragraphs)


# --- The article in it ---------------------------------------------------------------------------


def test_the_article_is_told_from_what_stands_around_it():
    reading = page(article())
    assert reading.main_text == "\n".join(["Shipments fall", *PARAGRAPHS])
    assert "Home" in reading.text and "All rights reserved" in reading.text
    assert all(words in reading.text for words in PARAGRAPHS)


def test_a_page_too_small_for_an_article_is_all_article():
    assert page("<p>One sentence.").main_text == "One sentence."


def linked(**node):
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


NEWS = linked(
    **{
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Phones &amp; figures",
        "author": [
            {"@type": "Person", "name": "A. Smith"},
            {"@type": "Person", "name": "B. Jones"},
        ],
        "publisher": {"@type": "Organization", "name": "The Daily"},
        "datePublished": "2020-08-26T10:00:00+0800",
        "dateModified": "2020-08",
        "inLanguage": "en-GB",
        "url": "/phones#top",
    }
)
META = (
    '<meta property="og:title" content="Meta title"><meta name="author" content="Meta Author">'
    '<meta property="og:site_name" content="Meta Site"><link rel="canonical" href="/meta">'
    '<meta property="article:published_time" content="2019-01-02T03:04:05Z">'
    '<meta property="article:modified_time" content="2019-01-03">'
)


def test_what_a_page_says_in_json_ld_wins():
    reading = page(article(head=META + NEWS), "https://daily.example/a?b")
    assert reading.title == "Phones & figures"
    assert reading.author == "A. Smith, B. Jones"
    assert reading.publisher == "The Daily"
    assert reading.published_at == "2020-08-26T10:00:00+08:00"
    assert reading.modified_at == "2020-08"
    assert reading.json_ld[0]["@type"] == "NewsArticle"


def test_then_what_it_says_in_meta_elements():
    reading = page(article(head=META), "https://daily.example/2018/05/06/a")
    assert reading == Reading(
        text=reading.text,
        main_text=reading.main_text,
        title="Meta title",
        author="Meta Author",
        publisher="Meta Site",
        canonical_url="https://daily.example/meta",
        language="en",
        published_at="2019-01-02T03:04:05Z",
        modified_at="2019-01-03",
    )


def test_then_what_it_looks_like():
    reading = page(
        article(before="<div class=byline>By Carla Diaz</div><time>26 August 2020</time>")
    )
    assert (reading.title, reading.author) == ("Shipments fall", "Carla Diaz")
    assert (reading.published_at, reading.modified_at) == ("2020-08-26", None)
    assert (reading.publisher, reading.canonical_url) == (None, None)


@pytest.mark.parametrize(
    "blocks",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", </script>' + NEWS,
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + NEWS,
        '<script type="application/ld+json">' + '{"a":' * 60 + "1" + "}" * 60 + "</script>" + NEWS,
        '<script type="application/ld+json"></script>' + NEWS,
        '<script type="application/ld+json">7</script>' + NEWS,
        NEWS.replace(">{", ">[[1, null],{").replace("}</", "}]</"),
        NEWS.replace(">{", "><!-- {").replace("}</", "} --></"),
        NEWS.replace(">{", ">//<![CDATA[\n{").replace("}</", "}\n//]]></"),
        NEWS.replace('"NewsArticle"', '["Thing", "https://schema.org/ReportageNewsArticle"]'),
        linked(**{"@type": "WebPage", "headline": "Other", "author": 7}) + NEWS,
    ],
)
def test_a_broken_block_does_not_cost_the_others(blocks):
    assert page(article(head=blocks)).author == "A. Smith, B. Jones"


def test_nodes_of_a_graph_refer_to_one_another():
    graph = [
        {"@type": "WebPage", "datePublished": "2001-01-01"},
        {"@type": "Article", "author": {"@id": "#p"}, "datePublished": "2020-08-26"},
        {"@type": "Person", "@id": "#p", "name": "A. Smith"},
    ]
    reading = page(article(head=linked(**{"@graph": graph})))
    assert (reading.author, reading.published_at) == ("A. Smith", "2020-08-26")


def test_what_no_database_takes_is_left_out_of_json_ld():
    block = '{"@type":"Article","headline":"a\\u0000b\\ud800c","rating":NaN,"n":[1e999,"\\u0001"]}'
    reading = page(article(head=f'<script type="application/ld+json">{block}</script>'))
    assert reading.title == "abc"
    assert reading.json_ld == (
        {"@type": "Article", "headline": "abc", "rating": None, "n": [None, ""]},
    )


@pytest.mark.parametrize(
    ("head", "url", "canonical"),
    [
        ("<link rel=canonical href=/b>", "https://a.example/x/y?z", "https://a.example/b"),
        ("<link rel='x CANONICAL' href='https://b.example/#c'>", None, "https://b.example/"),
        ("<base href='https://b.example/c/'><link rel=canonical href=d>", None, "https://b.example/c/d"),
        ("<meta property=og:url content=https://a.example/b>", None, "https://a.example/b"),
        (linked(**{"@type": "Article", "mainEntityOfPage": {"@id": "https://a.example/m"}}), None,
         "https://a.example/m"),
        ("<link rel=canonical href=/b>", None, None),
        ("<link rel=canonical href='javascript:alert(1)'>", "https://a.example/", None),
        ("<link rel=canonical href='http://[::1'>", "https://a.example/", None),
        ("<base href='http://[::1'><link rel=canonical href=x>", "https://a.example/", None),
        (f"<link rel=canonical href='/{'a' * 3000}'>", "https://a.example/", None),
    ],
)  # fmt: skip
def test_canonical_url(head, url, canonical):
    assert page(article(head=head), url).canonical_url == canonical


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ("<html lang=fr><p>A text that is English.", "fr"),
        ("<html lang=zh-Hant-TW><p>text", "zh"),
        ("<meta http-equiv=Content-Language content='de, en'><p>text", "de"),
        ("<meta property=og:locale content=pt_BR><p>text", "pt"),
        ("<html lang=en><p>今天采访了小米集团董事长雷军，第四大手机品牌。", "zh"),
        ("<html lang=english><p>Die Regierung erklärte die Übernahme für gültig.", "de"),
        ("<p>今天采访了小米集团董事长雷军", "zh"),
        ("<p>新聞聯播採訪雷軍董事長", "zh"),
        ("<p>会社は新しい工場を発表しました。", "ja"),
        ("<p>회사는 새로운 공장을 발표했다.", "ko"),
        ("<p>Компания сообщила о росте выручки", "ru"),
        ("<p>أعلنت الشركة أن الإيرادات ارتفعت", "ar"),
        ("<p>The company said that revenue rose.", "en"),
        ("<p>1234 5678", None),
    ],
)
def test_language(markup, language):
    assert page(markup).language == language


# --- Dates -----------------------------------------------------------------------------------------


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
    assert dates.stated(words) == stated


@given(st.datetimes(min_value=dates.datetime(1971, 1, 1), timezones=st.timezones()))
def test_any_timestamp_is_kept(moment):
    moment = moment.replace(tzinfo=dates.datetime.fromisoformat("2000-01-01T00:00+05:30").tzinfo)
    assert dates.datetime.fromisoformat(dates.stated(moment.isoformat())) == moment
    assert dates.stated(f"{moment:%Y-%m-%d}") == f"{moment:%Y-%m-%d}"
    assert dates.stated(f"{moment:%Y-%m}") == f"{moment:%Y-%m}"


@given(
    st.from_regex(
        r"[ 0-9./,年月日-]{0,14}( (May|june|Oct\.)[ ,]{1,2})?[0-9 /.:TZ-]{0,12}", fullmatch=True
    )
)
@example("May 2020")
def test_no_figure_of_a_date_is_invented(words):
    if stated := dates.stated(words):
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
        ("<p class=date>03/04/2020</p>", None, None),
        ("<aside><time>26 August 2020</time></aside>", None, None),
        ("<div id=comments><time>26 August 2020</time></div>", None, None),
        ("<p>In 2020 the company sold fewer phones.</p>", None, None),
        (f"<p>The company said on 3 May 2018 that 2018-05-03 was a day. {'More. ' * 50}</p>", None, None),
        ("", "https://a.example/10-11-season", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_when_a_page_was_published(markup, url, published):
    assert page(article(before=markup), url).published_at == published


def test_a_day_that_the_page_does_not_bear_out_is_dropped():
    assert dates.bears_out("le 26 août 2020 à 10 h", date(2020, 8, 26))
    assert dates.bears_out("el 26 de agosto de 2020", date(2020, 8, 26))
    assert dates.bears_out("26/08/2020", date(2020, 8, 26))
    assert not dates.bears_out("03/04/2020", date(2020, 4, 3))
    assert not dates.bears_out("2020-08", date(2020, 8, 23))
    assert not dates.bears_out("1 comment in 2020", date(2020, 1, 1))


# --- Characters -------------------------------------------------------------------------------------

RUSSIAN = "Компания сообщила, что выручка выросла на 15 процентов."
CHINESE = "小米集团董事长雷军说，今年投资将超过一百亿元。"
TRADITIONAL = "小米集團董事長雷軍說，今年投資將超過一百億元。"
JAPANESE = "会社は新しい工場を発表しました。二十四時間稼働します。"
KOREAN = "회사는 올해 매출이 15퍼센트 증가했다고 밝혔다."
FRENCH = "Le gouvernement a déclaré que l’opération coûtera 20 millions d’euros — « très cher »."
GREEK = "Η εταιρεία ανακοίνωσε ότι τα έσοδα αυξήθηκαν."

WRITTEN = [
    (RUSSIAN, "utf-8", "utf-8"),
    (RUSSIAN, "cp1251", "windows-1251"),
    (RUSSIAN, "koi8-r", "KOI8-R"),
    (CHINESE, "gbk", "gbk"),
    (CHINESE, "gbk", "GB2312"),
    (CHINESE + "𠀀", "gb18030", "gb18030"),
    (TRADITIONAL, "big5", "big5"),
    (JAPANESE, "cp932", "Shift_JIS"),
    (JAPANESE + "①", "cp932", "x-sjis"),
    (JAPANESE, "euc_jp", "euc-jp"),
    (JAPANESE, "iso2022_jp", "iso-2022-jp"),
    (KOREAN, "cp949", "euc-kr"),
    (FRENCH, "cp1252", "windows-1252"),
    (FRENCH, "cp1252", "iso-8859-1"),
    (FRENCH, "cp1252", "us-ascii"),
    (GREEK, "iso8859-7", "iso-8859-7"),
]


@pytest.mark.parametrize("where", ["header", "meta", "http-equiv", "nowhere"])
@pytest.mark.parametrize(("text", "encoding", "label"), WRITTEN)
def test_the_charset_is_found_wherever_it_stands(text, encoding, label, where):
    header = f"text/html; charset={label}" if where == "header" else "text/html"
    head = {
        "meta": f"<meta charset='{label}'>",
        "http-equiv": f"<meta http-equiv=Content-Type content='text/html; charset={label}'>",
    }.get(where, "")
    body = f"<!doctype html><title>x</title>{head}<p>{text}<p>In ASCII.".encode(encoding)
    assert extract(body, header).text == f"{text}\n\nIn ASCII."


@pytest.mark.parametrize("body", [
    b"\xff\xfe" + f"<p>{CHINESE}".encode("utf-16-le"),
    b"\xfe\xff" + f"<p>{CHINESE}".encode("utf-16-be"),
    b"\xef\xbb\xbf" + f"<meta charset=gbk><p>{CHINESE}".encode(),
    f"<html><p>{CHINESE}".encode("utf-16-le"),
    f"<html><p>{CHINESE}".encode("utf-16-be"),
])  # fmt: skip
def test_a_byte_order_mark_wins_and_utf_16_is_known_without(body):
    assert extract(body, "text/html").text == CHINESE
    if body[0] > 127:
        assert extract(body, "text/html; charset=windows-1252").text == CHINESE


@pytest.mark.parametrize(
    ("header", "meta", "text", "encoding"),
    [
        ("windows-1251", "koi8-r", RUSSIAN, "cp1251"),  # the header wins over the page
        ("koi8-r", "windows-1251", RUSSIAN, "koi8-r"),
        ("utf-8", "gbk", CHINESE, "utf-8"),
        ("utf-8", "gbk", CHINESE, "gbk"),  # unless the bytes refute it
        ("utf-8", "utf-8", CHINESE, "gbk"),
        ("utf-8", "utf-8", JAPANESE, "cp932"),
        ("utf-8", "utf-8", FRENCH, "cp1252"),
        ("euc-jp", "euc-jp", JAPANESE, "cp932"),
        ("iso-8859-1", "utf-8", CHINESE, "utf-8"),
        ("windows-1251", "windows-1251", RUSSIAN, "utf-8"),
        ("utf-16", "utf-8", RUSSIAN, "utf-8"),
        ("utf-8", "utf-16", RUSSIAN, "utf-8"),
        ("no-such-charset", "gbk", CHINESE, "gbk"),
        ("unicode_escape", "rot13", RUSSIAN, "utf-8"),
        ("utf-7", "idna", RUSSIAN, "utf-8"),
    ],
)
def test_a_wrong_label_does_no_harm(header, meta, text, encoding):
    body = f"<meta charset={meta}><p>{text}".encode(encoding)
    assert extract(body, f"text/html; charset={header}").text == text


def test_a_few_bad_bytes_do_not_change_the_charset():
    body = f"<p>{RUSSIAN * 10}".encode() + b"\xff<p>\xd0"
    assert extract(body, "text/html; charset=utf-8").text.startswith(f"{RUSSIAN * 10}\ufffd")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"))))
def test_any_text_survives_its_own_encoding(text):
    assert charsets.decode(text.encode(), label="utf-8") == text.removeprefix("\ufeff")
    assert charsets.decode(text.encode("gb18030"), label="gb18030") == text
    assert charsets.decode(b"\xff\xfe" + text.encode("utf-16-le")) == text


@given(st.binary(), st.sampled_from([None, "utf-8", "gbk", "cp932", "utf-16", "iso-2022-jp", "x"]))
def test_whatever_the_bytes_the_text_can_be_stored(body, label):
    text = charsets.decode(body, label=label, markup=True)
    assert "\0" not in text
    text.encode()


# --- Plain text, PDF, and the rest ------------------------------------------------------------------


def test_plain_text():
    reading = extract(
        "Первая\r\n\r\nВторая\rstrоka\n".encode("cp1251"), "text/plain; charset=cp1251"
    )
    assert reading.text == reading.main_text == "Первая\n\nВторая\nstrоka"
    assert extract(b"a < b <i>", "text/plain").text == "a < b <i>"


def pdf(*objects, root=1, trailer=b""):
    """A PDF of numbered objects, put together by hand."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    ending = b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return body + ending % (len(objects) + 1, root, trailer, start)


def stream(content, entries=b""):
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def typeset(lines):
    shown = b" T* ".join(b"(%s) Tj" % line.encode("cp1252") for line in lines)
    return b"BT /F 12 Tf 14 TL 72 700 Td %s ET" % shown


def pdf_of(pages, trailer=b"", more=()):
    """A PDF with these lines on its pages; object 3 is the font."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(en-US)>>",
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 612 792]>>" % (kids, len(pages)),
        FONT,
    ]
    for number, lines in enumerate(pages):
        own = b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
        objects += [own % (5 + 2 * number), stream(typeset(lines))]
    return pdf(*objects, *more, trailer=trailer)


def test_a_pdf_with_its_pages():
    information = b"<</Title(Annual report)/Author(The Company)/CreationDate(D:20200826100000Z)>>"
    pages = [
        ["Sales rose by 1.5 per cent, to 28-", "30 million; inter-", "national sales fell."],
        [],
        ["The end"],
    ]
    body = pdf_of(pages, trailer=b"/Info 10 0 R", more=[information])
    reading = extract(body, "application/pdf")
    first = "Sales rose by 1.5 per cent, to 28-\n30 million; international sales fell."
    assert reading == Reading(
        text=f"{first}\n\nThe end",
        main_text=f"{first}\n\nThe end",
        title="Annual report",
        author="The Company",
        language="en",
        pages=(0, len(first) + 2, len(first) + 2),
    )


@pytest.mark.parametrize(
    "content_type", ["application/octet-stream", None, "text/html", "application/x-pdf"]
)
def test_a_pdf_is_known_by_its_first_bytes(content_type):
    assert extract(pdf_of([["words"]]), content_type).pages == (0,)


def test_markup_is_known_where_the_server_does_not_say():
    assert extract(b" <!-- a --><!DOCTYPE html><p>words", None).text == "words"
    assert extract(b"2 < 3", None).text == "2 < 3"


def encrypted():
    from io import BytesIO

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_of([["secret"]]))))
    writer.encrypt("password", algorithm="AES-256")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "no-text"),
        (b" \n", "text/html", "no-text"),
        (b"", "application/pdf", "no-text"),
        (b"<html><script>render()</script>", "text/html", "no-text"),
        (b"<!-- nothing -->", "text/html", "no-text"),
        (b"\xff\xfe", "text/plain", "no-text"),
        (pdf_of([[]]), "application/pdf", "no-text"),
        (zlib.compress("".join(PARAGRAPHS).encode()), "text/html", "unsupported-type"),
        (bytes(range(256)) * 40, "text/html", "unsupported-type"),
        (b"\x1f\x8b\x08" + b"gzip" * 9, "text/html", "unsupported-type"),
        (b"PK\x03\x04" + b"zip" * 9, "text/html", "unsupported-type"),
        (b"\x89PNG\r\n\x1a\n" + b"a" * 99, "text/plain", "unsupported-type"),
        (b'{"a": 1}', "application/json", "unsupported-type"),
        (b"words", "image/png", "unsupported-type"),
        (b"words", "nonsense", "unsupported-type"),
        (b"words" * 500_000, "text/html", "too-large"),
        (b"words", "application/pdf", "malformed"),
        (pdf_of([["words"]])[:-60], "application/pdf", "malformed"),
        (pdf(b"<</Type/Catalog>>"), "application/pdf", "malformed"),
        (encrypted(), "application/pdf", "encrypted"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(body, content_type, reason):
    with pytest.raises(Unreadable) as caught:
        extract(body, content_type)
    assert caught.value.reason == reason
    assert str(caught.value).endswith(".")


@settings(deadline=None)
@given(
    st.binary()
    | st.lists(
        st.sampled_from([b"<p>", b"<", b">", b"a", b"&#", b"\0", b"<td>", b"\xe9", b"-->"])
    ).map(b"".join),
    st.sampled_from(
        ["text/html", "text/plain", "application/pdf", None, "text/html; charset=gbk", ";"]
    ),
)
def test_any_body_is_read_or_refused(body, content_type):
    try:
        reading = extract(body, content_type, "https://a.example/")
    except Unreadable:
        return
    assert reading.text.strip()
    json.dumps(vars(reading), ensure_ascii=False).encode()


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data):
    body = bytearray(pdf_of([["words of the first page"], ["and more"]]))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        extract(bytes(body), "application/pdf")
    except Unreadable as error:
        assert error.reason in {
            "malformed",
            "no-text",
            "too-large",
            "encrypted",
            "unsupported-type",
        }


# --- Bodies made to hurt, in the reader's process ---------------------------------------------------


def pdf_page(*more, contents=b"4 0 R", resources=b"<</Font<</F 5 0 R>>>>"):
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Resources%s/Contents %s>>" % (resources, contents),
        *more,
    )


def deep_page_tree(depth):
    node = b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>"
    nodes = [node % (number + 3, number + 1) for number in range(depth)]
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page/Parent %d 0 R>>" % (depth + 1)
    )


def flate_bomb(megabytes, layers=1):
    content = b"BT (a) Tj ET " * (megabytes * 1_000_000 // 13)
    for _ in range(layers):
        content = zlib.compress(content, 9)
    return pdf_page(stream(content, b"/Filter[%s]" % (b"/FlateDecode " * layers)), FONT)


def gzipped():
    import gzip

    return gzip.compress(b"<p>" * 10_000_000)


def same_page(times):
    kids = b"3 0 R " * times
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, times),
        b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
        stream(b"BT /F 12 Tf " + b"(words) Tj " * 20_000 + b"ET"),
        FONT,
    )


LOOP = stream(
    b"BT (a) Tj ET /X Do", b"/Type/XObject/Subtype/Form/Resources<</XObject<</X 4 0 R>>>>"
)
WHOLE, PLAIN = "whole", "plain"  # both texts made out, or only the visible one in time
HTML, PDF = "text/html", "application/pdf"

#: What it is: the body, its type, and what may come of it.
HURTING = {
    "100,000 nested div": (b"<div>" * 100_000, HTML, {"malformed"}),
    "2,000 nested tables": (b"<table><tr><td>a" * 2_000, HTML, {"malformed", WHOLE, PLAIN}),
    "60,000 paragraphs": (b"<p>A paragraph that is short." * 60_000, HTML, {WHOLE, PLAIN}),
    "200,000 cells": (b"<table>" + (b"<tr>" + b"<td>1" * 100) * 2_000, HTML, {WHOLE, PLAIN}),
    "200,000 cells in a row": (b"<table><tr>" + b"<td>1" * 200_000, HTML, {PLAIN}),
    "an attribute of 2 MB": (b"<p title='%s'>words" % (b"x" * 2_000_000), HTML, {WHOLE}),
    "180,000 attributes": (b"<p %s>w" % b" ".join(b"a%d" % n for n in range(180_000)), HTML, {"too-slow"}),
    "400,000 line breaks": (b"<p>" + b"a<br>" * 400_000, HTML, {WHOLE, PLAIN}),
    "2 MB of <": (b"<" * 2_000_000, HTML, {WHOLE, PLAIN}),
    "1 MB of JSON brackets": (
        b"<script type=application/ld+json>" + b"[" * 1_000_000 + b"</script>words", HTML, {WHOLE}),
    "10 MB of HTML": (b"<p>words " * 1_100_000, HTML, {"too-large"}),
    "an entity bomb": (b"<!DOCTYPE a [" + b'<!ENTITY a "&a;&a;">' * 9_999 + b"]>words", HTML, {WHOLE}),
    "gzip labelled HTML": (gzipped(), HTML, {"unsupported-type"}),
    "random bytes labelled HTML": (os.urandom(1_000_000), HTML, {"unsupported-type"}),
    "PDF, pages 5,000 deep": (deep_page_tree(5_000), PDF, {"too-large"}),
    "PDF, 200 MB in a stream": (flate_bomb(200), PDF, {"too-large"}),
    "PDF, zlib in zlib": (flate_bomb(200, layers=2), PDF, {"too-large"}),
    "PDF, 8 MB of operators": (flate_bomb(8), PDF, {WHOLE, "too-slow", "too-large"}),
    "PDF, pages in a loop": (
        pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), PDF,
        {"malformed"}),
    "PDF, a form in itself": (pdf_page(LOOP, resources=b"<</XObject<</X 4 0 R>>>>"), PDF, {WHOLE, "no-text"}),
    "PDF, one page 1,900 times": (same_page(1_900), PDF, {"too-slow"}),
    "PDF, nested arrays": (pdf_page(b"[" * 100_000 + b"]" * 100_000), PDF, {"malformed"}),
    "PDF, cut short": (pdf_of([["words"]] * 9)[:-500], PDF, {"malformed"}),
}  # fmt: skip
SECONDS = 1.5


def outcome(body, content_type, **limits):
    try:
        result = read(body, content_type, **limits)
    except Unreadable as error:
        return error.reason
    return PLAIN if result.main_text == result.text else WHOLE


@pytest.mark.parametrize("name", HURTING)
def test_what_hurts_costs_bounded_time(name):
    body, content_type, expected = HURTING[name]
    read(b"words", "text/plain")  # the reader is up
    began = time.monotonic()
    result = outcome(body, content_type, seconds=SECONDS)
    assert time.monotonic() - began < SECONDS + 1
    assert result in expected | ({PLAIN} if WHOLE in expected else set())


def test_what_hurts_costs_bounded_memory():
    body, content_type, _ = HURTING["200,000 cells"]
    assert outcome(body, content_type, memory_mb=128) == "too-large"
    assert outcome(body, content_type, memory_mb=8) in {"too-large", "malformed"}
    assert outcome(b"words", "text/plain", memory_mb=128) == PLAIN


def test_a_body_that_hurts_holds_up_no_other():
    slow, content_type, _ = HURTING["PDF, one page 1,900 times"]
    with ThreadPoolExecutor(4) as threads:
        held = [threads.submit(outcome, slow, content_type, seconds=SECONDS) for _ in range(3)]
        began = time.monotonic()
        assert threads.submit(outcome, b"words", "text/plain").result() == PLAIN
        assert time.monotonic() - began < SECONDS / 2
        assert [future.result() for future in held] == ["too-slow"] * 3


def test_the_child_reads_as_the_caller_would():
    body, url = article(head=META + NEWS).encode(), "https://daily.example/"
    assert read(body, "text/html", url=url) == extract(body, "text/html", url)
    assert read(pdf_of([["a"], ["b"]]), PDF) == extract(pdf_of([["a"], ["b"]]), PDF)


def test_a_reader_that_died_is_replaced():
    assert outcome(b"words", "text/plain") == PLAIN
    process = reading._READER._process
    os.kill(process.pid, signal.SIGKILL)
    assert outcome(b"words", "text/plain") == PLAIN
    assert reading._READER._process.pid != process.pid


def test_the_reader_knows_no_secrets(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@host/database")
    fresh = reading._Reader()
    fresh.fork().close()
    try:
        environment = Path(f"/proc/{fresh._process.pid}/environ").read_bytes()
    finally:
        fresh._line.close()
        assert fresh._process.wait(5) == 0  # it ends with its caller
    assert b"password" not in environment
