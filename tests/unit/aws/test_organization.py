"""Which accounts a run visits and why; "none" is an error, and so is "can't tell"."""

from __future__ import annotations

from urllib.request import Request, urlopen

import anyio
import boto3
import pytest
from aiobotocore.session import get_session
from anyio.lowlevel import checkpoint
from botocore.exceptions import ClientError, ConnectTimeoutError
from moto.server import ThreadedMotoServer

from scanner.aws.organization import Selection, find_accounts
from scanner.aws.roster import parse_accounts
from scanner.model.errors import DiscoveryError, SettingsError
from scanner.model.target import Account

MANAGEMENT = "999999999999"
ROOT = "r-root"
PROD, DEV, TEAM = "ou-root-prodprod", "ou-root-devdevde", "ou-root-teamteam"
PARENTS = {PROD: ROOT, DEV: ROOT, TEAM: DEV}
ACTIVE = "active in the organization"


def entry(account_id, name="dev", **more):
    arn = f"arn:aws:organizations::{MANAGEMENT}:account/o-1/{account_id}"
    return {"Id": account_id, "Arn": arn, "Name": name, "State": "ACTIVE", **more}


def fault(operation, code="AccessDeniedException", message="no", status=400):
    meta = {"HTTPStatusCode": status, "HTTPHeaders": {}}
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta}, operation
    )


class Organization:
    """A scripted Organizations client: pages of twenty, faults by operation, calls counted."""

    def __init__(self, entries, *, parents=None, tags=None, faults=None):
        self.entries = entries
        self.parents = parents or {}
        self.tags = tags or {}
        self.faults = faults or {}
        self.calls = []
        self.in_flight = self.most_in_flight = 0

    def get_paginator(self, operation):
        return Paginator(self, operation)

    async def describe_organization(self):
        await self.called("describe_organization", {})
        return {"Organization": {"Id": "o-1", "MasterAccountId": MANAGEMENT}}

    async def called(self, operation, params):
        self.calls.append((operation, *params.values()))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await checkpoint()
        finally:
            self.in_flight -= 1
        if operation in self.faults:
            raise self.faults[operation]

    def answer(self, operation, subject=None):
        if operation == "list_accounts":
            return "Accounts", self.entries
        if operation == "list_parents":
            if subject not in PARENTS:
                raise fault("ListParents", "ChildNotFoundException")
            return "Parents", [{"Id": PARENTS[subject]}]
        if operation == "list_tags_for_resource":
            if subject not in {each["Id"] for each in self.entries}:
                raise fault("ListTagsForResource", "TargetNotFoundException")
            tags = self.tags.get(subject, {})
            return "Tags", [{"Key": key, "Value": value} for key, value in tags.items()]
        if subject not in {ROOT, *PARENTS}:
            raise fault(operation, "ParentNotFoundException")
        if operation == "list_accounts_for_parent":
            return "Accounts", [
                each for each in self.entries if self.parents.get(each["Id"], ROOT) == subject
            ]
        units = [{"Id": unit} for unit, parent in PARENTS.items() if parent == subject]
        return "OrganizationalUnits", units

    def count(self, operation):
        return sum(call[0] == operation for call in self.calls)


class Paginator:
    def __init__(self, organization, operation):
        self.organization = organization
        self.operation = operation

    async def paginate(self, **params):
        start = 0
        while True:
            await self.organization.called(self.operation, params)
            member, items = self.organization.answer(self.operation, *params.values())
            yield {member: items[start : start + 20]}
            start += 20
            if start >= len(items):
                return


async def find(organization, selection=None, **more):
    return await find_accounts(
        organization, selection or Selection(**more), caller_account=MANAGEMENT
    )


def given(text, name="--accounts"):
    return parse_accounts(text, name)


def included(candidates):
    return [each.account.id for each in candidates if each.included]


def reasons(candidates):
    return {each.account.id: each.reason for each in candidates}


def some(count):
    return [entry(f"{number:012d}") for number in range(1, count + 1)]


async def failure(organization, expected=DiscoveryError, **more):
    with pytest.raises(expected) as failed:
        await find(organization, **more)
    return str(failed.value)


async def test_all_pages_are_read_in_one_sweep_and_sorted():
    organization = Organization([*reversed(some(65)), entry(MANAGEMENT)])

    found = await find(organization)

    assert included(found) == [f"{number:012d}" for number in range(1, 66)]
    assert reasons(found)[MANAGEMENT] == "management account, without --include-management"
    assert {call[0] for call in organization.calls} == {"list_accounts", "describe_organization"}
    assert organization.count("list_accounts") == 4


