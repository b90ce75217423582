"""The settings as a page shows them: each with its value, its default and where it comes from. Secrets are not told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic.fields import FieldInfo
from pydantic_settings import DotEnvSettingsSource

from services.settings import Settings

Source = Literal["environment", ".env", "default"]
# Groups of settings, by how their names begin; what begins in no such way belongs to the last one.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Language model", ("openai_", "model")),
    ("Search and graph", ("embeddings", "qdrant_", "neo4j_")),
    ("Record, calls and workers", ("",)),
)

_LONGEST_PART = 24  # characters of a part of a path; a key would be longer


@dataclass(frozen=True)
class Shown:
    """One setting in words. ``value`` of a secret is only ``set`` or ``not set``; of an address, without a password."""

    name: str
    value: str
    default: str
    source: Source
    help: str


def groups(chosen: Settings) -> list[tuple[str, list[Shown]]]:
    """Every setting, in groups, in the settings' order."""
    file = _in_file()
    found: dict[str, list[Shown]] = {title: [] for title, _ in _GROUPS}
    for name, field in Settings.model_fields.items():
        title = next(title for title, beginnings in _GROUPS if name.startswith(beginnings))
        value, default = words(getattr(chosen, name), field), _default(field)
        found[title].append(Shown(name.upper(), value, default, _source(name, file), field.description or ""))
    return [(title, shown) for title, shown in found.items() if shown]


def words(value: Any, field: FieldInfo) -> str:
    """A value as it may be shown."""
    if "SecretStr" in str(field.annotation):
        return "set" if value is not None and value.get_secret_value() else "not set"
    if value is None or value == {}:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and ("://" in value or field.repr is False):
        return address(value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {told[0]:g} in, {told[1]:g} out" for name, told in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def address(url: str) -> str:
    """An address without what may be a secret in it: name and password, what follows a '?', long parts of the path."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "set"
    if not parts.hostname:
        return "set"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = "/".join(part if len(part) <= _LONGEST_PART else "…" for part in parts.path.split("/"))
    return f"{parts.scheme}://{host}{port}{path}"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "not set" if field.default_factory is dict else "worked out"
    return words(field.default, field)


def _source(name: str, file: Mapping[str, str | None]) -> Source:
    if any(key.lower() == name and value for key, value in os.environ.items()):
        return "environment"
    return ".env" if file.get(name) else "default"


def _in_file() -> Mapping[str, str | None]:
    """What .env holds, by the settings' names; nothing where there is no such file."""
    try:
        return DotEnvSettingsSource(Settings).env_vars
    except (OSError, UnicodeDecodeError):
        return {}
