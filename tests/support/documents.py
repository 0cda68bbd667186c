"""Bodies for tests: pages and PDFs, put together by hand."""

import json

from api.sources.extraction.extract import extract_without_limits

PARAGRAPHS = [
    "Example Phones shipped 28.3 million phones in the second quarter, the company said on Monday.",
    "That is 12 per cent fewer than the 32.1 million of the year before, when no line stood still.",
    "“We expect the second half to be better,” its chief executive told reporters in the city.",
    "Analysts at Counting House put the company fourth in the world, behind three larger rivals.",
]


def article(paragraphs=PARAGRAPHS, head="", before=""):
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head>"
        f"<title>Shipments fall | The Daily</title>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/tech'>Tech</a></li></ul></nav>"
        f"<article><h1>Shipments fall</h1>{before}{body}</article>"
        "<footer>© 2019 The Daily. All rights reserved.</footer></body></html>"
    )


def page(markup, url=None, content_type="text/html; charset=utf-8"):
    return extract_without_limits(markup.encode(), content_type, url)


def shown(markup):
    return page(f"<body>{markup}").text


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