async def test_the_management_account_is_in_where_asked():
    organization = Organization([entry(MANAGEMENT)])

    assert included(await find(organization, include_management=True)) == [MANAGEMENT]
    assert organization.count("describe_organization") == 0


async def test_accounts_carry_name_and_partition():
    arn = f"arn:aws-us-gov:organizations::{MANAGEMENT}:account/o-1/111111111111"

    (found,) = await find(Organization([entry("111111111111", "team a", Arn=arn)]))

    assert found.account == Account("111111111111", name="team a", partition="aws-us-gov")
    assert found.reason == ACTIVE


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"State": "SUSPENDED", "Status": "ACTIVE"}, "state is SUSPENDED"),
        ({"State": "PENDING_ACTIVATION"}, "state is PENDING_ACTIVATION"),
        ({"State": "PENDING_CLOSURE"}, "state is PENDING_CLOSURE"),
        ({"State": "CLOSED"}, "state is CLOSED"),
        ({"State": None, "Status": "SUSPENDED"}, "state is SUSPENDED"),
        ({"State": None, "Status": "ACTIVE"}, ACTIVE),
        ({"State": "ACTIVE", "Status": None}, ACTIVE),
    ],
)
async def test_state_decides_and_status_only_where_it_is_missing(fields, reason):
    found = await find(Organization([entry("111111111111", **fields), entry("222222222222")]))

    assert reasons(found)["111111111111"] == reason
    assert ("111111111111" in included(found)) == (reason == ACTIVE)


async def test_an_account_without_state_and_status_stops_the_discovery():
    organization = Organization([entry("111111111111"), entry("222222222222", State=None)])

    assert "neither State nor Status of account 222222222222" in await failure(organization)


async def test_named_accounts_go_on_where_the_states_can_not_be_told():
    organization = Organization([entry("111111111111", State=None)])

    found = await find(organization, accounts=given("111111111111"))

    assert included(found) == ["111111111111"]


async def test_excluded_accounts_are_out():
    found = await find(Organization(some(2)), exclude=frozenset({"000000000001"}))

    assert reasons(found) == {
        "000000000001": "excluded by --exclude-accounts",
        "000000000002": ACTIVE,
    }


async def test_no_account_left_tells_how_many_were_seen_and_why_they_are_out():
    entries = [*some(2), entry("333333333333", State="SUSPENDED"), entry(MANAGEMENT)]
    exclude = frozenset({"000000000001", "000000000002"})

    message = await failure(Organization(entries), exclude=exclude)

    assert message.startswith("no account to scan: 4 seen: 2 x excluded by --exclude-accounts; ")
    assert "1 x state is SUSPENDED" in message
    assert "1 x management account, without --include-management" in message
    assert "--account-tag" in message


async def test_an_empty_organization_is_no_success():
    assert (await failure(Organization([]))).startswith("no account to scan: 0 seen (check")


@pytest.mark.parametrize("operation", ["list_accounts", "describe_organization"])
@pytest.mark.parametrize("code", ["AccessDeniedException", "AWSOrganizationsNotInUseException"])
async def test_no_permission_says_who_could(operation, code):
    organization = Organization(some(1), faults={operation: fault(operation, code)})

    message = await failure(organization)

    assert message.startswith(
        f"account {MANAGEMENT} can't read Organizations: {code}: no (run from"
    )
    assert "delegated administrator, or give --accounts" in message


@pytest.mark.parametrize(
    "trouble",
    [
        fault("ListAccounts", "TooManyRequestsException"),
        ConnectTimeoutError(endpoint_url="https://organizations"),
    ],
    ids=["throttled", "unreachable"],
)
async def test_other_trouble_is_a_discovery_error_too(trouble):
    message = await failure(Organization([], faults={"list_accounts": trouble}))

    assert "can't read Organizations" in message
    assert "delegated administrator" not in message


async def test_an_organization_that_hides_its_management_account_is_not_guessed_at():
    organization = Organization(some(1))

    async def describe_organization():
        return {"Organization": {"Id": "o-1"}}

    organization.describe_organization = describe_organization

    assert "management" in await failure(organization)


