"""Carry the rates that throttles taught from one run to the next; no trouble there stops a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from scanner.aws.learned import recalled
from scanner.model.errors import OutputError
from scanner.output import read_state, update_state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scanner.aws.limits import Limits

log = structlog.get_logger()

RATES = "rates"
"""The document's name in the output."""


def learned_before(out: Path) -> dict[str, Any] | None:
    """Read what earlier runs into this output learned; None, and a warning, where it is unfit."""
    try:
        document = read_state(out, RATES)
        recalled(document or {}, datetime.now(UTC))
    except (OutputError, ValueError) as exc:
        log.warning("learned rates are not read: starting anew", reason=str(exc))
        return None
    return document


def keep_learned(out: Path, limits: Limits) -> None:
    """Write what this run learned, if anything; where it can't be written, a warning."""

    def change(before: Mapping[str, Any] | None) -> Mapping[str, Any]:
        try:
            return limits.learned(before)
        except ValueError:
            return limits.learned()

    if not limits.has_learned:
        return
    try:
        update_state(out, RATES, change)
    except OutputError as exc:
        log.warning("learned rates are not kept", reason=str(exc))
