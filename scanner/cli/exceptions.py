"""Read the file of accepted failures that a command was given; what it accepts is its own say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from datetime import datetime

    from scanner.policies.exemptions import Exemption


def read_exceptions(path: str | None, now: datetime | None = None) -> tuple[Exemption, ...]:
    """Read exceptions, where a file is given; with `now`, tell those that hold no more.

    Raises SettingsError.
    """
    from scanner.policies.exemptions import read_exemptions  # noqa: PLC0415 — what --help does not need

    if path is None:
        return ()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{path} can't be read: {getattr(exc, 'strerror', exc)}") from exc
    found = read_exemptions(text, path)
    for each in found:
        if now is not None and not each.holds(now.date()):
            said = f"expired {each.expires}: the exception to {each.control} of {each.owner}"
            click.echo(said, err=True)
    return found
