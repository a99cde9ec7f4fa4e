import anyio.lowlevel
import pytest

from scanner.engine.collect import RECORDS_AT_ONCE, branches, collect
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from tests.unit.engine.scripted import SCP, context, refusal

THING = ResourceType(
    "svc:thing",
    service="svc",
    list=Call("ListThings", out="Things"),
    id="Id",
    arn="arn:{partition}:svc:{region}:{account}:thing/{Id}",
)
CHILD = ResourceType(
    "svc:child",
    service="svc",
    parent="svc:thing",
    list=Call("ListChildren", {"ThingId": "$Id"}, out="Children"),
    id="{parent.Id}/{Name}",
)
GRANDCHILD = ResourceType(
    "svc:grandchild",
    service="svc",
    parent="svc:child",
    list=Call("ListLeaves", {"Name": "$Name"}, out="Leaves"),
    id="Leaf",
)
CATALOG = {each.type: each for each in (THING, CHILD, GRANDCHILD)}


def pages(*lists):
    """Answer with these pages in turn, each naming the next."""

    def answer(NextToken="0", **_):  # noqa: N803 — AWS's own spelling
        here = int(NextToken)
        more = {"NextToken": str(here + 1)} if here + 1 < len(lists) else {}
        return {"Things": [{"Id": each} for each in lists[here]], **more}

    return answer


async def gathered(ctx, catalog=None):
    return [record async for record in collect(ctx, catalog or CATALOG)]


def outcome(ctx, name):
    return ctx.tally.outcomes((name,), "ended early")[name]


async def test_every_page_is_read_and_the_page_size_is_sent():
    ctx = context({"ListThings": pages(["a", "b"], ["c"])}, ["svc:thing"])
    records = await gathered(ctx)
    assert [each.resource_id for each in records] == ["a", "b", "c"]
    assert ctx.clients.called("ListThings") == [
        {"MaxResults": 50},
        {"MaxResults": 50, "NextToken": "1"},
    ]
    assert outcome(ctx, "svc:thing").status is Status.COMPLETE


async def test_a_record_names_its_place_and_parent():
    answers = {
        "ListThings": pages(["a"]),
        "ListChildren": {"Children": [{"Name": "n"}]},
    }
    ctx = context(answers, ["svc:thing", "svc:child"])
    thing, child = await gathered(ctx)
    assert thing.arn == "arn:aws:svc:eu-west-1:111122223333:thing/a"
    assert (child.resource_id, child.parent_arn) == ("a/n", thing.arn)


async def test_children_of_all_parents_on_all_pages_are_found():
    def children(ThingId, **_):  # noqa: N803 — AWS's own spelling
        return {"Children": [{"Name": f"{ThingId}{number}"} for number in range(2)]}

    answers = {"ListThings": pages(["a", "b"], ["c"]), "ListChildren": children}
    records = await gathered(context(answers, ["svc:child"]))
    assert sorted(each.resource_id for each in records) == [
        "a/a0", "a/a1", "b/b0", "b/b1", "c/c0", "c/c1",
    ]  # fmt: skip


async def test_a_parent_that_was_not_asked_for_is_walked_without_its_records_and_details():
    catalog = {
        **CATALOG,
        "svc:thing": ResourceType(
            "svc:thing",
            service="svc",
            list=THING.list,
            id="Id",
            each=(Call("DescribeThing", {"Id": "$Id"}), Call("GetPolicy", name="Policy")),
        ),
    }
    answers = {
        "ListThings": pages(["a"]),
        "DescribeThing": {"Id": "a", "Kind": "k"},
        "ListChildren": {"Children": [{"Name": "n"}]},
    }
    ctx = context(answers, ["svc:child"])
    assert [each.resource_type for each in await gathered(ctx, catalog)] == ["svc:child"]
    assert len(ctx.clients.called("DescribeThing")) == 1


async def test_a_denied_parent_means_denied_children():
    ctx = context({"ListThings": refusal("AccessDenied")}, ["svc:thing", "svc:child"])
    assert await gathered(ctx) == []
    assert outcome(ctx, "svc:thing").status is Status.DENIED
    child = outcome(ctx, "svc:child")
    assert child.status is Status.DENIED
    assert "svc:thing could not be listed" in child.error


async def test_one_parents_failure_does_not_lose_the_children_of_others():
    def children(ThingId, **_):  # noqa: N803 — AWS's own spelling
        return refusal("AccessDenied") if ThingId == "a" else {"Children": [{"Name": "n"}]}

    answers = {"ListThings": pages(["a", "b"]), "ListChildren": children}
    ctx = context(answers, ["svc:child"])
    assert [each.resource_id for each in await gathered(ctx)] == ["b/n"]
    assert outcome(ctx, "svc:child").status is Status.DENIED


async def test_a_failure_on_a_later_page_keeps_what_came_before():
    def answer(NextToken="", **_):  # noqa: N803 — AWS's own spelling
        return (
            refusal("ValidationException")
            if NextToken
            else {"Things": [{"Id": "a"}], "NextToken": "1"}
        )

    ctx = context({"ListThings": answer}, ["svc:thing"])
    assert [each.resource_id for each in await gathered(ctx)] == ["a"]
    assert outcome(ctx, "svc:thing").status is Status.ERROR


