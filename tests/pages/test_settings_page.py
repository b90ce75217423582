import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from services.active_minds import RECIPES
from services.settings import Settings, settings
from services.settings_view import address, groups
from tests.asking import KEY
from tests.fake_model import FakeModel, refuses, running
from tests.pages.conftest import ROOT, open_at
from tests.test_model_probe import server_that

Visit = Callable[[], AppTest]
PASSWORD = "pass-word-of-the-gateway"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, _settings_of_its_own: None) -> Iterator[FakeModel]:
    """A model's server that is configured, with a password in its address."""
    with running(server_that()) as made:
        made.pages["/v1/models"] = (200, {"data": [{"id": "small", "max_model_len": 32768}]})
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", made.url.replace("127", f"ann:{PASSWORD}@127"))
        monkeypatch.setenv("MODEL", "small")
        monkeypatch.setenv("MODEL_WRITE", "small")
        settings.cache_clear()
        yield made


def told(page: AppTest) -> str:
    """Everything that stands on the page in words, without the escapes."""
    parts = [*page.markdown, *page.caption, *page.header, *page.error, *page.code]
    rows = [" | ".join(map(str, row)) for each in page.table for row in each.value.itertuples(index=False)]
    return "\n".join([*(str(part.value) for part in parts), *rows]).replace("\\", "").replace(":gray[]", "")


def after_its_test(page: AppTest) -> AppTest:
    """The page after its connection was tested."""
    page.button(key="settings_test").click().run()
    deadline = time.monotonic() + 30
    while page.button(key="settings_test").disabled:
        assert time.monotonic() < deadline, "the test did not end"
        time.sleep(0.05)
        page.run()
    return page


def test_without_a_model_the_page_says_what_to_write(dashboard: Visit) -> None:
    page = open_at(dashboard, "settings")
    assert "No language model is configured." in told(page)
    assert page.code[0].value == RECIPES["OpenAI"]
    page.selectbox(key="settings_recipe").select("llama.cpp").run()
    assert page.code[0].value == RECIPES["llama.cpp"]
    assert "**Reading calls**" in told(page)
    assert ":gray-badge[builtin] The builtin analyst." in told(page)
    assert not [button for button in page.button if button.key == "settings_test"]


def test_the_page_tells_who_does_what_and_by_which_limits(
    fake: FakeModel, dashboard: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_MONEY_PER_MONTH", "20")
    monkeypatch.setenv("MODEL_REDACT", "true")
    monkeypatch.setenv("MODEL_EMBED", "vectors")
    settings.cache_clear()
    words = told(open_at(dashboard, "settings"))
    assert ":green-badge[small] Both the model and the builtin analyst read each call" in words
    assert "A month may cost $20.00." in words
    assert "MODEL_PRICES has no price of small" in words
    assert "are replaced by marks before words leave" in words
    assert "MODEL_EMBED is left alone, for MODEL_REDACT keeps passages on this machine." in words
    assert f"{fake.url}, with a key." in words


def test_one_click_tests_the_connection_and_tells_in_words_what_the_server_can_do(
    fake: FakeModel, dashboard: Visit
) -> None:
    page = after_its_test(open_at(dashboard, "settings"))
    assert not page.exception
    words = told(page)
    assert "**The connection works.**" in words
    for sentence in (
        f"{fake.url} answers.",
        "The server has the model small.",
        "The key is accepted.",
        "small gave the form that was asked for by a JSON schema.",
        "The server holds the model to the schema.",
        "The model calls tools.",
        "Answers come in pieces",
        "The server holds 32,768 tokens",
    ):
        assert sentence in words
    assert "by tester" in words


def test_what_is_wrong_is_told_with_what_to_do(fake: FakeModel, dashboard: Visit) -> None:
    fake.usual = refuses(401, f"Incorrect API key provided: {KEY}")
    words = told(after_its_test(open_at(dashboard, "settings")))
    assert "**The connection does not work yet.**" in words
    assert "The server does not accept the key." in words
    assert "Check OPENAI_API_KEY" in words


def test_another_visitor_sees_the_last_test(fake: FakeModel, dashboard: Visit) -> None:
    after_its_test(open_at(dashboard, "settings"))
    assert "**The connection works.**" in told(open_at(dashboard, "settings"))


def test_every_setting_stands_there_with_its_value_default_and_source(fake: FakeModel, dashboard: Visit) -> None:
    page = open_at(dashboard, "settings")
    rows = {row[0].strip("`"): row[1:] for each in page.table for row in each.value.itertuples(index=False)}
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    assert rows["MODEL"][:2] == ("**small**", ":blue-badge[environment]")
    assert rows["OPENAI_API_KEY"][:3] == ("**set**", ":blue-badge[environment]", "not set")
    assert rows["MAX_FILES"][:3] == ("2000", ":gray-badge[default]", "2000")


def test_no_secret_is_in_the_page_or_in_the_session(fake: FakeModel, dashboard: Visit) -> None:
    page = after_its_test(open_at(dashboard, "settings"))
    held = str(page.session_state)
    assert "settings_recipe" in held
    for secret in (KEY, PASSWORD):
        assert secret not in told(page) + held + str(page)


def test_a_line_of_the_file_is_told_from_one_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("MODEL=of-the-file\nMODEL_WRITE=of-the-file\nMODEL_PLAN=\n")
    monkeypatch.setitem(Settings.model_config, "env_file", str(file))
    monkeypatch.setenv("MODEL_WRITE", "of-the-environment")
    shown = {one.name: one for _, group in groups(Settings()) for one in group}
    assert (shown["MODEL"].value, shown["MODEL"].source) == ("of-the-file", ".env")
    assert (shown["MODEL_WRITE"].value, shown["MODEL_WRITE"].source) == ("of-the-environment", "environment")
    assert (shown["MODEL_PLAN"].value, shown["MODEL_PLAN"].source) == ("not set", "default")


def test_every_secret_setting_is_told_as_set_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert secret
    for name in secret:
        monkeypatch.setenv(name.upper(), KEY)
    shown = {one.name: one.value for _, group in groups(Settings()) for one in group}
    assert {shown[name.upper()] for name in secret} == {"set"}
    assert KEY not in str(shown)
    assert SecretStr(KEY).get_secret_value() == KEY


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:secret@host.example:8443/v1?key=secret", "https://host.example:8443/v1"),
        ("postgresql://ann:secret@[::1]:5432/calls?password=secret", "postgresql://[::1]:5432/calls"),
        (f"https://gateway.example/{KEY}/v1", "https://gateway.example/…/v1"),
        ("host=h password=secret", "set"),
        ("http://host:not-a-port/", "set"),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(url: str, shown: str) -> None:
    assert address(url) == shown


def test_the_lines_to_write_are_those_of_the_docs() -> None:
    docs = (ROOT / "docs" / "models.md").read_text()
    for server, lines in RECIPES.items():
        assert f"**{server}**" in docs
        assert f"```sh\n{lines}\n```" in docs
