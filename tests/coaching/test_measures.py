"""The measures, rule by rule, on dialogues of a few turns."""

import time
from typing import Any

import pytest

from services.agents.contract import DialogueTurn
from services.coaching import fillers, interruptions, objections_handled, phases, questions, talk
from services.coaching.figures import FIGURES, stored_figures
from services.coaching.measures import measure
from services.coaching.turns import backchannel, word_count
from services.playbooks.loader import load
from services.playbooks.model import MEASURES
from tests.agents import examples

Said = tuple[str, str] | tuple[str, str, float | None, float | None]


def dialogue(*said: Said, phase: str | None = None) -> list[DialogueTurn]:
    """Turns of ``(side, text)`` or ``(side, text, start, end)``; the sides are a for the adviser, c for the client."""
    turns: list[DialogueTurn] = []
    for side, text, *times in said:
        start, end = times or (None, None)
        known: Any = {"a": "advisor", "c": "client"}.get(side)
        turns.append({"speaker": side, "side": known, "start": start, "end": end, "text": text, "phase": phase})
    return turns


def words_of(turns: list[DialogueTurn]) -> list[int]:
    return [word_count(turn["text"]) for turn in turns]


def longest(*said: Said) -> Any:
    turns = dialogue(*said)
    return talk.longest_monologue(turns, words_of(turns))


# Talk


def test_the_talk_ratio_needs_both_sides() -> None:
    assert talk.talk_share({"advisor": 30, "client": 70}) == 0.3
    assert talk.talk_share({"advisor": 30, "unknown": 70}) is None


def test_a_nod_does_not_break_a_monologue_and_its_word_does_not_count() -> None:
    found = longest(("a", "One two three."), ("c", "Mm-hmm."), ("a", "Four five."), ("c", "But why?"), ("a", "Six."))
    assert found == {"turn": 0, "turns": [0, 2], "words": 5}


def test_a_yes_to_a_question_breaks_a_monologue_and_one_to_a_tag_does_not() -> None:
    asked = longest(("a", "Do you own the house?"), ("c", "Yes."), ("a", "Good to know then."))
    nodded = longest(("a", "You own the house, right?"), ("c", "Yeah."), ("a", "Good to know then."))
    assert (asked["turns"], nodded["turns"]) == ([0], [0, 2])


def test_pace_is_over_the_advisers_own_time() -> None:
    turns = dialogue(("a", "one two three four", 0.0, 2.0), ("c", "five", 2.0, 60.0), ("a", "six seven", 60.0, 61.0))
    pace = talk.pace(turns, words_of(turns))
    assert pace is not None
    assert pace["words_a_minute"] == 120.0


def test_without_ends_there_is_neither_a_pace_nor_a_silence() -> None:
    turns = dialogue(("a", "one two", 0.0, None), ("c", "three", 30.0, None))
    assert talk.pace(turns, words_of(turns)) is None
    assert talk.silences(turns) is None


def test_a_pause_of_three_seconds_is_a_silence_and_a_shorter_one_is_none() -> None:
    turns = dialogue(("a", "one", 0.0, 1.0), ("c", "two", 4.0, 5.0), ("a", "three", 7.99, 9.0))
    assert talk.silences(turns) == {"number": 1, "seconds": 3.0, "turns": [0]}


def test_the_call_is_the_advisers_who_said_nearly_all() -> None:
    turns = dialogue(("a", "word " * 90), ("c", "word"), ("a", "hello there"))
    turns[2]["speaker"] = "the assistant"
    assert talk.lead(turns, words_of(turns)) == "a"
    turns[2]["text"] = "word " * 50
    assert talk.lead(turns, words_of(turns)) is None


# Questions


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("So what brings you in today?", "open"),
        ("Okay, and how would you like it to go?", "open"),
        ("You said a brother, and who would raise the kids?", "open"),
        ("Could you tell me a little about the children?", "open"),
        ("Mr. Lee, why now?", "open"),
        ("And your wife's name?", "open"),
        ("Do you own the house?", "closed"),
        ("Is that right?", "closed"),
        ("How does Tuesday at three sound?", "closed"),
        ("When shall we meet, mornings or evenings?", "closed"),
        ("Anything else?", "closed"),
    ],
)
def test_a_question_is_open_where_it_asks_for_telling(text: str, kind: str) -> None:
    assert list(questions.kinds(text)) == [kind]


