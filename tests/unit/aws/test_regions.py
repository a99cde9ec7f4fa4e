"""Which regions an account has: asked centrally once it works, inside otherwise, never guessed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial

import anyio
import pytest
from aiobotocore.session import get_session
from anyio.lowlevel import checkpoint
from botocore.exceptions import ClientError, ConnectTimeoutError
from moto.server import ThreadedMotoServer

from scanner.aws.regions import (
    ALWAYS_ENABLED,
    CENTRAL,
    INSIDE,
    RegionFinder,
    describe_regions,
    list_regions,
)
from scanner.model.errors import AccountError, Denied, SettingsError, Throttled, Unsupported
from scanner.model.target import Account, Regions

OPEN = {
    **dict.fromkeys(ALWAYS_ENABLED, "ENABLED_BY_DEFAULT"),
    "eu-south-1": "ENABLED",
    "af-south-1": "DISABLED",
    "me-south-1": "ENABLING",
    "ap-east-1": "DISABLING",
}
ONE = Account("111111111111")


class Port:
    """Answers for every account alike, or fails as told; counts who was asked for."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def __call__(self, account):
        self.asked.append(account.id)
        await checkpoint()
        answer = self.answer(account) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return list(answer.items())


def client_error(code, message="no", status=400):
    meta = {"HTTPStatusCode": status, "HTTPHeaders": {}}
    error = {"Code": code, "Message": message}
    return ClientError({"Error": error, "ResponseMetadata": meta}, "ListRegions")


REFUSALS = {
    "denied": client_error("AccessDeniedException", status=403),
    "no trusted access": client_error("ValidationException", "trusted access is not enabled"),
    "not here": Unsupported("ListRegions", "NoEndpoint", "not in cn-north-1"),
    "denied by the gate": Denied("ListRegions", "AccessDeniedException", "no", scp=True),
}


def many(count):
    return [Account(f"{number:012d}") for number in range(1, count + 1)]


async def find_all(finder, accounts, wanted=("all",)):
    found = {}

    async def find(account):
        found[account.id] = await finder.find(account, wanted)

    async with anyio.create_task_group() as tasks:
        for account in accounts:
            tasks.start_soon(find, account)
    return found


async def test_all_are_the_enabled_regions_sorted():
    found = await RegionFinder(Port(OPEN), Port({})).find(ONE, ["all"])

    assert found == Regions(tuple(sorted([*ALWAYS_ENABLED, "eu-south-1"])), source=CENTRAL)


@pytest.mark.parametrize(
    ("wanted", "enabled", "disabled"),
    [
        (["eu-s*", "af-south-1"], ("eu-south-1",), ("af-south-1",)),
        (["me-south-1", "ap-east-1"], (), ("ap-east-1", "me-south-1")),
        (["us-west-?", " US-EAST-1 "], ("us-east-1", "us-west-1", "us-west-2"), ()),
        (["a[fp]-south-1"], ("ap-south-1",), ()),
    ],
)
async def test_names_and_globs_choose(wanted, enabled, disabled):
    found = await RegionFinder(Port(OPEN), Port({})).find(ONE, wanted)

    assert (found.enabled, found.disabled) == (enabled, disabled)


@pytest.mark.parametrize(
    ("wanted", "bounds", "enabled", "disabled"),
    [
        (["all"], ("eu-south-1", "af-south-1"), ("eu-south-1",), ("af-south-1",)),
        (["eu-south-1", "us-east-1"], ("eu-*",), ("eu-south-1",), ()),
        (["eu-*"], ("all",), tuple(sorted(r for r in OPEN if r.startswith("eu-"))), ()),
        (["eu-west-1"], ("us-east-1",), (), ()),
    ],
)
async def test_the_accounts_own_regions_bound_it(wanted, bounds, enabled, disabled):
    account = Account("111111111111", regions=bounds)

    found = await RegionFinder(Port(OPEN), Port({})).find(account, wanted)

    assert (found.enabled, found.disabled) == (enabled, disabled)


