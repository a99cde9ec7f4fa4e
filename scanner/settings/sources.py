"""Read the settings from options, environment, a file and defaults; it judges no value."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scanner.model.errors import SettingsError
from scanner.settings.model import PREFIX, Origin, Settings, one_line

DEFAULT_FILE = "scanner.toml"


def load(
    options: dict[str, Any],
    file: Path | None = None,
    environment: dict[str, str] | None = None,
    beneath: dict[str, Any] | None = None,
    source: Origin = "option",
) -> tuple[Settings, dict[str, Origin]]:
    """Merge the sources: option > environment > file > `beneath` > default.

    Returns the settings and where each value came from, options from `source`. Raises
    SettingsError, one line.
    """
    chosen = {name: (value, source) for name, value in options.items() if value is not None}
    layers = [
        *((name, value, "environment") for name, value in _environment(environment).items()),
        *((name, value, str(file or DEFAULT_FILE)) for name, value in _file(file).items()),
        *((name, value, "the resumed run") for name, value in (beneath or {}).items()),
    ]
    for name, value, origin in layers:
        chosen.setdefault(name, (value, origin))
    try:
        settings = Settings(**{name: value for name, (value, _) in chosen.items()})
    except ValidationError as exc:
        raise SettingsError(
            one_line(exc, {name: each[1] for name, each in chosen.items()})
        ) from None
    origins = {
        name: chosen[name][1] if name in chosen else "default" for name in Settings.model_fields
    }
    return settings, origins


def _environment(environment: dict[str, str] | None) -> dict[str, str]:
    source = os.environ if environment is None else environment
    names = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    return {names[key]: value for key, value in source.items() if key in names}


def _file(file: Path | None) -> dict[str, Any]:
    path = file or Path(DEFAULT_FILE)
    if file is None and not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{path} can't be read: {exc}") from exc
    except tomllib.TOMLDecodeError as exc:
        raise SettingsError(f"{path} is not TOML: {exc}") from exc
    return {name.replace("-", "_"): value for name, value in values.items()}
