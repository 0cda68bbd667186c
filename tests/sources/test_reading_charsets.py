"""Pages in every charset, rightly and wrongly labelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sources.extraction import charsets
from api.sources.extraction.extract import extract_without_limits

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
    assert extract_without_limits(body, header).text == f"{text}\n\nIn ASCII."


@pytest.mark.parametrize("text", [CHINESE, RUSSIAN, FRENCH, CHINESE * 200, RUSSIAN * 200])
def test_a_byte_order_mark_wins_and_utf_16_is_known_without(text):
    page = f"<html><meta charset=gbk><p>{text}"
    for body in (
        b"\xff\xfe" + page.encode("utf-16-le"),
        b"\xfe\xff" + page.encode("utf-16-be"),
        b"\xef\xbb\xbf" + page.encode(),
    ):
        assert extract_without_limits(body, "text/html").text == text
        assert extract_without_limits(body, "text/html; charset=windows-1252").text == text
    assert extract_without_limits(page.encode("utf-16-le"), "text/html").text == text
    assert extract_without_limits(page.encode("utf-16-be"), "text/html").text == text


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
        ("gbk", "gbk", CHINESE, "utf-8"),
        ("shift_jis", "shift_jis", JAPANESE, "utf-8"),
        ("utf-16", "utf-8", RUSSIAN, "utf-8"),
        ("utf-8", "utf-16", RUSSIAN, "utf-8"),
        ("no-such-charset", "gbk", CHINESE, "gbk"),
        ("unicode_escape", "rot13", RUSSIAN, "utf-8"),
        ("utf-7", "idna", RUSSIAN, "utf-8"),
    ],
)
def test_a_wrong_label_does_no_harm(header, meta, text, encoding):
    body = f"<meta charset={meta}><p>{text}".encode(encoding)
    assert extract_without_limits(body, f"text/html; charset={header}").text == text


def test_a_few_bad_bytes_do_not_change_the_charset():
    body = f"<p>{RUSSIAN * 10}".encode() + b"\xff<p>\xd0"
    assert extract_without_limits(body, "text/html; charset=utf-8").text.startswith(
        f"{RUSSIAN * 10}\ufffd"
    )


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"))))
def test_any_text_survives_its_own_encoding(text):
    assert charsets.decode_body(text.encode(), label="utf-8") == text.removeprefix("\ufeff")
    assert charsets.decode_body(text.encode("gb18030"), label="gb18030") == text
    assert charsets.decode_body(b"\xff\xfe" + text.encode("utf-16-le")) == text


@given(st.binary(), st.sampled_from([None, "utf-8", "gbk", "cp932", "utf-16", "iso-2022-jp", "x"]))
def test_whatever_the_bytes_the_text_can_be_stored(body, label):
    text = charsets.decode_body(body, label=label, markup=True)
    assert "\0" not in text
    text.encode()
