"""How much of an article's own text is read, and how little else.

Reads the published format of the article extraction benchmark (Zyte): `ground-truth.json`, an
object of `{id: {"articleBody": text, "url": address?}}`, and `html/<id>.html.gz`. Precision and
recall are taken over runs of four words, per page, so that long pages weigh no more than short
ones, and averaged; F1 is that of the averages. Run `make eval-extraction DATA=<folder>`.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import mean

from api.sources.extraction.result import Unreadable, extract_document

WORD = re.compile(r"\w+")
RUN = 4
RELEASED = 0.96  # trafilatura as released, by the benchmark's own figures


def runs(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    places = range(max(1, len(words) - RUN + 1))
    return Counter(run for run in (tuple(words[at : at + RUN]) for at in places) if run)


def shares(true: str, read_: str) -> tuple[float, float]:
    """Precision and recall of what was read of one page."""
    wanted, found = runs(true), runs(read_)
    shared = (wanted & found).total()
    precision = shared / found.total() if found else float(not wanted or shared)
    recall = shared / wanted.total() if wanted else 1.0
    return (1.0, 1.0) if wanted == found else (precision if found else 1.0, recall)


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def text_of(page: Path, url: str | None) -> str:
    try:
        body = gzip.decompress(page.read_bytes())
        return extract_document(body, "text/html", url=url).main_text
    except Unreadable:
        return ""


def main(folder: Path) -> None:
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    begin, pages = time.perf_counter(), []
    for number, (name, page) in enumerate(sorted(truth.items()), 1):
        found = text_of(folder / "html" / f"{name}.html.gz", page.get("url"))
        pages.append(shares(page["articleBody"], found))
        print(f"\r{number} of {len(truth)} pages", end="", file=sys.stderr)
    precision, recall = (mean(each) for each in zip(*pages, strict=True))
    seconds = (time.perf_counter() - begin) / len(pages)
    print(f"\npages {len(pages)}, {seconds * 1000:.0f} ms each", file=sys.stderr)
    print(f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1(precision, recall):.3f}")
    print(f"the library as released: F1 {RELEASED}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
