import random
import socket

import anyio
import anyio.lowlevel
import pytest
from anyio import wait_all_tasks_blocked
from botocore.exceptions import ClientError, EndpointConnectionError

from scanner.aws.gate import Gate, Meter, Request, Visit
from scanner.aws.limits import Limits, Time
from scanner.aws.retry import Backoff
from scanner.model.errors import ChangeRefused, Denied, Throttled, Unavailable, Unsupported

READ = Request("sqs", "eu-west-1", "ListQueues")


class Somebody:
    """An identity that counts how often it is made fresh and what it is told to forget."""

    def __init__(self, account_id="1", *, others=True):
        self.account_id = account_id
        self.frozen = object()
        self.refused = []
        self.fresh_calls = 0
        self._others = others

    async def fresh(self):
        self.fresh_calls += 1

    def reject(self, refused):
        self.refused.append(refused)
        self.frozen = object()
        return self._others


class Script:
    """A call that meets these failures in turn, then answers."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self):
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


def refusal(code, status=400, message="no", headers=None):
    meta = {"HTTPStatusCode": status, "HTTPHeaders": headers or {}}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta}, "X")


def nowhere():
    failure = EndpointConnectionError(endpoint_url="https://sqs", error=socket.gaierror(-2, "?"))
    failure.__cause__ = socket.gaierror(-2, "Name or service not known")
    return failure


class Clock:
    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


def gate(clock, **options):
    return Gate(
        slots=options.pop("slots", 4),
        limits=Limits(Time(clock, clock.sleep)),
        backoff=Backoff(random.Random(1)),
        time=Time(clock, clock.sleep),
        **options,
    )


async def test_an_answer_comes_back_and_is_counted(clock):
    out, visit = gate(clock), Visit(Somebody())
    assert await out.send(READ, visit, Script()) == "answer"
    assert (visit.meter.requests, visit.meter.retries, visit.meter.throttles) == (1, 0, 0)
    assert out.traffic.requests == 1
    assert out.traffic.in_flight == 0


@pytest.mark.parametrize(
    "failure", [refusal("InternalFailure", 500), TimeoutError(), OSError("reset")]
)
async def test_a_passing_failure_is_tried_again_with_a_wait(clock, failure):
    script, visit = Script(failure, failure), Visit(Somebody())
    assert await gate(clock).send(READ, visit, script) == "answer"
    assert script.calls == 3
    assert visit.meter.retries == 2
    assert len(clock.slept) == 2


async def test_what_will_not_pass_is_not_tried_again(clock):
    script = Script(refusal("AccessDenied", 403))
    with pytest.raises(ClientError):
        await gate(clock).send(READ, Visit(Somebody()), script)
    assert script.calls == 1
    assert clock.slept == []


async def test_attempts_end_and_the_last_error_comes_out(clock):
    script = Script(*[refusal("Throttling")] * 50)
    visit = Visit(Somebody())
    with pytest.raises(ClientError, match="Throttling"):
        await gate(clock).send(READ, visit, script)
    assert script.calls == visit.meter.throttles == 9


async def test_retry_after_is_the_least_wait(clock):
    script = Script(refusal("Throttling", 429, headers={"retry-after": "7"}))
    await gate(clock).send(READ, Visit(Somebody()), script)
    assert clock.slept[0] >= 7


async def test_a_throttle_slows_its_scope_and_no_other(clock):
    out = gate(clock)
    await out.send(READ, Visit(Somebody("1")), Script(refusal("Throttling")))
    clock.slept.clear()
    for _ in range(20):
        await out.send(READ, Visit(Somebody("2")), Script())
    assert clock.slept == []
    for _ in range(20):
        await out.send(READ, Visit(Somebody("1")), Script())
    assert sum(clock.slept) > 1


async def test_refused_credentials_are_forgotten_once_and_the_call_repeated(clock):
    somebody = Somebody()
    used = somebody.frozen
    assert (
        await gate(clock).send(READ, Visit(somebody), Script(refusal("ExpiredToken"))) == "answer"
    )
    assert somebody.refused == [used]
    assert somebody.fresh_calls == 2


async def test_refused_credentials_without_others_end_the_call(clock):
    script = Script(refusal("ExpiredToken"))
    with pytest.raises(ClientError):
        await gate(clock).send(READ, Visit(Somebody(others=False)), script)
    assert script.calls == 1


async def test_never_more_requests_in_flight_than_slots(clock):
    out, most, running = gate(clock, slots=3), 0, 0

    async def call():
        nonlocal most, running
        running += 1
        most = max(most, running)
        await anyio.lowlevel.checkpoint()
        running -= 1

    async with anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(out.send, READ, Visit(Somebody(str(number))), call)
    assert most == 3


async def test_who_backs_off_holds_no_slot(clock):
    waiting = anyio.Event()

    async def sleep(_):
        await waiting.wait()

    out = Gate(slots=1, limits=Limits(), time=Time(clock, sleep))
    async with anyio.create_task_group() as tasks:
        failing = Script(refusal("InternalFailure", 500))
        tasks.start_soon(out.send, READ, Visit(Somebody()), failing)
        await wait_all_tasks_blocked()
        assert await out.send(READ, Visit(Somebody()), Script()) == "answer"
        waiting.set()
    assert failing.calls == 2


async def test_a_call_that_hangs_is_given_up_and_tried_again(clock):
    calls = 0

    async def call():
        nonlocal calls
        calls += 1
        if calls == 1:
            await anyio.sleep_forever()
        return "answer"

    assert await gate(clock, timeout=0.01).send(READ, Visit(Somebody()), call) == "answer"


async def test_cancellation_frees_the_slot(clock):
    out = gate(clock, slots=1)
    with anyio.move_on_after(0.01):
        await out.send(READ, Visit(Somebody()), anyio.sleep_forever)
    assert out.traffic.in_flight == 0
    assert await out.send(READ, Visit(Somebody()), Script()) == "answer"


@pytest.mark.parametrize(
    "operation", ["CreateQueue", "PutObject", "DeleteBucket", "TagResource", "StartInstances"]
)
async def test_what_may_change_something_is_not_sent(clock, operation):
    script = Script()
    with pytest.raises(ChangeRefused):
        await gate(clock).send(Request("x", "r", operation), Visit(Somebody()), script)
    assert script.calls == 0


async def test_a_name_that_does_not_resolve_is_absent_once_the_network_is_proven(clock):
    out = gate(clock)
    await out.send(READ, Visit(Somebody()), Script())
    elsewhere, script = Request("fis", "eu-west-1", "ListActions"), Script(nowhere())
    with pytest.raises(EndpointConnectionError):
        await out.send(elsewhere, Visit(Somebody()), script)
    assert script.calls == 1
    again = Script()
    with pytest.raises(Unsupported):
        await out.send(elsewhere, Visit(Somebody()), again)
    assert again.calls == 0


@pytest.mark.parametrize("served", [True, None])
async def test_without_proof_of_the_network_a_name_is_tried_again(clock, served):
    out = gate(clock, serves=lambda _service, _region: served)
    if served:  # what AWS publishes exists, whatever the network says
        await out.send(READ, Visit(Somebody()), Script())
    script = Script(*[nowhere()] * 9)
    with pytest.raises(EndpointConnectionError):
        await out.send(Request("ec2", "eu-west-1", "DescribeVpcs"), Visit(Somebody()), script)
    assert script.calls == 3


@pytest.mark.parametrize(
    ("failure", "kind", "scp"),
    [
        (refusal("AccessDenied"), Denied, False),
        (
            refusal("AccessDenied", message="explicit deny in a service control policy"),
            Denied,
            True,
        ),
        (refusal("Throttling"), Throttled, False),
        (refusal("InvalidAction"), Unsupported, False),
        (TimeoutError(), Unavailable, False),
        (Denied("Op", "C", "m", scp=True), Denied, True),
    ],
)
async def test_failures_become_the_taxonomys_errors(clock, failure, kind, scp):
    error = gate(clock).error(failure, READ)
    assert type(error) is kind
    assert error.scp is scp
    assert str(error)


async def test_a_meter_belongs_to_one_visit(clock):
    out, first, second = gate(clock), Visit(Somebody()), Visit(Somebody(), Meter())
    await out.send(READ, first, Script(refusal("Throttling")))
    await out.send(READ, second, Script())
    assert (first.meter.requests, second.meter.requests) == (2, 1)
