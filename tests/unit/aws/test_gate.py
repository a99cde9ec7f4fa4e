import random
import socket

import anyio
import anyio.lowlevel
import pytest
from anyio import wait_all_tasks_blocked
from botocore.exceptions import ClientError, EndpointConnectionError

from scanner.aws.faults import Kind, Verdict
from scanner.aws.gate import RECENT, Gate
from scanner.aws.limits import Limits, Time
from scanner.aws.request import Request
from scanner.aws.retry import LONGEST_WAIT, Backoff
from scanner.aws.visit import Meter, Visit
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


async def test_a_wait_that_would_outlast_the_run_is_not_begun(clock):
    out, ends = gate(clock), clock.now + 10
    out.left = lambda: ends - clock.now
    script = Script(*[refusal("Throttling", 429, headers={"retry-after": "4"})] * 50)
    with pytest.raises(ClientError, match="Throttling"):
        await out.send(READ, Visit(Somebody()), script)
    assert script.calls == 3
    assert clock.now <= ends


async def test_without_a_deadline_waits_are_as_long_as_they_are(clock):
    script = Script(*[refusal("Throttling", 429, headers={"retry-after": "59"})] * 8)
    assert await gate(clock).send(READ, Visit(Somebody()), script) == "answer"


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


async def test_retry_after_of_any_failure_holds_back_the_whole_scope(clock):
    out, paused = gate(clock), []
    out._limits.pause = lambda scope, seconds: paused.append((scope, seconds))
    asked = refusal("Throttling", 429, headers={"retry-after": "30"})
    down = refusal("ServiceUnavailable", 503, headers={"retry-after": "3600"})
    await out.send(READ, Visit(Somebody("1")), Script(asked, down, refusal("Throttling")))
    scope = ("1", READ.region, READ.service)
    assert paused == [(scope, 30), (scope, LONGEST_WAIT)]


async def test_an_operation_limited_by_itself_has_a_scope_of_its_own(clock):
    out, assume = gate(clock), Request("sts", "us-east-1", "AssumeRole")
    await out.send(assume, Visit(Somebody("central")), Script(refusal("Throttling")))
    assert out._limits.rate(("central", "us-east-1", "sts:AssumeRole")) == 50
    assert out._limits.rate(("central", "us-east-1", "sts")) is None


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


ATTEMPTS = [
    (refusal("Throttling"), 9),
    (refusal("InternalFailure", 500), 6),
    (nowhere(), 3),
    (refusal("ExpiredToken"), 2),
    (refusal("AccessDenied"), 1),
    (refusal("UnknownOperationException"), 1),
    (refusal("ValidationException"), 1),
    (refusal("RequestTimeTooSkewed"), 2),
]


@pytest.mark.parametrize(("failure", "attempts"), ATTEMPTS)
async def test_each_kind_of_failure_has_its_number_of_attempts(clock, failure, attempts):
    script, visit = Script(*[failure] * 30), Visit(Somebody())
    with pytest.raises(type(failure)):
        await gate(clock).send(READ, visit, script)
    assert script.calls == visit.meter.requests == attempts
    assert visit.meter.retries == attempts - 1


async def test_attempts_are_counted_for_each_kind_apart(clock):
    throttled, broken = refusal("Throttling"), refusal("InternalFailure", 500)
    script = Script(*[throttled] * 8, *[broken] * 4, refusal("ExpiredToken"))
    visit = Visit(Somebody())
    out = gate(clock)
    assert await out.send(READ, visit, script) == "answer"
    assert visit.meter == Meter(requests=14, throttles=8, retries=13)
    assert (out.traffic.requests, out.traffic.throttles, out.traffic.retries) == (14, 8, 13)


async def test_waits_are_those_of_the_back_off(clock):
    out = Gate(slots=1, limits=Limits(Time(clock, clock.sleep)), time=Time(clock, clock.sleep))
    out._backoff = Backoff(random.Random(3))
    await out.send(READ, Visit(Somebody()), Script(*[refusal("InternalFailure", 500)] * 4))
    expected, same = Backoff(random.Random(3)), Verdict(Kind.TRANSIENT, "c", "m")
    assert clock.slept == [expected.delay(same, attempt) for attempt in (1, 2, 3, 4)]


