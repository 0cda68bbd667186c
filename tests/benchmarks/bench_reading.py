"""What a reading costs: `python -m tests.benchmarks.bench_reading` prints a table."""

import time
from statistics import median

from api.sources.extraction.extract import extract_without_limits
from api.sources.extraction.result import Unreadable, extract_document
from tests.support.documents import META, NEWS, PARAGRAPHS, article, pdf_of
from tests.support.hostile_bodies import HTML, HURTING, PDF

SECONDS = 10


def html_of(size):
    page = article(PARAGRAPHS * (size // len("".join(PARAGRAPHS))), head=META + NEWS)
    return page[:size].encode()[:size]


def pdf_pages(number):
    return pdf_of([[words[:90] for words in PARAGRAPHS * 11]] * number)


USUAL = {
    "plain text, a sentence": (PARAGRAPHS[0].encode(), "text/plain"),
    "HTML, 4 paragraphs": (article(head=META + NEWS).encode(), HTML),
    "HTML, 100 kB": (html_of(100_000), HTML),
    "HTML, 2 MB": (html_of(2_000_000), HTML),
    "PDF, 1 page": (pdf_pages(1), PDF),
    "PDF, 100 pages": (pdf_pages(100), PDF),
}


def timed(function, *arguments, **settings):
    began = time.perf_counter()
    try:
        reading = function(*arguments, **settings)
        outcome = f"{len(reading.text):,} characters"
        outcome += "" if reading.main_text != reading.text else ", no article told apart"
    except Unreadable as error:
        outcome = f"{error.reason}: {error}"
    return (time.perf_counter() - began) * 1000, outcome


def main():
    print(
        f"{'the reader starts in':32}{timed(extract_document, b'words', 'text/plain')[0]:>22,.0f} ms\n"
    )
    print(f"{'body':32}{'bytes':>12}{'in a child':>12}{'in-process':>12}")
    for name, (body, content_type) in USUAL.items():
        child = median(timed(extract_document, body, content_type)[0] for _ in range(5))
        own = median(timed(extract_without_limits, body, content_type)[0] for _ in range(5))
        print(f"{name:32}{len(body):>12,}{child:>9,.0f} ms{own:>9,.0f} ms")
    print(f"\n{'made to hurt':32}{'bytes':>12}{f'of {SECONDS} s':>12}  outcome")
    for name, (make, content_type, _) in HURTING.items():
        body = make()
        cost, outcome = timed(extract_document, body, content_type, seconds=SECONDS)
        print(f"{name:32}{len(body):>12,}{cost:>9,.0f} ms  {outcome}")


if __name__ == "__main__":
    main()
