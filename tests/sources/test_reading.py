"""What a page shows, and the article in it."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sources.extraction.result import ExtractedDocument
from tests.support.documents import META, NEWS, PARAGRAPHS, article, linked, page, shown


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


def test_the_article_is_told_from_what_stands_around_it():
    reading = page(article())
    assert reading.main_text == "\n".join(["Shipments fall", *PARAGRAPHS])
    assert "Home" in reading.text and "All rights reserved" in reading.text
    assert all(words in reading.text for words in PARAGRAPHS)


def test_a_page_too_small_for_an_article_is_all_article():
    assert page("<p>One sentence.").main_text == "One sentence."


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
    assert reading == ExtractedDocument(
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


def test_other_articles_in_json_ld_are_not_this_one():
    teaser = linked(**{"@type": "NewsArticle", "headline": "Other", "dateModified": "2021-02-03"})
    first = linked(**{"@type": "NewsArticle", "headline": "This"})
    reading = page(article(head=first + teaser))
    assert (reading.title, reading.modified_at) == ("This", None)


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
