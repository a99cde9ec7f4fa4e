"""The guards around all tests hold: no way off this machine, no settings of its user."""

import asyncio
import os
import socket
import time

import anyio
import pytest
from blockbuster import BlockingError

from scanner.aws.gate import Gate
from scanner.aws.limits import Limits
from scanner.aws.request import Request
from scanner.aws.visit import Visit

OUTSIDE = "192.0.2.1"


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_connection_off_the_machine_fails(method):
    with socket.socket() as outgoing, pytest.raises(AssertionError, match=OUTSIDE):
        getattr(outgoing, method)((OUTSIDE, 443))


@pytest.mark.parametrize("host", ["sts.amazonaws.com", OUTSIDE, b"sts.amazonaws.com"])
def test_a_name_off_the_machine_is_not_looked_up(host):
    with pytest.raises(AssertionError, match="leaves the machine"):
        socket.getaddrinfo(host, 443)


async def test_a_client_can_not_leave_the_machine():
    with pytest.raises(AssertionError, match="leaves the machine"):
        await asyncio.open_connection(OUTSIDE, 443)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port)) as outgoing:
            assert outgoing.getpeername()[0] == "127.0.0.1"


def test_no_setting_of_the_user_reaches_a_test():
    given = {name for name in os.environ if name.startswith(("AWS_", "SCANNER_"))}
    assert given == {
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_EC2_METADATA_DISABLED",
    }
    assert not {"HTTPS_PROXY", "https_proxy", "AWS_CA_BUNDLE"} & set(os.environ)


async def test_our_code_that_blocks_the_loop_fails():
    class Nobody:
        account_id = "1"
        frozen = None

        async def fresh(self):
            time.sleep(0)  # noqa: ASYNC251 — what must be caught

    out = Gate(slots=1, limits=Limits())
    with pytest.raises(BlockingError):
        await out.send(Request("sqs", "r", "ListQueues"), Visit(Nobody()), anyio.sleep_forever)
