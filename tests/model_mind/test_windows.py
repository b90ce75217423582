"""How a call is parted for a model whose context is smaller than the call."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.agents.contract import DialogueTurn
from services.model_ledger import estimated
from services.model_mind.fence import fenced_turns
from services.model_mind.prompts import user_prompt
from services.model_mind.windows import LEAST_ROOM, OVERLAP, Window, room_for, windows
from tests.model_mind.cases import dialogue

LINE = len("[0] Client (Robert): ") + 1


def turns_of(window: Window) -> list[int]:
    return [index for index, _ in window.turns]


def turns(phases: str, words: int = 100) -> list[DialogueTurn]:
    return dialogue(*(f"{number}".ljust(words - LINE, ".") for number in range(len(phases))), phases=phases)


def test_a_call_that_fits_is_one_part() -> None:
    (window,) = windows(turns("aabbb"), 1_000)
    assert turns_of(window) == [0, 1, 2, 3, 4]


def test_short_phases_stay_together_and_parts_end_where_a_phase_ends() -> None:
    parts = windows(turns("aaabbbcccddd", 200), 1_300)
    assert [turns_of(part) for part in parts] == [[0, 1, 2, 3, 4, 5], [5, 6, 7, 8], [8, 9, 10, 11]]


def test_a_long_phase_is_split_with_some_turns_in_both_parts() -> None:
    parts = windows(turns("a" * 30), 1_000)
    for before, after in pairwise(parts):
        shared = set(turns_of(before)) & set(turns_of(after))
        assert 0 < len(shared) <= OVERLAP
        assert max(turns_of(before)) in shared


def test_one_endless_turn_is_cut_between_words_and_keeps_its_number() -> None:
    words = [f"word{number}" for number in range(900)]
    parts = windows(dialogue("Hello.", " ".join(words), "Bye."), 1_000)
    assert len(parts) > 7
    told = " ".join(str(turn["text"]) for part in parts for index, turn in part.turns if index == 1)
    assert told.split() == words


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    parts = windows(dialogue("x" * 5_000), LEAST_ROOM)
    assert "".join(str(turn["text"]) for part in parts for _, turn in part.turns) == "x" * 5_000


@given(
    st.lists(st.tuples(st.integers(0, 900), st.sampled_from("abc")), max_size=40),
    st.integers(LEAST_ROOM, 3_000),
)
def test_every_turn_is_in_a_part_in_order_and_every_part_fits(made: list[tuple[int, str]], room: int) -> None:
    said = dialogue(*("so " * (length // 3) for length, _ in made), phases="".join(phase for _, phase in made))
    parts = windows(said, room)
    assert sorted({index for part in parts for index in turns_of(part)}) == list(range(len(said)))
    assert all(turns_of(part) == sorted(turns_of(part)) for part in parts)
    assert all(len(fenced_turns(part.turns)) <= room + 100 for part in parts)
    assert [part.number for part in parts] == list(range(len(parts)))


def test_a_part_with_its_task_and_an_answer_fits_the_context() -> None:
    context, most_tokens, task = 8_192, 2_048, "t" * 6_000
    parts = windows(turns("ab" * 200, 150), room_for(context, most_tokens, len(task)))
    assert len(parts) > 1
    for part in parts:
        assert estimated(len(task + user_prompt(part, len(parts)))) + most_tokens <= context


def test_a_context_without_room_for_a_call_is_told_apart() -> None:
    assert room_for(2_048, 1_024, 5_000) < LEAST_ROOM
    assert room_for(32_768, 4_096, 8_000) > 70_000
