"""Time and memory of importing a feed: `python -m tests.benchmarks.bench_importing [items]`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = "The city council says that item number {n} of its budget rose by {n} per cent in 2020."


def write(file, items):
    """A Data Commons feed, as long as asked for: forty publishers, one rating in five unknown."""
    with file.open("w") as feed:
        feed.write('{"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": [')
        for n in range(items):
            host = "www.politifact.com" if n % 2 else f"checks-{n % 40}.example"
            rating = {"@type": "Rating", "ratingValue": n % 5, "alternateName": "Mostly False"}
            review = {
                "@type": "ClaimReview",
                "url": f"https://{host}/reviews/{n}",
                "claimReviewed": WORDS.format(n=n),
                "author": {"@type": "Organization", "name": host},
                "datePublished": "2020-11-02",
                "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Smith"}},
                "reviewRating": rating,
            }
            item = {"@type": "DataFeedItem", "dateCreated": "2020-11-02", "item": [review]}
            feed.write(f"{',' if n else ''}\n{json.dumps(item)}")
        feed.write("]}")


def main(items):
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.json"
        write(feed, items)
        database = {"DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{folder}/db.sqlite")}
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        subprocess.run([*flask, "migrate"], env=os.environ | database, check=True)
        print(f"{items} items, {feed.stat().st_size / 1e6:.0f} MB")
        for _ in range(2):
            began = time.monotonic()
            command = [*flask, "import", str(feed)]
            process = subprocess.Popen(command, env=os.environ | database)
            _, status, used = os.wait4(process.pid, 0)
            assert status == 0
            print(f"{time.monotonic() - began:.0f} s, at most {used.ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