async def test_a_call_within_a_call_needs_no_second_slot(clock):
    out, visit = gate(clock, slots=1), Visit(Somebody())

    async def outer():
        return await out.send(Request("s3", "r", "HeadBucket"), visit, Script())

    with anyio.fail_after(1):
        assert await out.send(READ, visit, outer) == "answer"
    assert visit.meter.requests == 1
    with pytest.raises(ChangeRefused):
        await out.send(READ, visit, lambda: out.send(Request("s3", "r", "PutObject"), visit, outer))


async def test_where_renewed_credentials_are_refused_too_no_more_are_asked_for(clock):
    out, somebody = gate(clock), Somebody()
    closed = Request("sqs", "af-south-1", "ListQueues")
    for _ in range(10):
        with pytest.raises(ClientError):
            await out.send(closed, Visit(somebody), Script(*[refusal("InvalidClientTokenId")] * 9))
    assert len(somebody.refused) == 1
    await out.send(READ, Visit(somebody), Script(refusal("ExpiredToken")))
    await out.send(closed, Visit(Somebody("2")), Script(refusal("ExpiredToken")))
    assert len(somebody.refused) == 2


async def test_calls_that_began_with_renewed_credentials_ask_for_no_others(clock):
    out, somebody = gate(clock), Somebody()
    here, refused = Request("sqs", "af-south-1", "ListQueues"), refusal("InvalidClientTokenId")
    renewed, others_came = anyio.Event(), anyio.Event()

    async def first():
        if somebody.refused:
            renewed.set()
            await others_came.wait()
        raise refused

    async def ask(call):
        with pytest.raises(ClientError):
            await out.send(here, Visit(somebody), call)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, first)
        await renewed.wait()
        await ask(Script(refused))
        others_came.set()
    assert len(somebody.refused) == 1


async def test_credentials_that_were_accepted_in_between_may_end_again(clock):
    out, somebody = gate(clock), Somebody()
    for _ in range(3):
        await out.send(READ, Visit(somebody), Script(refusal("ExpiredToken")))
    assert len(somebody.refused) == 3


async def test_credentials_are_made_fresh_after_the_wait_for_a_turn(clock):
    out, somebody, order = gate(clock), Somebody(), []
    await out.send(READ, Visit(somebody), Script(refusal("Throttling")))

    async def pace(seconds):
        order.append("turn")
        await clock.sleep(seconds)

    async def fresh():
        order.append("fresh")

    out._limits._sleep, somebody.fresh = pace, fresh
    for _ in range(3):
        await out.send(READ, Visit(somebody), Script())
    assert order[-2:] == ["turn", "fresh"]


@pytest.mark.parametrize("where", ["slot", "back-off", "pace"])
async def test_cancellation_while_waiting_leaves_nothing_behind(clock, where):
    async def sleep(_):
        await anyio.sleep_forever()

    time = Time(clock, sleep)
    limits = Limits(time if where == "pace" else Time(clock, clock.sleep))
    out = Gate(slots=1, limits=limits, time=time)
    scope, release = ("1", READ.region, READ.service), anyio.Event()
    if where == "pace":
        limits.throttled(scope)
    failing = Script(refusal("InternalFailure", 500)) if where == "back-off" else Script()
    async with anyio.create_task_group() as holders:
        if where == "slot":
            holders.start_soon(out.send, READ, Visit(Somebody("9")), release.wait)
        async with anyio.create_task_group() as waiters:
            waiters.start_soon(out.send, READ, Visit(Somebody("1")), failing)
            await wait_all_tasks_blocked()
            assert failing.calls == (where == "back-off")
            waiters.cancel_scope.cancel()
        assert out.traffic.in_flight == (where == "slot")
        release.set()
    assert out.traffic.in_flight == 0
    assert await out.send(READ, Visit(Somebody("2")), Script()) == "answer"


