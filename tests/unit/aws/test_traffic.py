"""The gate's figures: how long attempts take, who throttled, which scopes are paced."""

import random

import anyio
import pytest
from botocore.exceptions import ClientError

from scanner.aws.bucket import FIRST_RATE
from scanner.aws.gate import Gate
from scanner.aws.latency import MIDDLES
from scanner.aws.limits import Limits, Time
from scanner.aws.request import Request
from scanner.aws.retry import Backoff
from scanner.aws.visit import Visit


class Somebody:
    frozen = None

    def __init__(self, account_id="1"):
        self.account_id = account_id

    async def fresh(self):
        pass

    def reject(self, _refused):
        return False


class World:
    """A clock, and calls that take their time and fail as told."""

    def __init__(self):
        self.now = 1000.0
        time = Time(lambda: self.now, self.sleep)
        self.gate = Gate(slots=4, limits=Limits(time), backoff=Backoff(random.Random(1)), time=time)

    async def sleep(self, seconds):
        self.now += seconds

    async def send(self, *attempts, service="sqs", account="1"):
        queue = list(attempts)

        async def call():
            seconds, failure = queue.pop(0)
            self.now += seconds
            if failure:
                raise failure

        request = Request(service, "eu-west-1", "ListThings")
        return await self.gate.send(request, Visit(Somebody(account)), call)

    @property
    def took(self):
        """The buckets' middles, once for each attempt."""
        counts = self.gate.traffic.latency.counts
        pairs = zip(MIDDLES, counts, strict=True)
        return [middle for middle, count in pairs for _ in range(count)]


@pytest.fixture
def world():
    return World()


THROTTLE = ClientError({"Error": {"Code": "Throttling", "Message": "slow down"}}, "ListThings")
REFUSAL = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListThings")


async def test_an_attempt_is_timed(world):
    await world.send((0.25, None))
    assert world.took == [pytest.approx(0.25, rel=0.1)]


async def test_each_attempt_counts_and_no_wait_between_them_does(world):
    await world.send((0.01, THROTTLE), (0.02, OSError("reset")), (4.0, None))
    assert world.took == pytest.approx([0.01, 0.02, 4.0], rel=0.1)
    assert world.now > 1004.04


async def test_an_attempt_that_fails_for_good_counts(world):
    with pytest.raises(ClientError):
        await world.send((0.5, REFUSAL))
    assert world.took == [pytest.approx(0.5, rel=0.1)]


async def test_an_attempt_that_is_cut_off_counts_and_holds_no_place(world):
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(world.gate.send, Request("s3", "r", "ListX"), Visit(Somebody()), forever)
        await anyio.wait_all_tasks_blocked()
        assert world.gate.traffic.in_flight == 1
        world.now += 8
        tasks.cancel_scope.cancel()
    assert world.took == [pytest.approx(8, rel=0.1)]
    assert world.gate.traffic.in_flight == 0


async def forever():
    await anyio.sleep_forever()


async def test_throttles_are_told_by_service(world):
    await world.send((0.01, THROTTLE), (0.01, THROTTLE), (0.01, None), service="ec2")
    await world.send((0.01, THROTTLE), (0.01, None), service="rds")
    await world.send((0.01, None), service="s3")
    assert world.gate.traffic.throttled == {"ec2": 2, "rds": 1}
    assert world.gate.traffic.throttles == 3


async def test_the_rates_are_those_of_the_scopes_that_are_paced(world):
    assert world.gate.rates() == []
    await world.send((0.0, THROTTLE), (0.0, None), account="1")
    await world.send((0.0, THROTTLE), (0.0, None), account="2")
    await world.send((0.0, None), account="3")
    assert len(world.gate.rates()) == 2
    assert all(0 < rate <= FIRST_RATE + 20 for rate in world.gate.rates())
