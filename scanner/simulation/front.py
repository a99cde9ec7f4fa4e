"""Serves a WSGI application over HTTP on aiohttp: half again as many requests a second as werkzeug.

Requests are answered one after the other on the event loop: moto is bound by the GIL anyway.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from aiohttp import web

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"


async def serve(application: WSGIApplication) -> tuple[web.AppRunner, str]:
    """Listen on a free loopback port; gives the runner, for the caller to clean up, and the URL."""

    async def respond(request: web.Request) -> web.Response:
        return _call(application, _environ(request, await request.read()))

    app = web.Application(client_max_size=0)  # no limit: S3 objects are put whole
    app.router.add_route("*", "/{path:.*}", respond)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0, backlog=512).start()
    port = runner.addresses[0][1]
    return runner, f"http://localhost:{port}"


def _environ(request: web.Request, body: bytes) -> WSGIEnvironment:
    path, _, query = request.raw_path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": request.raw_path,
        "SERVER_NAME": HOST,
        "SERVER_PORT": request.host.rpartition(":")[2],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # the body is whole by now
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _call(application: WSGIApplication, environ: WSGIEnvironment) -> web.Response:
    started: list[Any] = []

    def start_response(*head: Any) -> Any:
        started[:] = head

    body = b"".join(application(environ, start_response))
    status, headers = started[:2]
    if environ["REQUEST_METHOD"] != "HEAD":  # whose length is that of the body it does not send
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return web.Response(status=int(status.split()[0]), headers=headers, body=body)
