"""A store of claims that grows: written as fast as the databases take them, so that a million takes
minutes. Words are as frequent as words are (Zipf), meanings are drawn.
"""

import random
import sys
import time
from collections import Counter
from functools import cache
from hashlib import sha256
from itertools import accumulate, islice

from sqlalchemy import delete, insert, select, text
from sqlalchemy.schema import CreateIndex, DropIndex

from api.articles.models import Article
from api.auth.roles import Role
from api.claims.embeddings.models import ClaimVector
from api.claims.models import Claim, ClaimTerms, QuoteDigest, TermCount
from api.contributors import service as contributors
from api.database.session import transaction, uuid7
from api.language.tokens import METADATA_SEPARATOR, TERMS_VERSION, tokenize

VOCABULARY, LENGTH, BATCH = 60_000, (12, 30), 5_000
#: The length of a meaning, and the name of the model that made none of them.
SIZE, MODEL = 384, "drawn"


def drawing(seed):
    """Texts of the same words, one at a time."""
    chance = random.Random(seed)
    words = [f"{'bcdfglmnprst'[number % 12]}{number:x}" for number in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))
    while True:
        yield " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(*LENGTH)))


def meanings(seed):
    """Unit vectors, many at a time."""
    import numpy as np

    chance = np.random.default_rng(seed)
    while True:
        drawn = chance.standard_normal((BATCH, SIZE), dtype=np.float32)
        yield drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


class Store:
    """Claims on one article. `fill` before anything asks: it takes the index of words away and
    builds it anew, on PostgreSQL.
    """

    def __init__(self, engine, *, vectors):
        self.engine = engine
        self.counts = Counter()
        self.texts = drawing(1)
        self.meanings = meanings(1) if vectors else None
        self.filled = 0
        with transaction() as session:
            person = contributors.enrol_contributor(name="Measuring", role=Role.CONTRIBUTOR)
            article = Article(
                title="-", text="A further one", text_sha256="", retells=[],
                added_by_id=person.id, language="en",
            )  # fmt: skip
            session.add(article)
            session.flush()
        self.article, self.person = article.id, person.id

    def fill(self, size):
        """Grow to so many claims."""
        began, before = time.monotonic(), self.filled
        lacking = range(self.filled, size)
        index = next(each for each in ClaimTerms.__table__.indexes if "dialect" in each.info)
        on_postgresql = self.engine.dialect.name == "postgresql"
        with self.engine.begin() as connection:
            if on_postgresql and lacking:
                connection.execute(DropIndex(index))
        for start in range(0, len(lacking), BATCH):
            self._write(lacking[start : start + BATCH])
            rate = (self.filled - before) / (time.monotonic() - began)
            line = f"\r{self.filled:,} of {size:,} claims, {rate:,.0f} a second "
            print(line, end="", file=sys.stderr, flush=True)
        with self.engine.begin() as connection:
            if on_postgresql and lacking:
                connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
                connection.execute(CreateIndex(index))
            connection.execute(delete(TermCount))
            items = self.counts.items()
            rows = [dict(term=term, claims=claims) for term, claims in items]
            connection.execute(insert(TermCount), rows)
            connection.exec_driver_sql("ANALYZE")
        print(f"\r{size:,} claims, {time.monotonic() - began:,.0f} s{'':30}", file=sys.stderr)

    def _write(self, places):
        texts = list(islice(self.texts, len(places)))
        said = [" ".join(_terms(text)) for text in texts]
        for each in said:
            self.counts.update(set(each.split()))
        claims = [self._claim(place, text) for place, text in zip(places, texts, strict=True)]
        ids = [claim["id"] for claim in claims]
        found = [
            dict(claim_id=id, terms=f"{words} {METADATA_SEPARATOR} ", version=TERMS_VERSION)
            for id, words in zip(ids, said, strict=True)
        ]
        wordings = [
            dict(claim_id=id, digest=sha256(text.encode()).digest())
            for id, text in zip(ids, texts, strict=True)
        ]
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL synchronous_commit = off"))
            for model, rows in ((Claim, claims), (ClaimTerms, found), (QuoteDigest, wordings)):
                connection.execute(insert(model.__table__), rows)
            if self.meanings:
                numbers = select(ClaimTerms.number).order_by(ClaimTerms.number.desc())
                newest = connection.scalars(numbers.limit(len(ids))).all()
                vectors = list(_vectors(reversed(newest), next(self.meanings)))
                connection.execute(insert(ClaimVector.__table__), vectors)
        self.filled += len(places)

    def _claim(self, place, text):
        return dict(
            id=uuid7(), article_id=self.article, start_offset=place, end_offset=place + 1,
            exact=text, statement=text, fingerprint=str(place), prefix="", suffix="",
            claimant_domains=[], language="en", added_by_id=self.person,
        )  # fmt: skip


def _terms(text):
    return [term for word in text.split() for term in _of_word(word)]


#: A word of the vocabulary is cut alike wherever it stands.
_of_word = cache(tokenize)


def _vectors(numbers, drawn):
    import numpy as np

    codes = np.packbits(drawn > 0, axis=1)
    for number, vector, code in zip(numbers, drawn.astype(np.float16), codes, strict=False):
        yield dict(number=number, model=MODEL, vector=vector.tobytes(), code=code.tobytes())
