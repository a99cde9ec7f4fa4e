"""Where there is room to write, and whether there is any; what is written is not its business."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.model.errors import OutputError
from scanner.output import disk
from scanner.output.objects import objects_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPOOL = "scanner-spool-"
_YOUNG = 60.0  # seconds in which a process that made its spool has locked it

SPOOL_BYTES = 512 << 20
"""What the spool of a run in a store does with, however much the run writes."""


def check_writable(out: Path) -> None:
    """Raise `OutputError` unless files can be made in `out`; makes the directory."""
    if objects_of(out) is not None:
        probe = out / f".probe-{secrets.token_hex(4)}"
        disk.write_whole(probe, b"scanner\n")
        disk.remove(probe)
        return
    with disk.reporting("write to", out):
        disk.make_directory(out)
    probe = out / f".probe-{os.getpid()}"
    with disk.appending(probe, durable=False) as file:
        file.write(b"scanner\n")
    disk.remove(probe)


def working_directory(out: Path) -> Path:
    """Return where the files of an output grow: `out` itself, or the place of a store's spool."""
    return out if objects_of(out) is None else Path(tempfile.gettempdir())


def free_bytes(out: Path) -> int:
    """Tell how much room there is for files in `out`, which exists."""
    with disk.reporting("look at", out):
        return shutil.disk_usage(out).free


@contextmanager
def spool_directory() -> Iterator[Path]:
    """Make a private directory for temporary files, and remove it with all that is in it.

    It removes those of dead processes, too, which their locks tell from the living.
    """
    above = Path(tempfile.gettempdir())
    for old in above.glob(f"{_SPOOL}*"):
        _remove_dead(old)
    with disk.reporting("write to", above):
        path = Path(tempfile.mkdtemp(prefix=_SPOOL))
    try:
        with disk.locked(path / "lock"):
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _remove_dead(spool: Path) -> None:
    with suppress(OSError, OutputError):
        if time.time() - spool.stat().st_mtime < _YOUNG:
            return
        with disk.lock_if_free(spool / "lock") as dead:
            if dead:
                shutil.rmtree(spool, ignore_errors=True)
