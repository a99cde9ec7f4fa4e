"""Lambda's runtime API on loopback, with AWS's own client for Python as a child that serves it.

The paths and headers are those of the Lambda developer guide, "Using the Lambda runtime API".
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

import anyio

from tests.unit.app.support import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anyio.abc import Process

LONGEST = 100.0
"""Seconds that the test waits for an answer."""

KEPT = ("PATH", "LANG", "COVERAGE_PROCESS_CONFIG")


@dataclass
class Answered:
    """How an invocation ended: with a result, or with an error's type, message and trace."""

    value: Any
    failed: bool
    after: float

    @property
    def error(self) -> tuple[str, str]:
        assert self.failed, self.value
        return self.value["errorType"], self.value["errorMessage"]


@dataclass
class Invoked:
    """One invocation, waiting for its turn or for its answer."""

    request_id: str
    event: Any
    seconds: float
    answers: SimpleQueue = field(default_factory=SimpleQueue)


@dataclass
class Function:
    """A function with its environments: one process, or as many as are forked of it."""

    waiting: SimpleQueue
    process: Process
    stderr: list[bytes] = field(default_factory=list)
    _count: int = 0

    async def invoke(self, event: Any, seconds: float = 900.0) -> Answered:
        self._count += 1
        invoked = Invoked(f"00000000-0000-4000-8000-{self._count:012d}", event, seconds)
        self.waiting.put(invoked)
        return await anyio.to_thread.run_sync(partial(invoked.answers.get, timeout=LONGEST))

    def logs(self) -> list[dict]:
        """Return the lines of JSON that it logged, once it has ended; not its client's own."""
        return [json.loads(line) for line in self.raw.splitlines() if line.startswith("{")]

    @property
    def raw(self) -> str:
        return b"".join(self.stderr).decode()

    async def drain(self) -> None:
        async for piece in self.process.stderr:
            self.stderr.append(piece)


def _api(waiting: SimpleQueue) -> ThreadingHTTPServer:
    begun: dict[str, tuple[Invoked, float]] = {}

    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            invoked = waiting.get()
            if invoked is None:
                self.close_connection = True
                return
            begun[invoked.request_id] = invoked, time.monotonic()
            headers = {
                "Lambda-Runtime-Aws-Request-Id": invoked.request_id,
                "Lambda-Runtime-Deadline-Ms": round((time.time() + invoked.seconds) * 1000),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:1:function:scan",
                "Content-Type": "application/json",
            }
            self._send(200, json.dumps(invoked.event).encode(), headers)

        def do_POST(self):
            *_, request_id, kind = self.path.split("/")
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._send(202, b"{}", {})
            invoked, began = begun.pop(request_id)
            invoked.answers.put(Answered(body, kind == "error", time.monotonic() - began))

        def _send(self, status, body, headers):
            self.send_response(status)
            for name, value in {**headers, "Content-Length": len(body)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Api)


@asynccontextmanager
async def function(
    surroundings: dict[str, str], temporary: str, concurrency: int | None = None
) -> AsyncIterator[Function]:
    """Run the handler in AWS's runtime client; several at a time where the function says so."""
    waiting: SimpleQueue = SimpleQueue()
    server = _api(waiting)
    Thread(target=server.serve_forever, daemon=True).start()
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {
        "PYTHONPATH": str(ROOT),
        "TMPDIR": temporary,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": "scan",
    }
    if concurrency is not None:
        own["AWS_LAMBDA_MAX_CONCURRENCY"] = str(concurrency)
    process = await anyio.open_process(
        [sys.executable, "-W", "ignore", "-m", "awslambdaric", "scanner.aws_lambda.handler"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=temporary,
        start_new_session=True,
        env={**kept, **surroundings, **own},
    )
    try:
        async with anyio.create_task_group() as tasks:
            found = Function(waiting, process)
            tasks.start_soon(found.drain)
            try:
                yield found
            finally:
                with suppress(ProcessLookupError):  # it ended by itself: the answers tell
                    os.killpg(process.pid, signal.SIGKILL)
    finally:
        with anyio.CancelScope(shield=True):
            await process.aclose()
            for _ in range(concurrency or 1):
                waiting.put(None)
            await anyio.to_thread.run_sync(server.shutdown)
            server.server_close()
