import random
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws import limits as limits_module
from scanner.aws.bucket import FIRST_RATE
from scanner.aws.limits import FEW, JITTER, Limits, Time
from scanner.aws.rates import rate_of, rate_of_bucket

PLACE = ("1", "eu-west-1")
UNKNOWN = (*PLACE, "sqs")
VPCS = (*PLACE, "ec2:DescribeVpcs")
SUBNETS = (*PLACE, "ec2:DescribeSubnets")
LAMBDA = (*PLACE, "lambda")
TODAY = datetime(2026, 11, 24, tzinfo=UTC)


async def settle():
    """Let every task come to where it waits: none does anything but wait for a turn."""
    for _ in range(6):
        await checkpoint()


class Clock:
    def __init__(self):
        self.now = 0.0
        self.today = TODAY
        self.slept = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        await checkpoint()


class Dial:
    """A clock that moves only by hand; who sleeps is woken when it gets there."""

    def __init__(self):
        self.now = 0.0
        self.sleepers = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        woken = anyio.Event()
        self.sleepers.append((self.now + seconds, woken))
        await woken.wait()

    async def turn(self, seconds):
        end = self.now + seconds
        while due := [each for each in self.sleepers if each[0] <= end]:
            first = min(due, key=lambda each: each[0])
            self.sleepers.remove(first)
            self.now = max(self.now, first[0])
            first[1].set()
            await settle()
        self.now = end


@pytest.fixture
def clock():
    return Clock()


def limits_at(clock, **options):
    return Limits(Time(clock, clock.sleep), random=random.Random(1), today=lambda: TODAY, **options)


@pytest.fixture
def limits(clock):
    return limits_at(clock)


async def ask(limits, scope, times):
    for _ in range(times):
        await limits.acquire(scope)


async def test_a_scope_of_unknown_rate_is_not_paced_before_its_first_throttle(limits, clock):
    await ask(limits, UNKNOWN, 1000)
    assert clock.now == 0
    assert limits.rate(UNKNOWN) is None
    limits.throttled(UNKNOWN)
    assert limits.rate(UNKNOWN) == FIRST_RATE
    await ask(limits, UNKNOWN, 20)
    assert clock.now > 2


async def test_a_scope_of_known_rate_is_paced_from_the_start(limits, clock):
    assert limits.rate(VPCS) == 20
    await ask(limits, VPCS, 100)
    assert clock.now == 0
    await ask(limits, VPCS, 100)
    assert 4 <= clock.now <= 5 * (1 + JITTER)


async def test_a_share_scales_burst_and_rate(clock):
    limits = limits_at(clock, share=0.5)
    assert limits.rate(VPCS) == 10
    await ask(limits, VPCS, 50)
    assert clock.now == 0
    await ask(limits, VPCS, 50)
    assert 5 <= clock.now <= 5 * (1 + JITTER)
    assert limits.rate(VPCS) == 10


async def test_operations_limited_by_themselves_do_not_share(limits, clock):
    await ask(limits, VPCS, 100)
    await ask(limits, SUBNETS, 100)
    assert clock.now == 0


async def test_a_throttle_of_a_drained_operation_slows_it_alone(limits):
    await ask(limits, VPCS, 60)
    limits.throttled(VPCS)
    assert limits.rate(VPCS) == 10
    assert limits.rate(SUBNETS) == 20


async def test_a_throttle_that_an_operation_does_not_explain_slows_its_service(limits, clock):
    await ask(limits, VPCS, 1)
    limits.throttled(VPCS)
    assert limits.rate(VPCS) == limits.rate(SUBNETS) == FIRST_RATE
    assert limits.rate(("1", "us-east-1", "ec2:DescribeVpcs")) == 20
    await ask(limits, SUBNETS, 10)
    assert clock.now > 1


async def test_a_throttled_assume_role_slows_the_callers_account_alone(limits):
    limits.throttled(("central", "us-east-1", "sts:AssumeRole"))
    assert limits.rate(("central", "us-east-1", "sts:AssumeRole")) == 50
    assert limits.rate(("central", "us-east-1", "sts")) is None
    assert limits.rate(("1", "us-east-1", "sts:AssumeRole")) == 100