async def test_a_repeated_page_adds_nothing():
    records = await gathered(context({"ListThings": pages(["a", "b"], ["a", "b"])}, ["svc:thing"]))
    assert [each.resource_id for each in records] == ["a", "b"]


@pytest.mark.parametrize("cycle", [["A"], ["A", "B"], ["A", "B", "C"]])
async def test_tokens_that_go_round_in_circles_end_as_an_error(cycle):
    def answer(NextToken="", **_):  # noqa: N803 — AWS's own spelling
        place = cycle.index(NextToken) + 1 if NextToken else 0
        return {"Things": [{"Id": NextToken}], "NextToken": cycle[place % len(cycle)]}

    ctx = context({"ListThings": answer}, ["svc:thing"])
    await gathered(ctx)
    assert outcome(ctx, "svc:thing").status is Status.ERROR
    assert len(ctx.clients.calls) <= len(cycle) + 2


async def test_different_things_of_one_id_both_stay():
    answers = {"ListThings": {"Things": [{"Id": "a", "X": 1}, {"Id": "a", "X": 2}]}}
    first, second = await gathered(context(answers, ["svc:thing"]))
    assert first.resource_id == "a"
    assert second.resource_id.startswith("a#")
    assert [each.configuration["X"] for each in (first, second)] == [1, 2]


async def test_a_thing_without_an_id_is_known_by_what_it_is():
    answers = {"ListThings": {"Things": [{"X": 1}, {"X": 2}]}}
    found = [each.resource_id for each in await gathered(context(answers, ["svc:thing"]))]
    assert len(set(found)) == 2
    assert all(each.startswith("sha256:") for each in found)


async def test_after_three_scp_denies_the_neighbours_are_not_called():
    names = [f"svc:t{number}" for number in range(6)]
    catalog = {
        name: ResourceType(name, service="svc", list=Call("ListThings", out="Things"), id="Id")
        for name in names
    }
    ctx = context({"ListThings": SCP}, names)
    assert await gathered(ctx, catalog) == []
    assert len(ctx.clients.calls) == 3
    found = ctx.tally.outcomes(tuple(names), "ended early")
    assert {each.status for each in found.values()} == {Status.DENIED_SCP}


async def test_a_service_that_is_not_switched_on_is_unavailable():
    kind = ResourceType(
        "svc:thing", service="svc", list=THING.list, id="Id", unsubscribed=("NotSubscribed",)
    )
    ctx = context({"ListThings": refusal("NotSubscribed")}, ["svc:thing"])
    await gathered(ctx, {"svc:thing": kind})
    assert outcome(ctx, "svc:thing").status is Status.UNAVAILABLE


async def test_items_of_other_regions_are_left_out():
    kind = ResourceType("svc:thing", service="svc", list=THING.list, id="Id", located="Region")
    things = [{"Id": "a", "Region": "eu-west-1"}, {"Id": "b", "Region": "us-east-1"}, {"Id": "c"}]
    ctx = context({"ListThings": {"Things": things}}, ["svc:thing"])
    records = await gathered(ctx, {"svc:thing": kind})
    assert [each.resource_id for each in records] == ["a", "c"]


async def test_global_types_are_asked_at_home_or_where_they_live():
    kinds = {
        "svc:a": ResourceType("svc:a", service="svc", scope="global", list=THING.list, id="Id"),
        "svc:b": ResourceType(
            "svc:b", service="svc", scope="global", home="us-west-2", list=THING.list, id="Id"
        ),
    }
    ctx = context({"ListThings": {}}, ["svc:a", "svc:b"], region="global")
    assert await gathered(ctx, kinds) == []
    assert {region for _, region in ctx.clients.used} == {"us-east-1", "us-west-2"}


def test_branches_bring_in_the_parents_that_are_needed():
    (thing,) = branches(["svc:grandchild"], CATALOG)
    assert list(thing.names()) == ["svc:thing", "svc:child", "svc:grandchild"]
    assert [thing.wanted, thing.children[0].wanted] == [False, False]
    assert thing.children[0].children[0].wanted


async def test_grandchildren_are_reached_through_unwanted_parents():
    answers = {
        "ListThings": pages(["a"]),
        "ListChildren": {"Children": [{"Name": "n"}]},
        "ListLeaves": {"Leaves": [{"Leaf": "l"}]},
    }
    records = await gathered(context(answers, ["svc:grandchild"]))
    assert [each.resource_id for each in records] == ["l"]


async def test_a_long_page_leaves_other_tasks_their_turn():
    ctx = context({"ListThings": pages(range(5 * RECORDS_AT_ONCE))}, ["svc:thing"])
    turns = []

    async def other():
        while True:
            await anyio.lowlevel.checkpoint()
            turns.append(len(records))

    records = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        async for record in collect(ctx, CATALOG):
            records.append(record)  # noqa: PERF401 — the other task looks on
        tasks.cancel_scope.cancel()
    assert {RECORDS_AT_ONCE * number for number in range(1, 5)} <= set(turns)
