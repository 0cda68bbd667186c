"""Bodies made to hurt whoever reads them."""

import gzip
import os
import zlib

from tests.support.documents import FONT, pdf, pdf_of, stream

HTML, PDF = "text/html", "application/pdf"

#: What a body may come to, besides the reasons of `Unreadable`: both texts are made out, or in
#: time only the visible one (or the article is all there is to see).
WHOLE, PLAIN = "whole", "plain"
READ = {WHOLE, PLAIN}


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
    leaf = b"<</Type/Page/Parent %d 0 R>>" % (depth + 1)
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", *nodes, leaf)


def flate_bomb(megabytes, layers=1):
    content = b"BT (a) Tj ET " * (megabytes * 1_000_000 // 13)
    for _ in range(layers):
        content = zlib.compress(content)
    return pdf_page(stream(content, b"/Filter[%s]" % (b"/FlateDecode " * layers)), FONT)


def page_tree_in_a_loop():
    kids = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", kids)


def form_in_itself():
    itself = b"/Type/XObject/Subtype/Form/Resources<</XObject<</X 4 0 R>>>>"
    form = stream(b"BT (a) Tj ET /X Do", itself)
    return pdf_page(form, resources=b"<</XObject<</X 4 0 R>>>>")


def same_page(times):
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * times, times),
        b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
        stream(b"BT /F 12 Tf " + b"(words) Tj " * 20_000 + b"ET"),
        FONT,
    )


def table(rows, columns):
    return b"<table>" + (b"<tr>" + b"<td>1" * columns) * rows


def attributes(number):
    return b"<p %s>words" % b" ".join(b"a%d" % each for each in range(number))


def linked_data(brackets):
    return b"<script type=application/ld+json>%s</script>words" % (b"[" * brackets)


def entity_bomb():
    return b"<!DOCTYPE a [" + b'<!ENTITY a "&a;&a;">' * 9_999 + b"]>words"


#: What makes the body, its type, and what may come of it.
HURTING = {
    "100,000 nested div": (lambda: b"<div>" * 100_000, HTML, {"malformed"}),
    "300 nested tables": (lambda: b"<table><tr><td>a" * 300, HTML, READ),
    "60,000 paragraphs": (lambda: b"<p>A paragraph that is short." * 60_000, HTML, READ),
    "200,000 cells in a row": (lambda: table(1, 200_000), HTML, {PLAIN, "too-slow"}),
    "an attribute of 2 MB": (lambda: b"<p title='%s'>words" % (b"x" * 2_000_000), HTML, READ),
    "180,000 attributes": (lambda: attributes(180_000), HTML, {"too-slow"}),
    "2 MB of <": (lambda: b"<" * 2_000_000, HTML, READ),
    "1 MB of JSON brackets": (lambda: linked_data(1_000_000), HTML, READ),
    "10 MB of HTML": (lambda: b"<p>words " * 1_100_000, HTML, {"too-large"}),
    "entities within entities": (entity_bomb, HTML, READ),
    "gzip labelled HTML": (lambda: gzip.compress(b"<p>" * 999_999), HTML, {"unsupported-type"}),
    "random bytes labelled HTML": (lambda: os.urandom(1_000_000), HTML, {"unsupported-type"}),
    "PDF, pages 5,000 deep": (lambda: deep_page_tree(5_000), PDF, {"too-large"}),
    "PDF, 50 MB in a stream": (lambda: flate_bomb(50), PDF, {"too-large"}),
    "PDF, zlib in zlib": (lambda: flate_bomb(50, layers=2), PDF, {"too-large"}),
    "PDF, pages in a loop": (page_tree_in_a_loop, PDF, {"malformed"}),
    "PDF, a form in itself": (form_in_itself, PDF, {PLAIN}),
    "PDF, one page 1,900 times": (lambda: same_page(1_900), PDF, {"too-slow"}),
    "PDF, 100,000 brackets": (lambda: pdf_page(b"[" * 100_000), PDF, {"malformed", "no-text"}),
    "PDF, cut short": (lambda: pdf_of([["words"]] * 9)[:-500], PDF, {"malformed"}),
}
