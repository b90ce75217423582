"""Vectors by a model of the language model's server: asked in batches, never mixed with the builtin model's."""

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from db.engine import Database
from services import model_vectors
from services.agents.embedder import EmbedderAgent
from services.calls.model import Call, Header, Speaker, Turn
from services.memory import embedder
from services.model_faults import BadAnswer, ModelAway, ModelFault, ModelRefuses
from services.model_ledger import Question, spent_by
from services.settings import settings
from tests.asking import Asking, asking_of
from tests.fake_model import HTML, Behaviour, embeds, gives, refuses

FOR_A_CALL = Question("embed", "Embedder", "", "", "run-1", "call-1")


@pytest.fixture
def asking(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    with asking_of(database, monkeypatch) as made:
        made.server.usual = embeds()
        yield made
        embedder.ask_through(None)


def state(*texts: str) -> dict[str, Any]:
    """A call of which every turn is a chunk."""
    dialogue = [{"speaker": "Ann Hall", "side": "client", "text": text, "phase": None} for text in texts]
    chunks = [{"text": text, "turns": [index]} for index, text in enumerate(texts)]
    turns = tuple(Turn("Ann Hall", text) for text in texts)
    call = Call("call-1", "1", "plain", Header(), (Speaker("Ann Hall", "client"),), turns)
    return {"call": call, "run_id": "run-1", "dialogue": dialogue, "chunks": chunks}


def embedded(data: dict[str, Any]) -> dict[str, Any]:
    return asyncio.run(EmbedderAgent().run(data))


def test_many_texts_are_asked_for_in_batches_and_come_back_in_their_order(asking: Asking) -> None:
    model = asking.model(model_embed="vectors")
    texts = [f"passage {number}" + "!" * number for number in range(150)]
    vectors = model.embeddings(FOR_A_CALL, texts)

    assert [each.body["model"] for each in asking.server.asked] == ["vectors"] * 3
    assert [each.path for each in asking.server.asked] == ["/v1/embeddings"] * 3
    assert [vector[0] for vector in vectors] == [len(text) + 1 for text in texts]
    assert list(model_vectors.batches(["a" * 50_000, "b" * 50_000, ""])) == [["a" * 50_000], ["b" * 50_000, " "]]


def test_what_vectors_cost_stands_in_the_ledger(asking: Asking) -> None:
    model = asking.model(model_embed="vectors", model_prices='{"vectors": [2.0, 0]}')
    model.embeddings(FOR_A_CALL, [str(number) for number in range(100)])
    (spent,) = spent_by(asking.database, "agent", "model", "task").items()

    assert spent[0] == ("Embedder", "vectors", "embed")
    assert (spent[1].tokens_in, spent[1].tokens_out) == (14, 0)
    assert spent[1].money == pytest.approx(14 * 2 / 1e6)
    assert asking.outcomes == ["answered"]


def test_tokens_that_a_server_does_not_tell_are_estimated(asking: Asking) -> None:
    asking.server.usual = embeds(tokens=None)
    asking.model(model_embed="vectors").embeddings(FOR_A_CALL, ["a" * 320])
    assert spent_by(asking.database, "model")[("vectors",)].tokens_in == 100


def test_a_fault_that_can_pass_is_met_by_another_attempt(asking: Asking) -> None:
    asking.server.will(refuses(503), refuses(429))
    assert len(asking.model(model_embed="vectors").embeddings(FOR_A_CALL, ["a"])) == 1


@pytest.mark.parametrize(
    ("does", "fault"),
    [
        (refuses(401), ModelRefuses),
        (refuses(404), ModelRefuses),
        (gives(200, HTML, "text/html"), ModelAway),
        (gives(200, {"error": {"message": "no", "code": 500}}), ModelAway),
        (gives(200, {"data": []}), BadAnswer),
        (gives(200, {"data": [{"index": 0, "embedding": []}]}), BadAnswer),
        (gives(200, {"data": [{"index": 0, "embedding": [0, 0]}]}), BadAnswer),
        (gives(200, {"data": [{"index": 0, "embedding": ["a"]}]}), BadAnswer),
        (gives(200, {"data": [{"index": 3, "embedding": [1]}]}), BadAnswer),
        (gives(200, '{"data": [{"index": 0, "embedding": [NaN]}]}'), BadAnswer),
    ],
)
def test_what_is_no_vector_a_text_is_a_fault(does: Behaviour, fault: type[ModelFault], asking: Asking) -> None:
    asking.server.usual = does
    with pytest.raises(fault):
        asking.model(model_embed="vectors").embeddings(FOR_A_CALL, ["a"])
    assert asking.outcomes == [fault.__name__]


def test_vectors_of_different_lengths_are_refused(asking: Asking) -> None:
    asking.server.will(embeds(4), embeds(5))
    with pytest.raises(BadAnswer, match="different lengths"):
        asking.model(model_embed="vectors").embeddings(FOR_A_CALL, [str(number) for number in range(100)])


def test_served_vectors_stand_under_their_own_name_and_have_length_one(asking: Asking) -> None:
    embedder.ask_through(asking.model(model_embed="vectors"))
    given = embedded(state("We own a house.", "Yes.", "We own a house."))

    assert given["embeddings"]["model"] == embedder.model_name() == "vectors"
    assert given["embedder_mind"] == {"source": "model", "model": "vectors"}
    np.testing.assert_allclose(np.linalg.norm(given["embeddings"]["vectors"], axis=1), 1.0, atol=1e-6)
    assert [len(each.body["input"]) for each in asking.server.asked] == [2]  # equal texts are asked for once
    assert spent_by(asking.database, "run_id", "agent", run_ids=["run-1"])[("run-1", "Embedder")].questions == 1


def test_where_the_server_fails_the_builtin_model_does_the_whole_call_and_says_why(asking: Asking) -> None:
    embedder.ask_through(asking.model(model_embed="vectors"))
    asking.server.usual = refuses(404)
    given = embedded({**state("We own a house."), "known_vectors": {"x": [1.0]}, "known_vectors_model": "vectors"})

    assert given["embeddings"]["model"] == embedder.MODEL
    assert len(given["embeddings"]["vectors"][0]) == embedder.DIMENSION
    assert given["embedder_mind"] == {
        "source": "builtin",
        "instead": "The server has no model named 'vectors', or is no model's server."
        " The builtin embedding model did this call's passages.",
    }


def test_vectors_that_another_model_gave_before_are_not_taken_for_this_one_s(asking: Asking) -> None:
    builtin = embedded(state("We own a house."))["embeddings"]
    known = dict(zip(builtin["hashes"], builtin["vectors"], strict=True))
    embedder.ask_through(asking.model(model_embed="vectors"))
    served = embedded({**state("We own a house."), "known_vectors": known})["embeddings"]

    assert served["model"] == "vectors"
    assert len(served["vectors"][0]) == 4
    again = {
        "known_vectors": dict(zip(served["hashes"], served["vectors"], strict=True)),
        "known_vectors_model": "vectors",
    }
    assert embedded({**state("We own a house."), **again})["embeddings"] == served
    assert len(asking.server.asked) == 1


def test_without_a_configured_embeddings_model_nobody_is_asked(asking: Asking) -> None:
    embedder.ask_through(asking.model())
    given = embedded(state("We own a house."))
    assert given["embeddings"]["model"] == embedder.model_name() == embedder.MODEL
    assert given["embedder_mind"] == {"source": "builtin"}
    assert asking.server.asked == []


def test_a_question_is_embedded_by_the_model_that_gave_the_stored_vectors(asking: Asking) -> None:
    model = asking.model(model_embed="vectors")
    with pytest.raises(ModelAway, match="MODEL_EMBED"):
        embedder.embed(["Who owns a house?"])
    embedder.ask_through(model)
    assert embedder.embed(["Who owns a house?"]).shape == (1, 4)
    assert embedder.embed([]).shape[0] == 0


def test_where_words_may_leave_only_without_names_passages_stay_on_the_machine(asking: Asking) -> None:
    embedder.ask_through(asking.model(model_embed="vectors", model_redact="true"))
    assert settings().model_redact
    given = embedded(state("I'm Ann Hall, at 605-555-0114."))

    assert given["embeddings"]["model"] == embedder.model_name() == embedder.MODEL
    assert given["embedder_mind"] == {"source": "builtin"}
    assert embedder.embed(["Where is Ann Hall?"]).shape == (1, embedder.DIMENSION)
    assert asking.server.asked == []