@pytest.mark.parametrize(
    "trouble",
    [
        fault("ListAccounts"),
        fault("ListAccounts", "AWSOrganizationsNotInUseException"),
        ConnectTimeoutError(endpoint_url="https://organizations"),
    ],
    ids=["denied", "no organization", "unreachable"],
)
async def test_named_accounts_need_no_organization(trouble):
    organization = Organization([], faults={"list_accounts": trouble})

    found = await find(organization, accounts=given("222222222222,111111111111"))

    assert included(found) == ["111111111111", "222222222222"]
    assert found[0].account == Account("111111111111")
    assert found[0].reason.startswith("given in --accounts; Organizations not read: ")


async def test_named_accounts_are_completed_and_inactive_ones_left_out():
    arn = f"arn:aws-cn:organizations::{MANAGEMENT}:account/o-1/111111111111"
    entries = [
        entry("111111111111", "real name", Arn=arn),
        entry("222222222222", State="SUSPENDED"),
        entry("444444444444"),
    ]
    text = "id,name,role\n111111111111,,Hub\n222222222222,,\n333333333333,mine,\n"

    first, second, third = await find(Organization(entries), accounts=given(text, "a.csv"))

    assert first.account == Account(
        "111111111111", name="real name", partition="aws-cn", roles=("Hub",)
    )
    assert (second.included, second.reason) == (False, "state is SUSPENDED")
    assert third.account == Account("333333333333", name="mine")
    assert (third.included, third.reason) == (True, "given in a.csv; not in this organization")


async def test_naming_the_management_account_asks_for_it():
    found = await find(Organization([entry(MANAGEMENT)]), accounts=given(MANAGEMENT))

    assert included(found) == [MANAGEMENT]


async def test_the_name_in_a_file_wins():
    found = await find(Organization(some(1)), accounts=given("id,name\n000000000001,mine", "a.csv"))

    assert found[0].account.name == "mine"


async def test_what_a_file_leaves_out_stays_out():
    text = '[{"Id": "000000000001", "State": "SUSPENDED"}, {"Id": "000000000002"}]'

    found = await find(Organization(some(2)), accounts=given(text, "a.json"))

    assert included(found) == ["000000000002"]
    assert reasons(found)["000000000001"].startswith("state is SUSPENDED in a.json")


@pytest.mark.parametrize("filters", [{"ous": (PROD,)}, {"tags": {"env": "prod"}}])
async def test_named_accounts_with_filters_do_need_the_organization(filters):
    organization = Organization([], faults={"list_accounts": fault("ListAccounts")})

    message = await failure(organization, accounts=given("111111111111"), **filters)

    assert "AccessDeniedException" in message


TREE = {"000000000001": PROD, "000000000002": DEV, "000000000003": TEAM, "000000000004": ROOT}


@pytest.mark.parametrize(
    ("ous", "expected"),
    [
        ((PROD,), {"000000000001": f"{ROOT}/{PROD}"}),
        ((DEV,), {"000000000002": f"{ROOT}/{DEV}", "000000000003": f"{ROOT}/{DEV}/{TEAM}"}),
        ((TEAM, PROD), {"000000000001": f"{ROOT}/{PROD}", "000000000003": f"{ROOT}/{DEV}/{TEAM}"}),
        (
            (ROOT,),
            {
                "000000000001": f"{ROOT}/{PROD}",
                "000000000002": f"{ROOT}/{DEV}",
                "000000000003": f"{ROOT}/{DEV}/{TEAM}",
                "000000000004": ROOT,
            },
        ),
    ],
)
@pytest.mark.parametrize("with_paths", [False, True])
async def test_units_include_all_that_is_below_them(ous, expected, with_paths):
    full = {PROD: f"{ROOT}/{PROD}", DEV: f"{ROOT}/{DEV}", TEAM: f"{ROOT}/{DEV}/{TEAM}", ROOT: ROOT}
    paths = {account: [f"o-1/{full[unit]}/{account}/"] for account, unit in TREE.items()}
    entries = [
        entry(account, **({"Paths": paths[account]} if with_paths else {})) for account in TREE
    ]
    organization = Organization(entries, parents=TREE)

    found = await find(organization, ous=ous)

    assert {each.account.id: each.account.ou for each in found if each.included} == expected
    assert {each.reason for each in found} <= {ACTIVE, f"not in {', '.join(ous)}"}
    walked = organization.count("list_accounts_for_parent")
    assert (walked == 0) if with_paths else (walked > 0)


