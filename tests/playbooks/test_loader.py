import os
import re
from pathlib import Path

import pytest

from services.playbooks.loader import BUILTIN, BadPlaybook, load
from services.playbooks.model import KNOWN_FACTS, OUTCOME_ROLES, Objection, Product

SMALL = """\
name = "Kite repair"
stages = ["New", "Won", "Lost"]

[firm]
name = "Windward"

[email]
greeting = "Hello"
closing = "Yours,"

[[fields]]
name = "kite_count"
label = "Kites"
type = "count"

[[products]]
name = "New string"
cues = ["string*", "line* (2)"]

[[objections]]
name = "Price"
cues = ["too much"]

[[phases]]
name = "greeting"
at = 0.1
spread = 0.1
length = 3
either = ["hello"]

[[outcomes]]
name = "Sold"
role = "won"
stage = "Won"
client = ["let's do it"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "kites.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_builtin_playbook_knows_the_trade() -> None:
    playbook = load()
    assert len(playbook.phases) == 18
    assert len(playbook.products) == 13
    assert len(playbook.objections) == 9
    assert playbook.stage_of("Follow-up Scheduled") == "Follow-up"
    assert playbook.stage_of("nothing of the kind") is None
    assert playbook.outcome_of("won") == "Won"
    assert {outcome.stage for outcome in playbook.outcomes} <= set(playbook.stages)


def test_a_playbook_of_another_trade_is_read(tmp_path: Path) -> None:
    playbook = load(written(tmp_path, SMALL))
    assert playbook.firm.name == "Windward"
    assert [cue.weight for cue in playbook.products[0].cues] == [1.0, 2.0]
    assert playbook.outcome_of("won") == "Sold"
    assert playbook.outcome_of("lost") is None


def test_tone_and_length_of_an_email_are_choices_with_defaults(tmp_path: Path) -> None:
    plain = load(written(tmp_path, SMALL)).email
    assert (plain.tone, plain.length) == ("warm", "full")
    (tmp_path / "other").mkdir()
    more = SMALL.replace('greeting = "Hello"', 'greeting = "Hello"\ntone = "formal"\nlength = "short"')
    chosen = load(written(tmp_path / "other", more)).email
    assert (chosen.tone, chosen.length) == ("formal", "short")


def test_posts_have_further_words_and_rules_with_defaults(tmp_path: Path) -> None:
    plain = load(written(tmp_path, SMALL))
    assert (plain.social.questions, plain.social.never, plain.social.fewest) == ((), ("name", "address"), 5)
    assert plain.subjects[0].insights == plain.subjects[0].stories == ()
    (tmp_path / "other").mkdir()
    more = SMALL.replace(
        'cues = ["too much"]',
        'cues = ["too much"]\ninsight = "A."\nmore_insights = ["B."]\nstories = ["C."]',
    )
    rules = '[social]\nquestion = "Who?"\nmore_questions = ["When?"]\nnever = ["amount"]\nfewest_clients = 9\n'
    chosen = load(written(tmp_path / "other", more.replace("[email]", f"{rules}\n[email]")))
    assert (chosen.social.questions, chosen.social.never, chosen.social.fewest) == (("Who?", "When?"), ("amount",), 9)
    assert (chosen.subjects[0].insights, chosen.subjects[0].stories) == (("A.", "B."), ("C.",))


def test_a_rule_for_posts_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPlaybook, match="must hold only: name, other name, address, amount, place"):
        load(written(tmp_path, SMALL.replace("[email]", '[social]\nnever = ["rumour"]\n\n[email]')))


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    assert load(path).name == "Kite repair"
    written(tmp_path, SMALL.replace("Kite repair", "Kite school"))
    os.utime(path, ns=(1, 1))
    assert load(path).name == "Kite school"


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ('greeting = "Hello"', 'greeting = ""', 8, "greeting", "not empty"),
        ('greeting = "Hello"\n', "", 7, "greeting", "is missing"),
        ('greeting = "Hello"', 'greeting = "Hello"\ntone = "loud"', 9, "tone", "must be one of"),
        ('greeting = "Hello"', 'greeting = "Hello"\nlength = "endless"', 9, "length", "must be one of"),
        ("at = 0.1", "at = 3", 26, "at", "from 0 to 1"),
        ("at = 0.1", "at = true", 26, "at", "from 0 to 1"),
        ('role = "won"', 'role = "gone"', 33, "role", "must be one of"),
        ('stage = "Won"', 'stage = "Sold off"', 34, "stage", "must be one of"),
        ('type = "count"', 'type = "number"', 14, "type", "must be one of"),
        ('type = "count"', 'type = "choice"', 11, "choices", "is missing"),
        ('cues = ["too much"]', 'cues = ["too much", "... much"]', 22, "cues", "can't be used"),
        ('cues = ["too much"]', "cues = []", 22, "cues", "must not be empty"),
        ('cues = ["too much"]', 'cues = "too much"', 22, "cues", "list of texts"),
        ('cues = ["too much"]', 'cues = ["too much"]\nprice = 3', 23, "price", "is not known here"),
        ('stages = ["New", "Won", "Lost"]', 'stages = "New"', 2, "stages", "list of texts"),
        ('[firm]\nname = "Windward"', 'firm = "Windward"', 4, "firm", "must be a table"),
        ('name = "Windward"', 'nam = "Windward"', 5, "nam", "is not known here; known are name, senders"),
        ('name = "Windward"', "name = 7", 5, "name", "must be a text"),
        ('closing = "Yours,"', 'closing = "Yours,"\nsubject = "Hi"', 10, "subject", "is not known here"),
        ('name = "Kite repair"\n', "", 1, "name", "is missing"),
        ('name = "Kite repair"', 'name = "Kite repair"\n# a word\nowner = "Ida"', 3, "owner", "is not known here"),
        ('stages = ["New", "Won", "Lost"]', "stages = []", 2, "stages", "must not be empty"),
        ('stages = ["New", "Won", "Lost"]', "stages = [1, 2]", 2, "stages", "list of texts"),
        ('name = "kite_count"', 'name = "Kite count"', 12, "name", "small letters"),
        ('name = "kite_count"', 'name = "summary"', 12, "name", "already"),
        ('name = "kite_count"\n', "", 11, "name", "is missing"),
        ('name = "kite_count"', 'name = "spouse_name"', 14, "type", "must be text for spouse_name"),
        ('name = "kite_count"', 'name = "deal_amount"', 14, "type", "must be money for deal_amount"),
        ('label = "Kites"\n', "", 11, "label", "is missing"),
        ('type = "count"', 'type = "count"\nchoices = ["One"]', 15, "choices", "for the type choice only"),
        ('type = "count"', 'type = "count"\nleast = 3', 15, "least", "no meaning without 'cues'"),
        ('type = "count"', 'type = "count"\nsaid_by = "client"', 15, "said_by", "no meaning without 'cues'"),
        ('type = "count"', 'type = "count"\ncues = ["kite*"]\nsaid_by = "me"', 16, "said_by", "must be one of"),
        ('type = "count"', 'type = "count"\ncues = ["kite*"]\nleast = "3"', 16, "least", "must be a number"),
        ('type = "count"', 'type = "count"\ncues = ["kite*"]\nleast = 3\nmost = 2', 17, "most", "not be less"),
        ('type = "count"', 'type = "text"\ncues = ["kite*"]\nmost = 2', 16, "most", "count and money only"),
        ('type = "count"', 'type = "count"\ncues = [\n  "kite*",\n  "a/b",\n]', 17, "cues", "can't be used, 'a/b'"),
        ('type = "count"', 'type = "choice"\nchoices = ["??"]', 15, "choices", "needs a 'wording' for '??'"),
        (
            'type = "count"',
            'type = "choice"\nchoices = ["Red"]\ncues = ["kite*"]\nwording = { Blue = ["blue"] }',
            17,
            "wording",
            "not among 'choices': Blue",
        ),
        (
            'type = "count"',
            'type = "choice"\nchoices = ["Red"]\ncues = ["kite*"]\n[fields.wording]\nRed = ["red", "..."]',
            18,
            "Red",
            "can't be used, '...'",
        ),
        ('type = "count"', 'type = "choice"\nchoices = ["Red"]\ncues = ["k*e"]', 16, "cues", "can't be used"),
        ('cues = ["string*", "line* (2)"]', "", 16, "cues", "is missing"),
        ('name = "New string"', "name = 3", 17, "name", "must be a text"),
        ("spread = 0.1", "spread = 0", 27, "spread", "from 0.01 to 1"),
        ("length = 3", "length = 0", 28, "length", "from 1 to 1000"),
        ('either = ["hello"]', 'both = ["hello"]', 29, "both", "is not known here"),
        ('either = ["hello"]', 'either = ["hello", 3]', 29, "either", "list of texts"),
        ('client = ["let\'s do it"]', 'client = ["let\'s do it", "{number}"]', 35, "client", "can't be used"),
        ('[[objections]]\nname = "Price"\ncues = ["too much"]\n', "", 1, "objections", "must be a list of tables"),
        ("[[phases]]", "[phases]", 24, "phases", "written [[phases]]"),
    ],
)
def test_a_bad_playbook_gets_a_sentence_with_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str, says: str
) -> None:
    assert old in SMALL
    with pytest.raises(BadPlaybook) as raised:
        load(written(tmp_path, SMALL.replace(old, new)))
    sentence = str(raised.value)
    assert f"kites.toml, line {line}:" in sentence
    assert f"'{key}'" in sentence
    assert says in sentence


def test_two_of_one_name_are_refused_at_the_second(tmp_path: Path) -> None:
    twice = SMALL + '\n[[outcomes]]\nname = "Sold"\nrole = "lost"\nstage = "Lost"\n'
    with pytest.raises(BadPlaybook, match=r"line 38: 'name' in outcomes 2 is there twice"):
        load(written(tmp_path, twice))


def test_broken_toml_and_bytes_and_a_missing_file_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(BadPlaybook, match=r"not valid TOML: .*line 1"):
        load(written(tmp_path, "name = \n"))
    path = tmp_path / "latin.toml"
    path.write_bytes(b"name = '\xe9'")
    with pytest.raises(BadPlaybook, match="not UTF-8"):
        load(path)
    with pytest.raises(BadPlaybook, match="can't be read"):
        load(tmp_path / "nowhere.toml")


def test_a_value_is_pointed_at_where_its_key_stands_and_not_where_its_words_stand_first(tmp_path: Path) -> None:
    text = SMALL.replace('name = "Sold"', 'name = "Sold off"').replace('stage = "Won"', 'stage = "Sold off"')
    with pytest.raises(BadPlaybook, match=r"line 34: 'stage' in outcomes 1"):
        load(written(tmp_path, text))


def test_a_playbook_saved_by_an_editor_that_marks_its_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kites.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path).name == "Kite repair"


def test_a_choice_is_meant_by_its_own_words_or_by_its_wording(tmp_path: Path) -> None:
    choice = 'type = "choice"\nchoices = ["Deep Red", "Blue"]\ncues = ["colour"]\nwording = { Blue = ["navy (2)"] }'
    field = load(written(tmp_path, SMALL.replace('type = "count"', choice))).fields[0]
    assert field.words == ("Deep Red", "Blue")
    assert [[cue.text for cue in one.cues] for one in field.choices] == [["deep red", "deep reds"], ["navy (2)"]]


@pytest.mark.parametrize("path", sorted(BUILTIN.parent.glob("*.toml")), ids=lambda path: path.stem)
def test_every_playbook_that_ships_can_be_used_whole(path: Path) -> None:
    playbook = load(path)
    assert {outcome.role for outcome in playbook.outcomes} == set(OUTCOME_ROLES)
    assert all(outcome.stage in playbook.stages for outcome in playbook.outcomes)
    assert all(field.cues or field.name in KNOWN_FACTS for field in playbook.fields)
    subjects: list[Product | Objection] = [*playbook.products, *playbook.objections]
    assert all(one.insight for one in subjects)
    assert all(phase.advisor or phase.client or phase.either for phase in playbook.phases)


def test_no_cue_of_the_builtin_playbook_stands_twice_in_one_list() -> None:
    playbook = load(BUILTIN)
    lists = [product.cues for product in playbook.products] + [objection.cues for objection in playbook.objections]
    lists += [side for phase in playbook.phases for side in (phase.advisor, phase.client, phase.either)]
    lists += [side for outcome in playbook.outcomes for side in (outcome.advisor, outcome.client)]
    for cues in lists:
        texts = [re.sub(r" \([\d.]+\)$", "", cue.text) for cue in cues]
        assert len(texts) == len(set(texts)), [text for text in texts if texts.count(text) > 1]