async def test_cancellation_frees_the_slot(clock):
    out = gate(clock, slots=1)
    with anyio.move_on_after(0.01):
        await out.send(READ, Visit(Somebody()), anyio.sleep_forever)
    assert out.traffic.in_flight == 0
    assert await out.send(READ, Visit(Somebody()), Script()) == "answer"


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sqs", "CreateQueue"),
        ("s3", "PutObject"),
        ("ec2", "StartInstances"),
        ("license-manager", "CheckoutLicense"),
        ("license-manager", "CheckInLicense"),
        ("cognito-identity", "GetId"),
        ("sts", "AssumeRoleWithSAML"),
        ("eks-auth", "AssumeRoleForPodIdentity"),
        ("other", "AssumeRole"),
    ],
)
async def test_what_may_change_something_is_not_sent(clock, service, operation):
    script, somebody = Script(), Somebody()
    with pytest.raises(ChangeRefused, match=f"{service}:{operation} may change something"):
        await gate(clock).send(Request(service, "r", operation), Visit(somebody), script)
    assert script.calls == 0
    assert somebody.fresh_calls == 0


async def test_what_hands_out_credentials_is_not_sent(clock):
    script = Script()
    with pytest.raises(ChangeRefused, match="ecr:GetAuthorizationToken hands out credentials"):
        await gate(clock).send(
            Request("ecr", "r", "GetAuthorizationToken"), Visit(Somebody()), script
        )
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


@pytest.mark.parametrize("served", [True, False, None])
@pytest.mark.parametrize("quiet", [None, RECENT - 1, RECENT + 1], ids=["never", "just", "long ago"])
async def test_only_a_yes_of_the_table_or_a_silent_network_make_a_missing_name_worth_a_retry(
    clock, served, quiet
):
    out = gate(clock, serves=lambda _service, _region: served)
    if quiet is not None:
        await out.send(READ, Visit(Somebody()), Script())
        clock.now += quiet
    script = Script(*[nowhere()] * 9)
    with pytest.raises(EndpointConnectionError):
        await out.send(Request("ec2", "eu-west-1", "DescribeVpcs"), Visit(Somebody()), script)
    proven = quiet is not None and quiet < RECENT
    assert script.calls == (1 if proven and not served else 3)


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


@pytest.mark.parametrize("together", [False, True])
async def test_an_endpoint_that_does_not_exist_is_tried_once_for_all_accounts(clock, together):
    out, tried, refused = gate(clock, slots=1), [], []
    await out.send(Request("sts", "eu-west-1", "GetCallerIdentity"), Visit(Somebody()), Script())

    async def visit(account):
        async def call():
            tried.append(account)
            await anyio.lowlevel.checkpoint()
            raise nowhere()

        with pytest.raises((Unsupported, EndpointConnectionError)):
            await out.send(READ, Visit(Somebody(account)), call)
        refused.append(account)

    accounts = [str(number) for number in range(20)]
    if together:
        async with anyio.create_task_group() as tasks:
            for account in accounts:
                tasks.start_soon(visit, account)
    else:
        for account in accounts:
            await visit(account)
    assert tried == ["0"]
    assert sorted(refused) == sorted(accounts)
    elsewhere = Request("sqs", "us-east-1", "ListQueues")
    assert await out.send(elsewhere, Visit(Somebody()), Script()) == "answer"


WRITE = Request("sqs", "eu-west-1", "SetQueueAttributes", granted=True, once=True)


@pytest.mark.parametrize(
    "failure", [refusal("InternalError", 500), ConnectionResetError(), TimeoutError()]
)
async def test_a_write_that_may_have_happened_is_not_sent_again(clock, failure):
    script = Script(failure)
    with pytest.raises(type(failure)):
        await gate(clock).send(WRITE, Visit(Somebody()), script)
    assert script.calls == 1


@pytest.mark.parametrize("failure", [refusal("Throttling"), refusal("ExpiredToken")])
async def test_a_write_that_has_not_happened_is_sent_again(clock, failure):
    script = Script(failure)
    assert await gate(clock).send(WRITE, Visit(Somebody()), script) == "answer"
    assert script.calls == 2