@pytest.mark.parametrize(
    "text", ["Right?", "Okay?", "Does that make sense?", "You own it jointly, right?", "You're in Ohio, aren't you?"]
)
def test_a_question_that_only_asks_for_a_nod_is_none(text: str) -> None:
    assert list(questions.kinds(text)) == []


def test_two_questions_of_one_turn_are_two() -> None:
    turns = dialogue(("a", "What is it worth? Do you owe on it?"), ("c", "How much is it?"))
    assert questions.questions(turns) == {"open": [0], "closed": [0]}


def test_without_marks_in_the_transcript_questions_are_unknown() -> None:
    assert questions.questions(dialogue(("a", "what brings you in today " * 12))) is None


# Interruptions


def heard(turns: list[DialogueTurn]) -> dict[str, Any]:
    return dict(interruptions.interruptions(turns) or {})


def test_with_times_an_overlap_of_a_fifth_of_a_second_interrupts() -> None:
    turns = dialogue(("c", "I wanted to say", 0.0, 5.0), ("a", "Let me stop you there.", 4.8, 8.0))
    assert heard(turns) == {"by_adviser": [1], "by_client": [], "told_by": "times"}
    turns[1]["start"] = 4.9
    assert heard(turns) == {"by_adviser": [], "by_client": [], "told_by": "times"}


def test_with_times_a_dash_alone_says_nothing() -> None:
    turns = dialogue(("c", "I wanted to--", 0.0, 5.0), ("a", "Let me stop you there.", 5.0, 8.0))
    assert heard(turns) == {"by_adviser": [], "by_client": [], "told_by": "times"}


@pytest.mark.parametrize("mark", ["--", "—", "…", "...", '--"'])
def test_without_times_a_turn_that_breaks_off_was_interrupted(mark: str) -> None:
    turns = dialogue(("a", f"The trust is{mark}"), ("c", "How much is it?"))
    assert heard(turns) == {"by_adviser": [], "by_client": [1], "told_by": "marks"}


def test_a_nod_interrupts_nobody_and_neither_do_two_clients_each_other() -> None:
    nod = dialogue(("a", "The trust is--"), ("c", "Mm-hmm."), ("c", "I see--"), ("c", "He means the house."))
    assert heard(nod) == {"by_adviser": [], "by_client": [], "told_by": "marks"}


@pytest.mark.parametrize(
    ("text", "nods"), [("Uh-huh.", True), ("Got it.", True), ("Tuesday.", False), ("No way, not today.", False)]
)
def test_a_nod_is_at_most_two_words_that_show_listening(text: str, nods: bool) -> None:
    assert backchannel(text) is nods


# Fillers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Um, so it's, uh, you know, simple.", ["um", "uh", "you know"]),
        ("It's sort of general and, like, kind of a plan.", ["sort of", "like", "kind of"]),
        ("So yeah, I mean, it's basically done.", ["so yeah", "i mean", "basically"]),
        ("What kind of trust would you like? I'd like that kind of thing.", []),
        ("Do you know what you want? Let you know Friday.", []),
        ("It looks like a will, and that's what I mean.", []),
        ("Umbrella insurance, the river, likely.", []),
    ],
)
def test_only_words_that_fill_are_fillers(text: str, found: list[str]) -> None:
    assert fillers.in_text(text) == found


def test_fillers_are_the_advisers_alone() -> None:
    turns = dialogue(("a", "Um, well then."), ("c", "Uh, um, uh."))
    assert fillers.fillers(turns, words_of(turns)) == {
        "total": 1, "per_100": 33.33, "words": {"um": 1}, "turns": [0]
    }  # fmt: skip


# Phases


def phased(*names: str) -> list[DialogueTurn]:
    turns = dialogue(*(("ac"[number % 2], "word word", float(number), number + 1.0) for number in range(len(names))))
    for turn, name in zip(turns, names, strict=True):
        turn["phase"] = name
    return turns


def test_the_time_of_a_phase_is_counted_to_the_next_turn() -> None:
    turns = phased("greeting", "agenda", "greeting")
    first, second = phases.phase_times(turns, words_of(turns))
    assert (first["phase"], first["turn"], first["turns"], first["seconds"]) == ("greeting", 0, 2, 2.0)
    assert (second["phase"], second["share"]) == ("agenda", 0.333)
    turns[1]["start"] = None
    assert phases.phase_times(turns, words_of(turns))[0]["seconds"] is None


