"""The way to AWS is broken: names, connections, TLS. One service's endpoint is struck.

The others have the usual one, and must not notice.
"""

import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from scanner.model.outcome import Status
from tests.faults.door import (
    certificate,
    door,
    out_of_descriptors,
    server_context,
    unresolvable,
)
from tests.faults.support import REGIONS, hurry, organization, scan

ACCOUNTS = 2
PLACES = ACCOUNTS * len(REGIONS)
FOREVER = float("inf")
TYPES = ("AWS::SQS::Queue", "AWS::RDS::DBInstance")


@dataclass
class Way:
    """A fake whose SQS is behind a door; `mends` are called when the scanner first backs off."""

    monkeypatch: object
    stack: AsyncExitStack
    behind: int
    folder: object
    mends: list = field(default_factory=list)

    async def door(self, scheme="http", behind=0, **options):
        made = await self.stack.enter_async_context(door(behind or self.behind, **options))
        url = f"{scheme}://localhost:{made.port}"
        self.monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", url)
        return made

    def trust(self, certificate):
        self.monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))

    async def sleep(self, _seconds):
        while self.mends:
            await self.mends.pop()()


async def refused(way, times):
    made = await way.door()
    if times < FOREVER:
        way.mends.append(made.open)


async def connect_timeout(way, times):
    made = await way.door()
    made.crowd()
    if times < FOREVER:
        way.mends.append(made.open)


async def reset_on_connect(way, times):
    await (await way.door(resets=times)).open()


async def unresolved(way, times, number=socket.EAI_NONAME):
    made = await way.door()
    await made.open()
    unresolvable(way.monkeypatch, made.port, number, times)


async def resolver_in_trouble(way, times):
    await unresolved(way, times, socket.EAI_AGAIN)


async def no_descriptors_left(way, times):
    made = await way.door()
    await made.open()
    out_of_descriptors(way.monkeypatch, made.port, times)


async def reset_in_handshake(way, times):
    trusted = certificate(way.folder, "localhost")
    way.trust(trusted)
    inner = await way.door(context=server_context(trusted))
    await inner.open()
    await (await way.door("https", inner.port, resets=times)).open()


async def no_tls_at_all(way, _times):
    """Answer in plain text where TLS is spoken, as a proxy does."""
    await (await way.door("https", greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n")).open()


BREAKS = {
    "refused": refused,
    "connect timeout": connect_timeout,
    "reset on connect": reset_on_connect,
    "no such name": unresolved,
    "resolver in trouble": resolver_in_trouble,
    "no descriptors left": no_descriptors_left,
    "reset in the handshake": reset_in_handshake,
}
SHORT = {"connect timeout": {"request_timeout": 0.3}}
LASTING = {**BREAKS, "no TLS at all": no_tls_at_all}


@pytest.fixture
async def way(monkeypatch, tmp_path):
    async with organization(monkeypatch, ACCOUNTS, verify=True) as fake, AsyncExitStack() as stack:
        made = Way(monkeypatch, stack, int(fake.url.rpartition(":")[2]), tmp_path)
        hurry(monkeypatch, made.sleep)
        yield made


def by_service(found, service):
    return [each for each in found.outcomes.values() if each.service == service]


@pytest.mark.parametrize("fault", BREAKS)
async def test_what_passes_costs_a_retry_and_no_record(way, fault):
    await BREAKS[fault](way, 1)
    found = await scan(types=TYPES, **SHORT.get(fault, {}))
    assert {each.status for each in found.outcomes.values()} == {Status.COMPLETE}
    assert found.keys()
    assert all(each.records for each in found.outcomes.values())
    assert sum(each.retries for each in by_service(found, "sqs")) >= 1
    assert fault in SHORT or not any(each.retries for each in by_service(found, "rds"))


@pytest.mark.parametrize("fault", LASTING)
async def test_what_lasts_is_told_and_stops_no_other_service(way, fault):
    await LASTING[fault](way, FOREVER)
    found = await scan(types=TYPES, **SHORT.get(fault, {}))
    assert {each.status for each in by_service(found, "rds")} == {Status.COMPLETE}
    struck = by_service(found, "sqs")
    assert len(struck) == PLACES
    for outcome in struck:
        assert outcome.status is Status.ERROR
        assert outcome.retries == (2 if fault == "no such name" else 5)
        assert outcome.types["AWS::SQS::Queue"].error


@pytest.mark.parametrize("names", ["someone-else", "localhost"])
async def test_a_wrong_certificate_is_told_and_never_tried_again(way, names):
    """Of another name, or of our name but nobody we know."""
    shown = certificate(way.folder, names)
    (way.folder / "trusted").mkdir()
    way.trust(shown if names != "localhost" else certificate(way.folder / "trusted", "localhost"))
    made = await way.door("https", context=server_context(shown))
    await made.open()
    found = await scan(types=TYPES)
    assert {each.status for each in by_service(found, "rds")} == {Status.COMPLETE}
    for outcome in by_service(found, "sqs"):
        assert (outcome.status, outcome.requests) == (Status.ERROR, 1)
        assert "AWS_CA_BUNDLE" in outcome.types["AWS::SQS::Queue"].error
