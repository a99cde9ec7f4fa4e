"""Choose the run that a command looks at: one that is there, or one that is scanned first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import ACCESS, CONTROL, TARGETS, given
from scanner.model.errors import SettingsError
from scanner.settings import bucket_of, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scanner.cli.options import F
    from scanner.settings import Settings

RUN_CONTROL = tuple(name for name in CONTROL if name not in ("shard", "run_id"))
_SCANNING = ("types", *(name for name in (*TARGETS, *ACCESS, *CONTROL) if name != "out"))
"""The settings that mean nothing unless there is a scan."""


def run_options(scanned: str) -> Callable[[F], F]:
    """Give a command `--run` and `--scan`, which says what is scanned."""

    def give(function: F) -> F:
        function = click.option("--scan", is_flag=True, help=f"scan first{scanned}")(function)
        return click.option("--run", metavar="RUN", help="which run  [default: latest]")(function)

    return give


def refuse_contradictions(options: dict[str, Any], used: Sequence[str] = ()) -> None:
    """Raise SettingsError for options that mean nothing together; `used` mean something anyway."""
    idle = given(options, tuple(name for name in _SCANNING if name not in used))
    if options["scan"] and options["run"]:
        raise SettingsError("--scan makes a run of its own: leave out --run")
    if idle and not options["scan"]:
        raise SettingsError(f"{', '.join(idle)} is for a scan: add --scan")


def refuse_bucket(settings: Settings) -> None:
    """Raise SettingsError for an output in S3."""
    if bucket_of(settings.out)[0] is not None:
        place = spelled(settings.out)
        raise SettingsError(
            f"--out {place}: copy it to a directory first: aws s3 sync {place} scan"
        )


def scanned(settings: Settings, types: Sequence[str], progress: str) -> tuple[str | None, int]:
    """Scan for types; return the run, None where there is none, and an exit code."""
    from scanner.app.prepare import prepare  # noqa: PLC0415 — what --help does not need
    from scanner.cli.running import scan_watched  # noqa: PLC0415 — the SDK loads in a quarter second

    narrowed = settings.model_copy(update={"types": tuple(types)})
    summary, code = scan_watched(narrowed, prepare(narrowed), progress)
    return (None if summary is None else summary.run_id), code
