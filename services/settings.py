"""Every option of Aftercall, with its default and one line of help. Read from the environment and .env."""

import getpass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.errors import BadSetting

_BOLT = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def _operating_system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


class Settings(BaseSettings):
    """The settings. Names are the environment's names in lower case."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: str | None = Field(default=None, description="PostgreSQL to use; unset: the embedded server.")
    reader_role: str | None = Field(
        default=None, description="The role under which the copilot reads; unset: one is made, where that is allowed."
    )
    data_dir: Path = Field(default=Path("data"), description="Where the embedded server keeps its files.")
    actor: str = Field(
        default_factory=_operating_system_user,
        description="Who is written on every change, until there is sign-in.",
    )
    playbook: Path | None = Field(default=None, description="A playbook of your own (TOML); unset: estate planning.")
    time_zone: str = Field(default="America/New_York", description="The firm's time zone, for days that are said.")
    max_file_mb: float = Field(default=20, gt=0, le=10_000, description="The largest transcript file, in megabytes.")
    max_files: int = Field(default=2_000, gt=0, le=100_000, description="The most files of one zip or one list.")
    max_zip_mb: float = Field(default=500, gt=0, le=10_000, description="The most a zip may unpack to, in megabytes.")
    max_turns: int = Field(default=20_000, gt=0, description="The most turns of one call.")
    run_threads: int | None = Field(
        default=None,
        ge=1,
        le=32,
        description="How many calls a worker works through at once; unset: two where embeddings or a model are waited "
        "for, else one.",
    )
    workers: Literal["embedded", "external"] = Field(
        default="embedded",
        description="Who works calls through: the dashboard's process, or `python -m services worker` ones.",
    )
    worker_name: str | None = Field(default=None, description="A worker's name; unset: the machine's.")
    keep_workflow_days: float = Field(
        default=7, ge=0, description="For how many days the engine's rows of ended runs are kept."
    )
    embeddings: bool = Field(default=True, description="Compute embeddings of chunks with the builtin model.")

    qdrant_url: str | None = Field(
        default=None, repr=False, description="A Qdrant server for the index; unset: the embedded one."
    )
    qdrant_api_key: SecretStr | None = Field(default=None, description="The key to it; unset: none is asked.")
    neo4j_uri: str | None = Field(
        default=None, repr=False, description="A Neo4j server for the graph; unset: the embedded one."
    )
    neo4j_user: str = Field(default="neo4j", description="Who we are to Neo4j.")
    neo4j_password: SecretStr | None = Field(default=None, description="The password to it; unset: none is asked.")
    neo4j_database: str | None = Field(default=None, description="The database in it, which holds nothing else.")

    openai_api_key: SecretStr | None = Field(default=None, description="The key for the language model's server.")
    openai_base_url: str | None = Field(
        default=None, repr=False, description="An OpenAI-compatible server; unset, with a key: OpenAI's own."
    )
    model: str = Field(default="gpt-5-mini", min_length=1, description="The language model.")
    model_extract: str | None = Field(default=None, description="Another model for reading calls.")
    model_write: str | None = Field(default=None, description="Another model for e-mails, posts and coaching.")
    model_plan: str | None = Field(default=None, description="Another model for the copilot.")
    model_embed: str | None = Field(
        default=None, description="An embeddings model of the same server; unset: the builtin one."
    )
    model_context: int = Field(default=32_768, ge=1_024, description="How many tokens fit the model's context.")
    model_redact: bool = Field(
        default=False, description="Replace names, phones, accounts and addresses by marks before a model sees them."
    )
    model_max_tokens: int = Field(default=4_096, ge=64, description="The most tokens of one answer.")
    model_timeout: float = Field(default=120, gt=0, le=3_600, description="Seconds for one answer, all told.")
    model_concurrency: int = Field(default=4, ge=1, le=64, description="How many questions a process asks at once.")
    model_requests_per_minute: int | None = Field(default=None, ge=1, description="The most questions a minute.")
    model_tokens_per_call: int = Field(default=400_000, gt=0, description="The most tokens that one run may use.")
    model_money_per_month: float | None = Field(default=None, gt=0, description="The most that a month may cost.")
    model_prices: dict[str, tuple[float, float]] = Field(
        default_factory=dict,
        description='Prices of a million tokens in and out, by model, as JSON: {"name": [0.25, 2.0]}.',
    )

    @property
    def thinks_with_a_model(self) -> bool:
        """Whether a language model is configured."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def calls_at_once(self) -> int:
        """How many calls a worker works through at once: two that only reckon would take the interpreter from each
        other."""
        waits = self.embeddings or self.thinks_with_a_model
        return self.run_threads or (2 if waits else 1)

    @field_validator("openai_base_url", "qdrant_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("an address begins with http:// or https://")
        if url is not None and not urlsplit(url).hostname:
            raise ValueError("the address names no host")
        return url

    @field_validator("neo4j_uri")
    @classmethod
    def _bolt_address(cls, uri: str | None) -> str | None:
        if uri is not None and not (urlsplit(uri).scheme in _BOLT and urlsplit(uri).hostname):
            raise ValueError("write it as neo4j://host:7687 or bolt://host:7687")
        return uri

    @field_validator("openai_api_key")
    @classmethod
    def _key_of_letters(cls, key: SecretStr | None) -> SecretStr | None:
        bare = key.get_secret_value().strip() if key else ""
        if not (bare.isascii() and bare.isprintable()) or " " in bare:
            raise ValueError("it holds characters that no key has")
        return SecretStr(bare) if bare else None

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            raise ValueError("no time zone of that name is known; one is America/New_York") from None
        return name


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. Raises BadSetting, naming every one that can't be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting(" ".join(_complaint(fault) for fault in error.errors())) from None
    except (OSError, UnicodeDecodeError):
        raise BadSetting("The file .env can't be read as UTF-8 text.") from None


# Whose values may hold a password.
_PRIVATE = (
    "DATABASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "QDRANT_URL",
    "QDRANT_API_KEY",
    "NEO4J_URI",
    "NEO4J_PASSWORD",
)


def _complaint(fault: ErrorDetails) -> str:
    """One sentence about one setting; a value is told, but for those that may hold a password."""
    name = str(fault["loc"][0]).upper() if fault["loc"] else "A setting"
    value = "" if name in _PRIVATE else f" is {str(fault['input'])[:80]!r}"
    return f"The setting {name}{value}: {fault['msg'].removeprefix('Value error, ')}."