async def test_the_first_reason_to_be_out_stays():
    organization = Organization(some(2), parents={"000000000002": PROD})

    found = await find(organization, exclude=frozenset({"000000000001"}), ous=(PROD,))

    assert reasons(found)["000000000001"] == "excluded by --exclude-accounts"


async def test_paths_that_are_missing_for_some_are_walked():
    entries = [entry("000000000001", Paths=[f"o-1/{ROOT}/{PROD}/"]), entry("000000000002")]
    parents = {"000000000001": PROD, "000000000002": PROD}

    found = await find(Organization(entries, parents=parents), ous=(PROD,))

    assert included(found) == ["000000000001", "000000000002"]


async def test_a_unit_without_accounts_selects_none():
    organization = Organization(some(1), parents={"000000000001": PROD})

    assert f"1 x not in {TEAM}" in await failure(organization, ous=(TEAM,))


@pytest.mark.parametrize("ou", ["ou-root-missing0", "r-none"])
@pytest.mark.parametrize("paths", [{}, {"Paths": [f"o-1/{ROOT}/{PROD}/"]}])
async def test_an_unknown_unit_is_the_users_mistake(ou, paths):
    organization = Organization([entry("111111111111", **paths)])

    message = await failure(organization, SettingsError, ous=(PROD, ou))

    assert message == f"--ou {ou}: the organization has no such unit"


async def test_a_unit_without_a_parent_ends_the_walk():
    organization = Organization(some(1))
    organization.answer = lambda operation, *_: (
        ("Parents", []) if operation == "list_parents" else ("Accounts", some(1))
    )

    with anyio.fail_after(5):
        assert f"no parent of {PROD}" in await failure(organization, ous=(PROD,))


@pytest.mark.parametrize("ou", ["Prod", "ou-1", "r-", "ou-root-prodprod/", ""])
def test_what_is_no_unit_id_is_refused_before_any_call(ou):
    with pytest.raises(SettingsError, match="is not the id of a root or unit"):
        Selection(ous=(ou,))


def test_what_is_no_account_id_can_not_be_excluded():
    with pytest.raises(SettingsError, match="--exclude-accounts '1234' is not an account id"):
        Selection(exclude=frozenset({"1234"}))


async def test_all_given_tags_must_match_and_values_may_be_globs():
    tags = {
        "000000000001": {"env": "prod-eu", "team": "a"},
        "000000000002": {"env": "prod-us"},
        "000000000003": {"env": "dev", "team": "a"},
    }
    organization = Organization(some(4), tags=tags)

    found = await find(organization, tags={"env": "prod*", "team": "*"})

    assert included(found) == ["000000000001"]
    assert found[0].account.tags == tags["000000000001"]
    assert reasons(found)["000000000002"] == "tag team is not *"
    assert reasons(found)["000000000004"] == "tag env is not prod*"


async def test_tags_are_read_only_where_nothing_else_decides_and_a_few_at_a_time():
    entries = [*some(60), entry("333333333333", State="CLOSED"), entry(MANAGEMENT)]
    tags = {each["Id"]: {"env": "prod"} for each in entries}
    organization = Organization(entries, tags=tags, parents={MANAGEMENT: PROD})
    exclude = frozenset({"000000000001"})

    found = await find(organization, tags={"env": "prod"}, exclude=exclude)

    assert len(included(found)) == 59
    assert organization.count("list_tags_for_resource") == 59
    assert organization.most_in_flight == 4


async def test_tags_of_a_file_are_not_asked_for():
    organization = Organization([], faults={"list_accounts": fault("ListAccounts")})
    text = "- {id: '111111111111', tags: ['env:prod']}\n- {id: '222222222222', tags: []}\n"

    found = await find(organization, accounts=given(text, "a.yml"), tags={"env": "prod"})

    assert included(found) == ["111111111111"]
    assert organization.count("list_tags_for_resource") == 0


async def test_a_foreign_account_has_no_tags_here():
    organization = Organization(some(1), tags={"000000000001": {"env": "prod"}})

    found = await find(
        organization, accounts=given("000000000001 222222222222"), tags={"env": "prod"}
    )

    assert included(found) == ["000000000001"]
    assert "not in this organization" in reasons(found)["222222222222"]


