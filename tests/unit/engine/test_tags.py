import gc

import anyio
import pytest

from scanner.engine.collect import collect
from scanner.engine.records import Item
from scanner.engine.tags import TagSweeps
from scanner.model.outcome import Status
from scanner.model.resource import BULK, Call, ResourceType
from tests.unit.engine.scripted import context, refusal

ARN = "arn:aws:svc:eu-west-1:111122223333:"


def kind(**options):
    return ResourceType(
        "svc:t", service="svc", list=Call("ListT", out="T"), id="Id",
        arn="arn:{partition}:svc:{region}:{account}:{Id}", **options,
    )  # fmt: skip


@pytest.fixture
def sweeps():
    made = TagSweeps()
    yield made
    made.close()


def mappings(*names):
    return [
        {"ResourceARN": f"{ARN}{name}", "Tags": [{"Key": "of", "Value": name}]} for name in names
    ]


def resources(NextToken="", **_):  # noqa: N803 — AWS's own spelling
    if NextToken:
        return {"ResourceTagMappingList": mappings("b", "z")}
    return {"ResourceTagMappingList": mappings("a"), "NextToken": "1"}


async def tags(type_, answers, sweeps, **options):
    listing = {"ListT": {"T": [{"Id": "a"}, {"Id": "b"}, {"Id": "c"}]}}
    ctx = context(listing | answers, ["svc:t"], sweeps=sweeps, **options)
    records = [each async for each in collect(ctx, {"svc:t": type_})]
    return {each.resource_id: each.tags for each in records}, ctx, records


async def test_one_sweep_of_all_pages_joins_tags_by_arn(sweeps):
    found, ctx, _ = await tags(kind(tags=BULK), {"GetResources": resources}, sweeps)
    assert found == {"a": {"of": "a"}, "b": {"of": "b"}, "c": {}}
    assert len(ctx.clients.called("GetResources")) == 2
    assert ctx.tally.outcomes(("svc:t",), "")["svc:t"].status is Status.COMPLETE


async def test_silence_says_nothing_of_types_that_are_not_known_to_be_served(sweeps):
    found, _, _ = await tags(kind(), {"GetResources": resources}, sweeps)
    assert found == {"a": {"of": "a"}, "b": {"of": "b"}, "c": None}


async def test_a_place_is_swept_once_for_all_its_units(sweeps):
    _, first, _ = await tags(kind(tags=BULK), {"GetResources": resources}, sweeps)
    _, second, _ = await tags(kind(tags=BULK), {"GetResources": resources}, sweeps)
    assert len(first.clients.called("GetResources")) == 2
    assert second.clients.called("GetResources") == []


async def test_units_that_want_tags_together_share_the_sweep(sweeps):
    calls = []

    def counted(**params):
        calls.append(params)
        return resources(**params)

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(tags, kind(tags=BULK), {"GetResources": counted}, sweeps)
    assert len(calls) == 2


async def test_tags_that_could_not_be_swept_are_unknown_and_told(sweeps):
    answers = {"GetResources": refusal("AccessDenied")}
    found, ctx, records = await tags(kind(tags=BULK), answers, sweeps)
    assert set(found.values()) == {None}
    assert all(each.unread == ["Tags"] for each in records)
    outcome = ctx.tally.outcomes(("svc:t",), "")["svc:t"]
    assert outcome.status is Status.DENIED
    assert "GetResources" in outcome.error


async def test_a_sweep_that_nobody_declared_fails_quietly(sweeps):
    found, ctx, records = await tags(kind(), {"GetResources": refusal("AccessDenied")}, sweeps)
    assert set(found.values()) == {None}
    assert all(each.unread == [] for each in records)
    assert ctx.tally.outcomes(("svc:t",), "")["svc:t"].status is Status.COMPLETE


async def test_without_anything_to_tag_there_is_no_sweep(sweeps):
    ctx = context({"ListT": {"T": []}, "GetResources": resources}, ["svc:t"], sweeps=sweeps)
    assert [each async for each in collect(ctx, {"svc:t": kind(tags=BULK)})] == []
    assert ctx.clients.called("GetResources") == []


async def test_items_of_one_arn_all_get_its_tags(sweeps):
    listing = {"ListT": {"T": [{"Id": "a", "X": 1}, {"Id": "a", "X": 2}]}}
    _, _, records = await tags(kind(tags=BULK), listing | {"GetResources": resources}, sweeps)
    assert [each.tags for each in records] == [{"of": "a"}] * 2


async def test_where_nothing_is_tagged_all_tags_are_empty(sweeps):
    found, _, _ = await tags(kind(tags=BULK), {"GetResources": {}}, sweeps)
    assert found == {"a": {}, "b": {}, "c": {}}


async def test_a_sweep_that_failed_keeps_no_items(sweeps):
    for _ in range(3):
        await tags(kind(tags=BULK), {"GetResources": refusal("AccessDenied")}, sweeps)
    gc.collect()
    assert [each for each in gc.get_objects() if isinstance(each, Item)] == []


async def test_global_services_are_swept_at_home(sweeps):
    _, ctx, _ = await tags(kind(tags=BULK), {"GetResources": resources}, sweeps, region="global")
    assert ("resourcegroupstaggingapi", "us-east-1") in ctx.clients.used