async def test_a_pause_holds_back_those_who_wait_already_and_those_who_come(clock):
    dial, sent = Dial(), []
    limits = limits_at(dial)

    async def send():
        await limits.acquire(LAMBDA)
        sent.append(dial.now)

    async with anyio.create_task_group() as tasks:
        for _ in range(17):
            tasks.start_soon(send)
        await settle()
        assert len(sent) == 15
        limits.pause(LAMBDA, 30)
        tasks.start_soon(send)
        await dial.turn(29.9)
        assert len(sent) == 15
        await dial.turn(10)
    assert len(sent) == 18
    assert 30 < sent[15] <= 33 + 2 / 15
    assert sent[17] - sent[15] > 1.7 / 15


async def test_a_pause_stops_an_unknown_scope_too_without_slowing_it_for_good(limits, clock):
    limits.pause(UNKNOWN, 5)
    await limits.acquire(UNKNOWN)
    assert 5 < clock.now < 5.6 * (1 + JITTER)
    assert limits.rate(UNKNOWN) == pytest.approx(100)


async def test_waits_fall_out_of_step(clock):
    limits = limits_at(clock)
    waits = set()
    for account in range(20):
        scope = (str(account), "eu-west-1", "sqs")
        limits.throttled(scope)
        clock.slept.clear()
        await limits.acquire(scope)
        waits.add(clock.slept[0])
    assert len(waits) == 20
    assert all(1 / FIRST_RATE <= wait <= (1 + JITTER) / FIRST_RATE for wait in waits)


async def test_turns_go_in_order_and_only_one_waiter_wakes_at_a_time():
    dial, order = Dial(), []
    limits = limits_at(dial)
    limits.throttled(UNKNOWN)

    async def send(number):
        await limits.acquire(UNKNOWN)
        order.append(number)

    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(send, number)
            await settle()
        assert len(dial.sleepers) == 1
        await dial.turn(60)
    assert order == list(range(10))


async def test_who_is_cancelled_gives_the_turn_back():
    dial, sent = Dial(), []
    limits = limits_at(dial)
    limits.throttled(UNKNOWN)

    async def send(number):
        await limits.acquire(UNKNOWN)
        sent.append((number, dial.now))

    async with anyio.create_task_group() as tasks:
        async with anyio.create_task_group() as cancelled:
            for _ in range(50):
                cancelled.start_soon(send, "cancelled")
            await settle()
            tasks.start_soon(send, "patient")
            await settle()
            cancelled.cancel_scope.cancel()
        await settle()
        await dial.turn(1)
    assert [number for number, _ in sent] == ["patient"]
    assert sent[0][1] <= (1 + JITTER) / FIRST_RATE


scopes = st.sampled_from(
    [(account, "r", bucket) for account in "12" for bucket in ("sqs", "lambda", "ec2:DescribeVpcs")]
)
acts = st.lists(
    st.tuples(st.sampled_from(["ask", "ask", "throttle", "pause", "pass"]), scopes), max_size=80
)


@given(acts)
async def test_whatever_happens_to_others_a_scope_has_the_turns_it_would_have_alone(acts):
    mine = ("1", "r", "lambda")

    async def turns(acts):
        dial, given = Dial(), []
        limits = Limits(Time(dial, dial.sleep), random=random.Random(0), today=lambda: TODAY)
        limits._jitter = lambda _seconds: 0.0

        async def send(scope):
            await limits.acquire(scope)
            if scope == mine:
                given.append(round(dial.now, 6))

        async with anyio.create_task_group() as tasks:
            for act, scope in acts:
                if act == "ask":
                    tasks.start_soon(send, scope)
                    await settle()
                elif act == "throttle":
                    limits.throttled(scope)
                elif act == "pause":
                    limits.pause(scope, 2)
                else:
                    await dial.turn(0.5)
            await dial.turn(10_000)
        return given

    alone = [each for each in acts if each[0] == "pass" or each[1] == mine]
    assert await turns(acts) == await turns(alone)


@given(
    st.sampled_from(["ec2:DescribeVpcs", "lambda", "route53", "ses:ListIdentities"]),
    st.lists(st.one_of(st.integers(1, 40), st.floats(0, 5)), min_size=1, max_size=20),
)
async def test_tasks_together_never_exceed_the_bucket_of_their_scope(bucket, steps):
    dial, given = Dial(), []
    scope, known = (*PLACE, bucket), rate_of_bucket(bucket)
    limits = limits_at(dial, share=0.99)

    async def send():
        await limits.acquire(scope)
        given.append(dial.now)

    async with anyio.create_task_group() as tasks:
        for step in steps:
            if isinstance(step, int):
                for _ in range(step):
                    tasks.start_soon(send)
                await settle()
            else:
                await dial.turn(step)
        await dial.turn(10_000)
    assert len(given) == sum(step for step in steps if isinstance(step, int))
    for first, begun in enumerate(given):
        for count, moment in enumerate(given[first:], 1):
            assert count <= max(1, known.burst) + known.per_second * (moment - begun) + 1e-3