def test_a_phase_that_comes_after_what_usually_follows_it_is_out_of_order() -> None:
    late = phases.out_of_order(phased("greeting", "comparing price", "client's estate details"), load())
    assert late == [{"phase": "client's estate details", "after": "comparing price", "turn": 2}]
    assert phases.out_of_order(phased("greeting", "introduction", "about us", "agenda"), load()) == []


# Worries


def handling(*said: Said) -> Any:
    worry: Any = {"category": "Price", "state": "verified", "source": "builtin", "evidence": [{"turn": 0, "quote": ""}]}
    [found] = objections_handled.handled(dialogue(*said), examples.extraction(objections=[worry]))
    return found["handling"]


WORRY: Said = ("c", "Four thousand is a lot of money for us.")


def test_a_worry_that_nobody_answers_has_no_handling() -> None:
    assert handling(WORRY) is None


def test_kind_words_alone_acknowledge() -> None:
    assert handling(WORRY, ("a", "I hear you."), ("c", "We were going to the lake this summer.")) == "acknowledged"


def test_a_promise_to_send_something_answers_nothing() -> None:
    assert handling(WORRY, ("a", "Of course. I'll email you the brochure tonight."), ("c", "Fine.")) == "acknowledged"


def test_reasons_answer_and_the_clients_yes_resolves() -> None:
    reasons: Said = ("a", "I hear you. You can split it over ten months, and probate would cost you five times that.")
    assert handling(WORRY, reasons, ("c", "I don't know, it's still too much.")) == "answered"
    assert handling(WORRY, reasons, ("c", "Okay, that I can do.")) == "resolved"


def test_a_question_about_something_else_evades() -> None:
    assert handling(WORRY, ("a", "So which day would suit the notary?"), ("c", "Monday, I guess.")) == "evaded"


def test_a_worry_that_no_words_support_is_left_out_and_counted() -> None:
    worry: Any = {"category": "Price", "state": "unsupported", "source": "model", "evidence": []}
    extraction = examples.extraction(objections=[worry])
    assert objections_handled.handled(examples.dialogue(), extraction) == []
    assert objections_handled.left_out(extraction) == 1


# All together


def test_what_can_not_be_known_is_none_and_never_zero() -> None:
    turns: Any = [turn | {"side": None} for turn in examples.dialogue()]
    found: Any = measure(turns, examples.extraction(), load())
    for name in ("talk_share", "longest_monologue", "pace", "silences", "questions", "interruptions", "fillers"):
        assert found[name] is None
    assert {name for name, value in found["figures"].items() if value is not None} <= {
        "phases_reached", "objections_answered", "next_steps_fixed",
    }  # fmt: skip


def test_a_lost_deal_needs_no_next_step() -> None:
    lost = examples.extraction(outcome=examples.fact("Lost", 5, "no"), next_steps=[])
    assert measure(examples.dialogue(), lost, load())["figures"]["next_steps_fixed"] is None
    assert measure(examples.dialogue(), examples.extraction(next_steps=[]), load())["figures"]["next_steps_fixed"] == 0


def test_the_figures_are_those_that_a_playbook_may_judge() -> None:
    found = measure(examples.dialogue(), examples.extraction(), load())["figures"]
    assert tuple(found) == MEASURES == tuple(figure.name for figure in FIGURES)


def test_the_keys_of_older_rows_are_still_there() -> None:
    found = measure(examples.dialogue(), examples.extraction(), load())
    assert found["words"] == {"advisor": 48, "client": 39}
    assert found["questions"] == {"open": [0, 2, 2], "closed": []}
    assert found["longest_monologue"] == {"turn": 2, "turns": [2], "words": 16}
    assert found["phases_seen"] == ["greeting"]
    assert "agenda" in found["phases_missing"]


def test_of_an_older_row_the_talk_ratio_alone_is_the_same_figure() -> None:
    older = {"talk_share": 0.52, "longest_monologue": {"turn": 4, "words": 8}, "questions": {"open": [2], "closed": []}}
    known = {name: value for name, value in stored_figures(older).items() if value is not None}
    assert known == {"talk_share": 0.52}


def test_measuring_a_call_of_five_thousand_words_takes_at_most_ten_milliseconds() -> None:
    sample = examples.dialogue() * 58
    extraction, playbook = examples.extraction(), load()
    assert sum(words_of(sample)) > 5_000

    def taken() -> float:
        begun = time.process_time()
        measure(sample, extraction, playbook)
        return time.process_time() - begun

    assert min(taken() for _ in range(7)) < 0.010
