"""A door before a simulated AWS: it knows who wrote what and may keep an answer."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiohttp
import anyio
from aiohttp import web

from scanner.aws.request import Request

_KEY = re.compile(r"Credential=([^/,]+)/")
_ROLE = re.compile(r"arn(?::|%3A)aws(?::|%3A)iam(?::|%3A){2}(\d{12})")


class Seen(NamedTuple):
    """A request that changes something; its body tells what."""

    account: str
    operation: str
    body: str


class Recorder:
    """Passes requests on. From the write number `keeps` on, answers are kept until the release."""

    def __init__(self, behind: str) -> None:
        self.writes: list[Seen] = []
        self.reads: Counter[str] = Counter()
        self.entries: list[str] = []
        self.keeps = 0
        self.refuses = ""
        self.kept, self.release = anyio.Event(), anyio.Event()
        self._behind = behind
        self._accounts: dict[str, str] = {}

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        operation = _operation(request, body)
        signed = _KEY.search(request.headers.get("Authorization", ""))
        seen = Seen(self._accounts.get(signed[1] if signed else "", "?"), operation, body.decode())
        writes = bool(Request("any", "", operation).refusal) and operation != "AssumeRole"
        if writes and self.refuses and self.refuses in seen.body:
            return web.Response(status=400, text='{"__type": "InvalidAttributeValue"}')
        answer = await self._ask(request, body)
        if operation == "AssumeRole" and answer.status == 200:
            self.entries.append(seen.body)
            key = re.search(rb"<AccessKeyId>([^<]+)<", answer.body)[1].decode()
            self._accounts[key] = _ROLE.search(seen.body)[1]
        if writes:
            self.writes.append(seen)
            if self.keeps and len(self.writes) >= self.keeps:
                self.kept.set()
                await self.release.wait()
        else:
            self.reads[operation] += 1
        return answer

    async def _ask(self, request: web.Request, body: bytes) -> web.Response:
        url = f"{self._behind}{request.raw_path}"
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.request(request.method, url, headers=request.headers, data=body) as answer,
        ):
            data = await answer.read()
            dropped = ("Content-Length", "Transfer-Encoding")
            headers = {k: v for k, v in answer.headers.items() if k not in dropped}
            return web.Response(status=answer.status, headers=headers, body=data)


def _operation(request: web.Request, body: bytes) -> str:
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2]
    named = re.search(rb"(?:^|&)Action=(\w+)", body)
    if named:
        return named[1].decode()
    return "Get" if request.method in ("GET", "HEAD") or request.path == "/listRegions" else "Put"


@asynccontextmanager
async def recorded(behind: str):
    """Open the door; gives the recorder and its URL."""
    recorder = Recorder(behind)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", recorder.pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield recorder, f"http://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
