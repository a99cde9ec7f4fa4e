"""Choose who is told a run's metrics, by the setting and by where the program runs."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from anyio import to_thread

from scanner.metrics.emf import EmfPublisher
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.metrics.figures import Labels
    from scanner.metrics.pump import Publisher

LAMBDA, ECS = "AWS_LAMBDA_FUNCTION_NAME", "ECS_CONTAINER_METADATA_URI_V4"
"""Variables that AWS sets in a function and in a task's containers."""


def resolve(setting: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return emf, otel or none: what `auto` means here, and else the setting itself."""
    if setting != "auto":
        return setting
    return "emf" if environment.get(LAMBDA) or environment.get(ECS) else "none"


def check_installed(setting: str) -> None:
    """Raise SettingsError where the setting needs what is not installed."""
    exporter = "opentelemetry.exporter.otlp.proto.http"
    if setting == "otel" and not _is_installed(exporter):
        raise SettingsError("--metrics otel needs an extra: pip install -e '.[otel]'")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package above it
        return False


async def open_publisher(
    choice: str, labels: Labels, environment: Mapping[str, str] = os.environ
) -> Publisher | None:
    """Make the publisher of a run; None for none.

    Metrics share stderr with the logs, so that stdout is the results'. In Lambda the results
    are files, and AWS promises extraction from stdout alone (CloudWatch User Guide, "Using the
    embedded metric format with Lambda").
    """
    if choice == "emf":
        return EmfPublisher(sys.stdout if environment.get(LAMBDA) else sys.stderr, labels)
    return await to_thread.run_sync(_open_otel, labels) if choice == "otel" else None


def _open_otel(labels: Labels) -> Publisher:
    from scanner.metrics.otel import OtelPublisher  # noqa: PLC0415 — an extra

    try:
        return OtelPublisher(labels)
    except ValueError as exc:
        raise SettingsError(f"--metrics otel: a variable OTEL_… is wrong: {exc}") from exc
