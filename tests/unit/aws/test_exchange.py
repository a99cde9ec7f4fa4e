"""Answers taken off a connection at once, and the ways around."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import EndpointConnectionError, SSLError

from scanner.aws.wire import Wire


@asynccontextmanager
async def serving(seen):
    """Run a server that notes each request and answers with what it was sent."""

    async def answer(request):
        seen.append(request)
        return web.Response(body=await request.read(), status=201, headers={"X-Some-Thing": "ü"})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site._server.sockets[0].getsockname()[1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def sessions(**options):
    wire = Wire()
    try:
        yield wire.session_class(timeout=5, **options)
    finally:
        await wire.aclose()


def post(url):
    return AWSPreparedRequest("POST", url, {"X-A": "b"}, b"body", stream_output=False)


async def test_an_answer_is_there_in_full_with_names_in_any_case():
    seen = []
    async with serving(seen) as port, sessions() as session:
        received = await session.exchange(post(f"http://127.0.0.1:{port}/a%2Fb?c=d%20e"))
    assert (received.status_code, received.body, await received.content) == (201, b"body", b"body")
    assert received.names["x-some-thing"] == received.headers["X-Some-Thing"] == "ü"
    assert (seen[0].raw_path, seen[0].headers["X-A"]) == ("/a%2Fb?c=d%20e", "b")
    assert seen[0].headers["Accept-Encoding"] == "identity"


async def test_what_goes_through_a_proxy_goes_as_botocore_sends_it():
    seen = []
    async with serving(seen) as port:
        proxies = {"http": f"http://user:secret@127.0.0.1:{port}"}
        async with sessions(proxies=proxies) as session:
            received = await session.exchange(post("http://sqs.eu-west-1.amazonaws.com/x"))
    assert (received.status_code, received.body) == (201, b"body")
    assert received.names["x-some-thing"] == "ü"
    assert seen[0].headers["Host"] == "sqs.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("scheme", "error"), [("http", EndpointConnectionError), ("https", SSLError)]
)
async def test_failures_have_botocores_names(scheme, error):
    async with serving([]) as port:
        pass
    async with serving([]) as open_port, sessions() as session:
        with pytest.raises(error) as raised:
            await session.exchange(
                post(f"{scheme}://127.0.0.1:{open_port if scheme == 'https' else port}/")
            )
    assert "127.0.0.1" in str(raised.value)