async def test_full_buckets_at_their_start_are_forgotten_and_others_are_not(limits, clock):
    throttled = ("0", "r", "lambda")
    limits.throttled(throttled)
    for account in range(20 * FEW):
        await limits.acquire((str(account), "r", "lambda"))
        clock.now += 0.01
    assert len(limits._lanes) <= 2 * FEW + 1
    assert limits.rate(throttled) == 7.5


async def test_a_bucket_somebody_waits_for_is_not_forgotten():
    dial, sent = Dial(), []
    limits = limits_at(dial)
    scope = ("0", "r", "ses:ListIdentities")

    async def send():
        await limits.acquire(scope)
        sent.append(dial.now)

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(send)
        await settle()
        dial.now = 50.0  # the first in line oversleeps: the bucket is full again
        limits._forget(dial.now)
        assert scope in limits._lanes
        await dial.turn(60)
    assert len(sent) == 3


async def test_what_was_learned_is_bounded_too(limits, clock, monkeypatch):
    monkeypatch.setattr(limits_module, "MOST_LEARNED", FEW)
    for account in range(20 * FEW):
        limits.throttled((str(account), "r", "sqs"))
        clock.now += 0.01
    assert len(limits._lanes) <= 8 * FEW


async def test_the_next_run_starts_where_this_one_ended(limits, clock):
    await ask(limits, LAMBDA, 20)
    for scope in (LAMBDA, UNKNOWN, VPCS):
        limits.throttled(scope)
        clock.now += 1
        limits.throttled(scope)
    following = limits_at(Clock(), learned=limits.learned())
    for scope in (LAMBDA, UNKNOWN, SUBNETS):
        assert following.rate(scope) < 10
        assert following.rate(scope) == pytest.approx(limits.rate(scope))
    assert following.rate(("2", "eu-west-1", "lambda")) == 15
    assert limits.has_learned
    assert not following.has_learned
    assert following.learned() == limits.learned()


async def test_a_rate_that_recovered_is_learned_no_more(limits, clock):
    limits.throttled(LAMBDA)
    before = limits.learned()
    assert len(before["rates"]) == 1
    following = limits_at(clock, learned=before)
    while following.rate(LAMBDA) < 14.9:
        await following.acquire(LAMBDA)
    assert following.learned(before)["rates"] == []
    assert following.learned()["rates"] == []


async def test_what_others_learned_meanwhile_stays(limits, clock):
    other, mine = limits_at(clock), limits
    other.throttled(("2", "r", "sqs"))
    other.throttled(UNKNOWN)
    clock.now += 1
    other.throttled(UNKNOWN)
    mine.throttled(UNKNOWN)
    both = {
        (each["account_id"], each["per_second"]) for each in mine.learned(other.learned())["rates"]
    }
    assert both == {("2", FIRST_RATE), ("1", FIRST_RATE)}


async def test_the_worst_comes_first(limits, clock):
    for scope, times in ((LAMBDA, 1), (UNKNOWN, 1), (VPCS, 4)):
        for _ in range(times):
            await ask(limits, scope, 60)
            limits.throttled(scope)
            clock.now += 1
    learned = [each["bucket"] for each in limits.learned()["rates"]]
    assert learned == ["sqs", "ec2:DescribeVpcs", "lambda"]


async def test_a_remembered_rate_relaxes_from_night_to_night(limits):
    limits.throttled(LAMBDA)
    learned = limits.learned()
    rates = []
    for days in range(9):
        later = Limits(learned=learned, today=lambda days=days: TODAY + timedelta(days))
        rates.append(later.rate(LAMBDA))
    assert rates[:2] == [7.5, 7.5]
    assert rates == sorted(rates)
    assert rates[6] < 15
    assert rates[7:] == [15, 15]


def test_the_table_and_the_limits_agree_on_what_is_known(limits):
    for service in ("lambda", "route53", "organizations"):
        assert limits.rate((*PLACE, service)) == rate_of(service).per_second
