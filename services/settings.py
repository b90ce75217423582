"""Every option of Aftercall, with its default and one line of help. Read from the environment and .env."""

import getpass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.errors import BadSetting


def _operating_system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


class Settings(BaseSettings):
    """The settings. Names are the environment's names in lower case."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: str | None = Field(default=None, description="PostgreSQL to use; unset: the embedded server.")
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
    run_threads: int = Field(default=2, ge=1, le=32, description="How many calls a worker works through at once.")
    workers: Literal["embedded", "external"] = Field(
        default="embedded",
        description="Who works calls through: the dashboard's process, or `python -m services worker` ones.",
    )
    worker_name: str | None = Field(default=None, description="A worker's name; unset: the machine's.")
    keep_workflow_days: float = Field(
        default=7, ge=0, description="For how many days the engine's rows of ended runs are kept."
    )
    embeddings: bool = Field(default=True, description="Compute embeddings of chunks with the builtin model.")

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


def _complaint(fault: ErrorDetails) -> str:
    """One sentence about one setting; a value is told, but for that of an address, which may hold a password."""
    name = str(fault["loc"][0]).upper() if fault["loc"] else "A setting"
    value = "" if name == "DATABASE_URL" else f" is {str(fault['input'])[:80]!r}"
    return f"The setting {name}{value}: {fault['msg'].removeprefix('Value error, ')}."