@pytest.mark.parametrize(
    ("wanted", "bounds", "expected"),
    [
        (["us-west-2", "eu-west-1"], (), ("eu-west-1", "us-west-2")),
        (["all"], ("us-east-1", "eu-west-1"), ("eu-west-1", "us-east-1")),
        (["eu-*"], ("us-east-1", "eu-west-1"), ("eu-west-1",)),
        (["eu-west-1", "us-east-1"], ("eu-*",), ("eu-west-1",)),
    ],
)
async def test_regions_that_are_always_enabled_need_no_call(wanted, bounds, expected):
    central, inside = Port(OPEN), Port(OPEN)

    found = await RegionFinder(central, inside).find(Account("1" * 12, regions=bounds), wanted)

    assert found == Regions(expected, source="always enabled")
    assert central.asked == inside.asked == []


async def test_other_partitions_always_ask():
    account = Account("111111111111", partition="aws-us-gov")
    central = Port({"us-gov-west-1": "ENABLED"})

    found = await RegionFinder(central, Port({})).find(account, ["us-gov-west-1"])

    assert found == Regions(("us-gov-west-1",), source=CENTRAL)
    with pytest.raises(SettingsError, match="AWS knows no region 'us-east-1'"):
        await RegionFinder(central, Port({})).find(account, ["us-east-1"])


@pytest.mark.parametrize(
    ("wanted", "bounds", "message"),
    [
        (["eu-wst-1"], (), "AWS knows no region 'eu-wst-1': did you mean 'eu-west-1'?"),
        (["all"], ("eu-west-1", "eu-suoth-1"), "did you mean 'eu-south-1'?"),
        (["mars-*"], (), "AWS knows no region 'mars-*'"),
        (["mars-*"], ("us-east-1",), "AWS knows no region 'mars-*'"),
        ([], (), "--regions names no region"),
        ([" "], (), "--regions names no region"),
    ],
)
async def test_a_region_that_aws_does_not_know_is_the_users_mistake(wanted, bounds, message):
    finder = RegionFinder(Port(OPEN), Port(OPEN))

    with pytest.raises(SettingsError) as refused:
        await finder.find(Account("111111111111", regions=bounds), wanted)

    assert message in str(refused.value)


async def test_an_account_is_asked_for_once_even_at_the_same_time():
    central = Port(OPEN)
    finder = RegionFinder(central, Port({}))

    await find_all(finder, [ONE] * 20)
    await finder.find(ONE, ["eu-south-1"])

    assert central.asked == [ONE.id]


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_is_met_once_by_many_accounts_at_the_same_time(refusal):
    central, inside = Port(refusal), Port(OPEN)
    accounts = many(50)

    found = await find_all(RegionFinder(central, inside), accounts)

    assert len(central.asked) == 1
    assert sorted(inside.asked) == [each.id for each in accounts]
    assert {each.source for each in found.values()} == {INSIDE}
    assert {each.error for each in found.values()} == {None}


async def test_a_central_api_that_can_not_be_reached_is_not_tried_by_every_account():
    central, inside = Port(ConnectTimeoutError(endpoint_url="https://account")), Port(OPEN)

    await find_all(RegionFinder(central, inside), many(20))

    assert len(central.asked) == 1
    assert len(inside.asked) == 20


async def test_once_proven_the_central_api_is_asked_for_all_without_waiting_in_line():
    together = anyio.Event()
    waiting = []

    async def central(account):
        if account.id != "000000000001":
            waiting.append(account.id)
            if len(waiting) == 9:
                together.set()
            await together.wait()
        return list(OPEN.items())

    with anyio.fail_after(5):
        found = await find_all(RegionFinder(central, Port({})), many(10))

    assert {each.source for each in found.values()} == {CENTRAL}


async def test_a_hiccup_of_a_proven_central_api_concerns_one_account():
    second = "000000000002"
    trouble = Throttled("ListRegions", "TooManyRequestsException", "slow down")
    central = Port(lambda account: trouble if account.id == second else OPEN)
    inside = Port(OPEN)
    finder = RegionFinder(central, inside)

    found = [await finder.find(each, ["all"]) for each in many(3)]

    assert [each.source for each in found] == [CENTRAL, INSIDE, CENTRAL]
    assert inside.asked == [second]


