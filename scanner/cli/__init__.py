"""The command line: the only place that prints. Each command is a module, loaded when called."""

from __future__ import annotations

import signal
import sys
import threading
import time
from importlib import import_module
from traceback import print_exc
from typing import TYPE_CHECKING, NoReturn

import click

from scanner.app.garbage import collect_less
from scanner.cli.reader import reader_may_leave
from scanner.model.errors import (
    CatalogError,
    ChangeRefused,
    OutputError,
    ScannerError,
    SettingsError,
)

if TYPE_CHECKING:
    from types import FrameType

BEGAN = time.monotonic()
"""When the process began, as nearly as a program can know: deadlines count from here."""

COMMANDS = {
    "demo": "Try it: a simulated organization and a real scan of it; no AWS needed.",
    "scan": "Inventory: every account, region and resource type, as JSON Lines.",
    "run": "Do a task of your own in every account and region.",
    "merge": "Write the one manifest of a run that several machines shared.",
    "query": "Ask a run questions in SQL; without SQL, at a prompt.",
    "check": "Check a run against policies and built-in controls.",
    "tag": "Hold tags to a policy: plan what mends them, review it, apply it, undo it.",
    "remediate": "Plan what policies want changed, apply a plan, undo it.",
    "diff": "Show what was added, removed and changed between two runs.",
    "report": "Write one HTML page about a run: coverage, growth, tags, findings.",
    "export": "Write a run as Parquet, one typed file a resource type.",
    "athena": "Let Athena read the output in S3: tables, and a view a type.",
    "prune": "Remove old runs, whole.",
    "accounts": "Show which accounts and regions a scan would visit, and why.",
    "types": "Show the catalogue of resource types.",
    "doctor": "Look at what a scan would meet: credentials, roles, permissions, costs.",
    "iam": "Print the exact IAM policies and the StackSet template that a scan needs.",
    "package": "Build the zip that AWS Lambda runs.",
    "config": "Show the settings and where each value comes from.",
}

_CODES: dict[type[ScannerError], int] = {
    SettingsError: 2, CatalogError: 2, ChangeRefused: 2, OutputError: 6,
}  # fmt: skip
NOTHING, UNFORESEEN, INTERRUPTED = 4, 70, 130
"""70 is EX_SOFTWARE of sysexits.h: Python's own 1 would pass for findings."""


class _Commands(click.Group):
    """Knows the commands by name and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 — click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"scanner.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 — click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="scanner", message="%(version)s")
def program() -> None:
    """One control plane for a whole AWS organization.

    Assumes a role in every member account and works there, concurrently, from one place.

    \b
    Example:
      scanner demo
      scanner scan --role ScannerReadRole --out scan
    """  # noqa: D301 — \b is click's mark for text to be left as it is


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the program and exit with a code of the contract; bad input gets one line."""
    result = None
    collect_less()
    _heed_termination()
    try:
        with reader_may_leave():
            result = program.main(arguments, prog_name="scanner", standalone_mode=False)
    except click.UsageError as exc:
        command = exc.ctx.command_path if exc.ctx else "scanner"
        _fail(f"{exc.format_message()} (see {command} --help)", exc.exit_code)
    except click.ClickException as exc:
        _fail(exc.format_message(), exc.exit_code)
    except ScannerError as exc:
        _fail(str(exc), _CODES.get(type(exc), NOTHING))
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted", INTERRUPTED)
    except Exception:  # noqa: BLE001 — the program ends here, whatever happened
        print_exc()
        _fail("this is a bug: please report it with the lines above", UNFORESEEN)
    sys.exit(result if isinstance(result, int) else 0)


def _heed_termination() -> None:
    """Let SIGTERM do what Ctrl-C does: of itself the first process of a container ignores it."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    """Do what Ctrl-C does at this moment: an event loop that runs ends its tasks first."""
    heed = signal.getsignal(signal.SIGINT)
    if not callable(heed):
        raise KeyboardInterrupt
    heed(signal.SIGINT, frame)


def _fail(message: str, code: int) -> NoReturn:
    line = " ".join(message.split())
    click.echo(f"scanner: {line}", err=True)
    sys.exit(code)
