"""Starts and ends the simulation's child process; nothing of it outlives its context or parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import anyio
from anyio.streams.buffered import BufferedByteReceiveStream

from scanner.model.errors import ScannerError, SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from anyio.abc import Process

_ROOT = Path(__file__).parents[2]
_SERVER = "scanner.simulation.server"
_START_SECONDS = 120.0  # 500 accounts on a slow machine
_STOP_SECONDS = 2.0
_MAX_ANNOUNCEMENT = 64 * 1024 * 1024
_STDERR_TAIL = 2000
_MOTO = {
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 1,301 images a region: seconds and gigabytes
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONPATH": str(_ROOT),
}


class SimulationError(ScannerError):
    """The simulated organization did not start."""


@asynccontextmanager
async def child(configuration: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """Run the child; gives what it announced, and ends it however the context is left."""
    _require_moto()
    stderr = await anyio.to_thread.run_sync(tempfile.TemporaryFile)
    with stderr:
        process = await anyio.open_process(
            [sys.executable, "-P", "-m", _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=_environment(),
            start_new_session=True,  # Ctrl-C reaches the parent only, which still needs the child
        )
        try:
            yield await _announcement(process, configuration, stderr)
        finally:
            with anyio.CancelScope(shield=True):
                await _stop(process)


def _require_moto() -> None:
    if any(find_spec(name) is None for name in ("moto", "flask", "werkzeug")):
        raise SettingsError("the simulated organization needs moto: pip install -e '.[demo]'")


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_", "PYTHON"))
    }
    return kept | _MOTO


async def _announcement(
    process: Process, configuration: Mapping[str, Any], stderr: IO[bytes]
) -> dict[str, Any]:
    assert process.stdin is not None  # noqa: S101 — both were asked for as pipes
    assert process.stdout is not None  # noqa: S101 — see above
    reader = BufferedByteReceiveStream(process.stdout)
    try:
        with anyio.fail_after(_START_SECONDS):
            await process.stdin.send(json.dumps(configuration).encode() + b"\n")
            line = await reader.receive_until(b"\n", _MAX_ANNOUNCEMENT)
    except TimeoutError as exc:
        message = f"the simulated organization did not start in {_START_SECONDS:g} s"
        raise SimulationError(message) from exc
    except (anyio.IncompleteRead, anyio.EndOfStream, anyio.BrokenResourceError) as exc:
        said = await anyio.to_thread.run_sync(_tail, stderr)
        raise SimulationError(f"the simulated organization did not start: {said}") from exc
    announced: dict[str, Any] = json.loads(line)
    return announced


def _tail(stderr: IO[bytes]) -> str:
    size = stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, size - _STDERR_TAIL))
    return stderr.read().decode(errors="replace").strip()


async def _stop(process: Process) -> None:
    try:
        if process.returncode is None:
            process.terminate()
        with anyio.move_on_after(_STOP_SECONDS):
            await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()
    finally:
        await process.aclose()