async def test_a_refusal_stands_even_after_an_answer():
    second = "000000000002"
    denied = client_error("AccessDeniedException", status=403)
    central = Port(lambda account: denied if account.id == second else OPEN)
    finder = RegionFinder(central, Port(OPEN))

    found = [await finder.find(each, ["all"]) for each in many(4)]

    assert [each.source for each in found] == [CENTRAL, INSIDE, INSIDE, INSIDE]
    assert central.asked == ["000000000001", second]


@pytest.mark.parametrize(
    ("wanted", "enabled"),
    [(["all"], ()), (["eu-south-1", "us-*"], ("eu-south-1",)), (["af-south-1"], ("af-south-1",))],
)
async def test_where_nobody_answers_the_named_regions_stay_and_the_error_tells_both(
    wanted, enabled
):
    central = Port(client_error("AccessDeniedException", "not you", 403))
    inside = Port(AccountError(ONE.id, "AccessDenied", "sts:AssumeRole refused"))

    found = await RegionFinder(central, inside).find(ONE, wanted)

    assert found == Regions(
        enabled,
        source=INSIDE,
        error="account:ListRegions: AccessDeniedException: not you; "
        "ec2:DescribeRegions: 111111111111: sts:AssumeRole refused",
    )


async def test_a_failure_is_not_kept():
    answers = iter([client_error("UnauthorizedOperation", status=403), OPEN])
    finder = RegionFinder(Port(REFUSALS["denied"]), Port(lambda _: next(answers)))

    first = await finder.find(ONE, ["all"])
    second = await finder.find(ONE, ["all"])

    assert "UnauthorizedOperation" in first.error
    assert second.error is None


async def test_an_answer_without_regions_is_no_answer():
    found = await RegionFinder(Port({}), Port({})).find(ONE, ["all"])

    assert found.error == (
        "account:ListRegions: no region in the answer; ec2:DescribeRegions: no region in the answer"
    )


async def test_a_cancelled_question_leaves_the_way_free_for_the_next():
    hang = anyio.Event()

    async def central(account):
        if account.id == ONE.id and not hang.is_set():
            hang.set()
            await anyio.sleep_forever()
        return list(OPEN.items())

    finder = RegionFinder(central, Port({}))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(finder.find, ONE, ["all"])
        await hang.wait()
        tasks.cancel_scope.cancel()

    with anyio.fail_after(5):
        assert (await finder.find(ONE, ["all"])).source == CENTRAL


async def test_a_mistake_in_the_program_is_not_taken_for_an_answer():
    finder = RegionFinder(Port(TypeError("mine")), Port(OPEN))

    with pytest.raises(TypeError, match="mine"):
        await finder.find(ONE, ["all"])


class ListRegionsClient:
    """The paginator of account:ListRegions, in two pages."""

    def __init__(self):
        self.params = []

    def get_paginator(self, operation):
        assert operation == "list_regions"
        return self

    async def paginate(self, **params):
        self.params.append(params)
        yield {"Regions": [{"RegionName": "a", "RegionOptStatus": "ENABLED"}], "NextToken": "2"}
        yield {"Regions": [{"RegionName": "b", "RegionOptStatus": "DISABLED"}]}


async def test_the_caller_asks_for_itself_without_naming_its_account():
    client = ListRegionsClient()
    port = partial(list_regions, client, caller_account="999999999999")

    member = await port(ONE)
    await port(Account("999999999999"))

    assert member == [("a", "ENABLED"), ("b", "DISABLED")]
    paging = {"PaginationConfig": {"PageSize": 50}}
    assert client.params == [{"AccountId": ONE.id, **paging}, paging]


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@asynccontextmanager
async def client_of(service, endpoint):
    async with get_session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="x",
    ) as client:
        yield client


async def test_ec2_answers_over_the_wire_where_the_account_api_is_missing(endpoint):
    async with client_of("account", endpoint) as account, client_of("ec2", endpoint) as ec2:
        finder = RegionFinder(
            partial(list_regions, account, caller_account=ONE.id), lambda _: describe_regions(ec2)
        )
        found = await finder.find(ONE, ["eu-*", "me-central-1"])

    assert found.source == INSIDE
    assert {"eu-west-1", "eu-central-1"} <= set(found.enabled)
    assert "me-central-1" in found.disabled
