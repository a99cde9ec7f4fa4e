"""Trying a unit's calls: each once, on the first item, failures by operation."""

from itertools import count

import pytest

from scanner.engine.plan import Plan
from scanner.engine.probe import Failure, Notes, places_to_try, probe
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from scanner.model.target import GLOBAL, Account, Regions
from tests.unit.engine.scripted import SCP, context, refusal
from tests.unit.engine.test_collect import CHILD, GRANDCHILD, THING

DETAILED = ResourceType(
    "svc:detailed",
    service="svc",
    list=Call("ListThings", out="Things"),
    id="Id",
    each=(
        Call("GetPolicy", {"Id": "$Id"}, name="Policy", absent=("NoSuchPolicy",)),
        Call("GetStatus", {"Id": "$Id"}, name="Status"),
    ),
    tags=Call("ListTags", {"Id": "$Id"}, out="Tags"),
    unsubscribed=("NotSubscribed",),
)
CATALOG = {each.type: each for each in (THING, CHILD, GRANDCHILD, DETAILED)}
TWO = {"Things": [{"Id": "a"}, {"Id": "b"}], "NextToken": "1"}


async def tried(answers, *types, catalog=CATALOG, **options):
    notes = Notes()
    ctx = context(answers, types, **options)
    object.__setattr__(ctx, "tally", notes)
    ticks = count()
    await probe(ctx, catalog, notes, clock=lambda: next(ticks))
    return notes, ctx.clients


async def test_only_the_first_page_is_read_and_only_the_first_item_looked_at():
    notes, clients = await tried(
        {"ListThings": TWO, "GetPolicy": {}, "GetStatus": {}, "ListTags": {}}, "svc:detailed"
    )

    assert [name for name, _ in clients.calls] == [
        "ListThings", "GetPolicy", "GetStatus", "ListTags",
    ]  # fmt: skip
    assert clients.called("GetStatus") == [{"Id": "a"}]
    assert (notes.failures, notes.found, notes.untried) == ([], {"svc:detailed": 2}, set())
    assert (notes.seconds, notes.more) == ([1], {"svc:detailed"})


async def test_children_are_tried_under_the_first_parent_down_to_the_last():
    notes, clients = await tried(
        {
            "ListThings": TWO,
            "ListChildren": {"Children": [{"Name": "c"}, {"Name": "d"}]},
            "ListLeaves": {"Leaves": []},
        },
        "svc:grandchild",
    )

    assert clients.called("ListChildren") == [{"ThingId": "a", "MaxResults": 50}]
    assert clients.called("ListLeaves") == [{"Name": "c", "MaxResults": 50}]
    assert notes.found == {"svc:thing": 2, "svc:child": 2, "svc:grandchild": 0}
    assert notes.more == {"svc:thing"}


DENIED = refusal("AccessDenied")


@pytest.mark.parametrize(
    ("answers", "status", "operation"),
    [
        ({"ListThings": DENIED}, Status.DENIED, "ListThings"),
        ({"ListThings": SCP}, Status.DENIED_SCP, "ListThings"),
        ({"ListThings": refusal("NotSubscribed")}, Status.UNAVAILABLE, "ListThings"),
        ({"ListThings": refusal("UnknownOperationException")}, Status.UNAVAILABLE, "ListThings"),
        ({"ListThings": refusal("Broken")}, Status.ERROR, "ListThings"),
        ({"GetPolicy": DENIED}, Status.DENIED, "GetPolicy"),
        ({"ListTags": DENIED}, Status.DENIED, "ListTags"),
    ],
)
async def test_a_failure_is_kept_with_its_operation(answers, status, operation):
    fine = {"ListThings": TWO, "GetPolicy": {}, "GetStatus": {}, "ListTags": {}}
    notes, _ = await tried(fine | answers, "svc:detailed")
    (failure,) = notes.failures

    assert failure == Failure("svc:detailed", status, operation, failure.error)
    assert failure.error.startswith(f"{operation}: ")


async def test_every_denied_detail_is_told_not_only_the_first():
    answers = {"ListThings": TWO, "GetPolicy": DENIED, "GetStatus": DENIED, "ListTags": DENIED}
    notes, _ = await tried(answers, "svc:detailed")

    assert [each.operation for each in notes.failures] == ["GetPolicy", "GetStatus", "ListTags"]


async def test_what_a_resource_does_not_have_is_no_failure():
    answers = {"ListThings": TWO, "GetPolicy": refusal("NoSuchPolicy")}
    notes, _ = await tried(answers | {"GetStatus": {}, "ListTags": {}}, "svc:detailed")

    assert notes.failures == []


async def test_calls_that_need_an_item_are_untried_where_there_is_none():
    nothing = {"ListThings": {"Things": []}}

    assert (await tried(nothing, "svc:detailed"))[0].untried == {"svc:detailed"}
    assert (await tried(nothing, "svc:grandchild"))[0].untried == {"svc:child", "svc:grandchild"}
    assert (await tried(nothing, "svc:thing"))[0].untried == set()


async def test_a_child_whose_parent_lacks_what_names_it_is_untried():
    notes, clients = await tried({"ListThings": {"Things": [{"Name": "x"}]}}, "svc:child")

    assert notes.untried == {"svc:child"}
    assert clients.called("ListChildren") == []


async def test_an_item_of_another_region_is_passed_over():
    kind = ResourceType(
        "svc:here", service="svc", list=Call("ListThings", out="Things"), id="Id", located="Region",
        each=(Call("GetPolicy", {"Id": "$Id"}, name="Policy"),),
    )  # fmt: skip
    things = [{"Id": "a", "Region": "us-east-1"}, {"Id": "b", "Region": "eu-west-1"}]
    _, clients = await tried(
        {"ListThings": {"Things": things}, "GetPolicy": {}}, "svc:here", catalog={"svc:here": kind}
    )

    assert clients.called("GetPolicy") == [{"Id": "b"}]


async def test_global_types_are_tried_at_home():
    _, clients = await tried({"ListThings": {}}, "svc:thing", region=GLOBAL)

    assert set(clients.used) == {("svc", "us-east-1")}


def test_a_service_is_tried_at_home_or_else_where_it_is():
    account = Account("111122223333")
    regions = Regions(("ap-south-1", "eu-west-1", "us-east-1"), ("sa-east-1",))
    plan = Plan(
        ((account, regions),),
        {"everywhere": ("a",), "not at home": ("b",), "nowhere": ("c",)},
        {"worldwide": ("d",)},
        {"not at home": ("us-east-1", "ap-south-1"), "nowhere": regions.enabled},
    )
    units = list(places_to_try(plan, account, regions, "us-east-1"))

    assert {unit.service: unit.region for unit in units} == {
        "worldwide": GLOBAL, "everywhere": "us-east-1", "not at home": "eu-west-1",
    }  # fmt: skip
    assert all(unit.enabled for unit in units)