@pytest.mark.parametrize(
    ("operation", "filters"),
    [
        ("list_tags_for_resource", {"tags": {"env": "prod"}}),
        ("list_parents", {"ous": (PROD,)}),
        ("list_accounts_for_parent", {"ous": (PROD,)}),
        ("list_organizational_units_for_parent", {"ous": (PROD,)}),
    ],
)
async def test_a_denied_filter_is_an_error_not_a_mismatch(operation, filters):
    organization = Organization(some(9), faults={operation: fault(operation)})

    assert "AccessDeniedException" in await failure(organization, **filters)


async def test_a_mistake_in_the_program_is_not_taken_for_missing_permission():
    organization = Organization(some(1), faults={"list_tags_for_resource": TypeError("mine")})

    with pytest.raises(TypeError, match="mine"):
        await find(organization, accounts=given("000000000001"), tags={"a": "b"})


@pytest.fixture(scope="module")
def wire():
    """Serve an organization with nested units, tags and a suspended account."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    where = {
        "region_name": "us-east-1",
        "endpoint_url": f"http://{host}:{port}",
        "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key": "x",
    }
    client = boto3.client("organizations", **where)
    yield where, build(client)
    client.close()
    with urlopen(Request(f"{where['endpoint_url']}/moto-api/reset", method="POST")) as reset:
        assert reset.status == 200
    server.stop()


def build(client):
    organization = client.create_organization(FeatureSet="ALL")["Organization"]
    root = client.list_roots()["Roots"][0]["Id"]
    ids = {"root": root, "management": organization["MasterAccountId"]}
    for unit, parent in (("prod", "root"), ("dev", "root"), ("team", "dev")):
        answer = client.create_organizational_unit(ParentId=ids[parent], Name=unit)
        ids[unit] = answer["OrganizationalUnit"]["Id"]
    for number in range(24):
        add(client, ids, f"team-{number}", "team", env="dev")
    add(client, ids, "shop", "prod", env="prod")
    add(client, ids, "bank", "prod", env="prod", tier="1")
    add(client, ids, "closed", "prod", env="prod")
    client.close_account(AccountId=ids["closed"])
    return ids


def add(client, ids, name, unit, **tags):
    status = client.create_account(
        Email=f"{name}@example.com",
        AccountName=name,
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    ids[name] = status["CreateAccountStatus"]["AccountId"]
    client.move_account(
        AccountId=ids[name], SourceParentId=ids["root"], DestinationParentId=ids[unit]
    )


async def over(wire, **more):
    where, ids = wire
    more["ous"] = tuple(ids[unit] for unit in more.get("ous", ()))
    async with get_session().create_client("organizations", **where) as client:
        return await find_accounts(client, Selection(**more), caller_account=ids["management"])


async def test_over_the_wire_the_whole_organization_is_found(wire):
    _, ids = wire

    found = await over(wire)

    assert len(found) == 28
    assert len(included(found)) == 26
    assert reasons(found)[ids["closed"]] == "state is SUSPENDED"
    assert "--include-management" in reasons(found)[ids["management"]]


async def test_over_the_wire_units_are_walked_to_the_bottom(wire):
    _, ids = wire

    found = await over(wire, ous=("dev",))

    assert len(included(found)) == 24
    path = f"{ids['root']}/{ids['dev']}/{ids['team']}"
    assert {each.account.ou for each in found if each.included} == {path}


async def test_over_the_wire_tags_and_units_narrow_together(wire):
    _, ids = wire

    found = await over(wire, ous=("prod",), tags={"env": "prod", "tier": "?"})

    assert included(found) == [ids["bank"]]
    assert found[[each.account.id for each in found].index(ids["bank"])].account.name == "bank"


async def test_over_the_wire_named_accounts_are_completed(wire):
    _, ids = wire

    found = await over(wire, accounts=given(f"{ids['shop']} {ids['closed']} 999999999999"))

    assert {each.account.id: (each.account.name, each.included) for each in found} == {
        ids["shop"]: ("shop", True),
        ids["closed"]: ("closed", False),
        "999999999999": (None, True),
    }


async def test_over_the_wire_an_unknown_unit_is_named(wire):
    where, ids = wire
    unknown = f"ou-{ids['root'][2:]}-00000000"
    async with get_session().create_client("organizations", **where) as client:
        with pytest.raises(SettingsError, match=unknown):
            await find_accounts(client, Selection(ous=(unknown,)), caller_account="1" * 12)
