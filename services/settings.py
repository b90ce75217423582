"""Every option of Aftercall, with its default and one line of help. Read from the environment and .env."""

import getpass
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    max_file_mb: float = Field(default=20, gt=0, description="The largest transcript file, in megabytes.")
    max_turns: int = Field(default=20_000, gt=0, description="The most turns of one call.")
    run_threads: int = Field(default=2, ge=1, le=32, description="How many calls are worked through at once.")
    embeddings: bool = Field(default=True, description="Compute embeddings of chunks with the builtin model.")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
