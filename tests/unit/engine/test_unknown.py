"""What could not be read is never told as what is not there."""

import pytest

from scanner.engine.collect import collect
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from tests.unit.engine.scripted import context, refusal

LIST = Call("ListThings", out="Things")
DESCRIBE = Call("DescribeThing", {"Id": "$Id"}, out="Thing", absent=("Gone",))
THING = ResourceType("svc:thing", service="svc", list=LIST, id="Id", each=(DESCRIBE,))
CHILD = ResourceType(
    "svc:child",
    service="svc",
    parent="svc:thing",
    list=Call("ListChildren", {"Key": "$Key"}, out="Children"),
    id="Name",
)
LEAF = ResourceType(
    "svc:leaf",
    service="svc",
    parent="svc:child",
    list=Call("ListLeaves", {"Name": "$Name"}, out="Leaves"),
    id="Leaf",
)
CATALOG = {each.type: each for each in (THING, CHILD, LEAF)}


def answers(describe, **others):
    return {
        "ListThings": {"Things": [{"Id": "a"}, {"Id": "b"}]},
        "DescribeThing": describe,
        "ListChildren": {"Children": [{"Name": "n"}]},
        "ListLeaves": {"Leaves": [{"Leaf": "l"}]},
        **others,
    }


async def walked(script, wanted, catalog=CATALOG):
    ctx = context(script, wanted)
    records = [each async for each in collect(ctx, catalog)]
    return records, ctx.tally.outcomes(tuple(wanted), "ended early"), ctx.clients


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (refusal("AccessDenied"), Status.DENIED),
        (refusal("UnsupportedOperation"), Status.UNAVAILABLE),
        (refusal("Odd"), Status.ERROR),
    ],
)
async def test_children_of_a_parent_that_was_not_read_are_not_complete(failure, status):
    records, outcomes, clients = await walked(answers(failure), ["svc:child", "svc:leaf"])
    assert records == clients.called("ListChildren") == []
    assert {each.status for each in outcomes.values()} == {status}
    assert "svc:thing could not be read in full" in outcomes["svc:child"].error
    assert "svc:child could not be listed" in outcomes["svc:leaf"].error


async def test_one_unread_parent_does_not_lose_the_children_of_others():
    def describe(Id):  # noqa: N803 — AWS's own spelling
        return refusal("AccessDenied") if Id == "a" else {"Thing": {"Key": "k"}}

    records, outcomes, _ = await walked(answers(describe), ["svc:child"])
    assert [each.resource_id for each in records] == ["n"]
    assert outcomes["svc:child"].status is Status.DENIED


@pytest.mark.parametrize("describe", [{"Thing": {}}, refusal("Gone")])
async def test_parents_that_have_nothing_to_ask_for_have_no_children(describe):
    records, outcomes, clients = await walked(answers(describe), ["svc:child"])
    assert records == clients.called("ListChildren") == []
    assert outcomes["svc:child"].status is Status.COMPLETE


async def test_an_unread_named_detail_of_the_parent_says_nothing_of_its_children():
    parent = ResourceType(
        "svc:thing",
        service="svc",
        list=LIST,
        id="Id",
        each=(Call("GetPolicy", {"Id": "$Id"}, name="Policy"),),
    )
    script = answers({}, GetPolicy=refusal("AccessDenied"))
    wanted = ["svc:thing", "svc:child"]
    _, outcomes, _ = await walked(script, wanted, {"svc:thing": parent, "svc:child": CHILD})
    assert outcomes["svc:thing"].status is Status.DENIED
    assert outcomes["svc:child"].status is Status.COMPLETE


@pytest.mark.parametrize(
    ("describe", "unread"),
    [(refusal("AccessDenied"), ["DescribeThing", "Key", "Tags"]), ({"Thing": {}}, [])],
)
async def test_details_named_by_what_was_not_read_are_unread_too(describe, unread):
    kind = ResourceType(
        "svc:thing",
        service="svc",
        list=LIST,
        id="Id",
        each=(DESCRIBE, Call("GetKey", {"Key": "$Key"}, name="Key")),
        tags=Call("ListTags", {"Key": "$Key"}, out="Tags"),
    )
    script = answers(describe, GetKey={}, ListTags={})
    records, _, clients = await walked(script, ["svc:thing"], {"svc:thing": kind})
    assert clients.called("GetKey") == clients.called("ListTags") == []
    for record in records:
        assert (record.supplementary, record.unread) == ({"Key": None}, unread)
        assert record.tags is None


@pytest.mark.parametrize("match", ["Id=Id", "Key=Key"])
async def test_an_item_that_can_not_be_named_does_not_lose_its_batch(match):
    call = Call("DescribeKeys", {"Keys": ["$Key"]}, out="Rows", batch=10, match=match, name="Row")
    kind = ResourceType("svc:thing", service="svc", list=LIST, id="Id", each=(call,))
    listed = [{"Id": "a", "Key": "ka"}, {"Id": "b"}, {"Id": "c", "Key": "kc"}]

    def rows(Keys):  # noqa: N803 — AWS's own spelling
        return {"Rows": [{"Id": each[1:], "Key": each} for each in Keys]}

    script = {"ListThings": {"Things": listed}, "DescribeKeys": rows}
    records, _, clients = await walked(script, ["svc:thing"], {"svc:thing": kind})
    assert clients.called("DescribeKeys") == [{"Keys": ["ka", "kc"]}]
    assert [each.supplementary["Row"] for each in records] == [
        {"Id": "a", "Key": "ka"},
        None,
        {"Id": "c", "Key": "kc"},
    ]


async def test_a_batch_shares_the_parameters_that_are_not_the_items():
    call = Call(
        "DescribeKeys", {"Home": "$region", "Deep": {"Fix": ["x"]}, "Ids": ["$Id"]}, out="Rows",
        batch=5, match="Id=Id", page_size=7,
    )  # fmt: skip
    kind = ResourceType("svc:thing", service="svc", list=LIST, id="Id", each=(call,))
    script = {"ListThings": {"Things": [{"Id": "a"}, {"Id": "b"}]}, "DescribeKeys": {}}
    _, _, clients = await walked(script, ["svc:thing"], {"svc:thing": kind})
    assert clients.called("DescribeKeys") == [
        {"Home": "eu-west-1", "Deep": {"Fix": ["x"]}, "Ids": ["a", "b"], "MaxResults": 7}
    ]


async def test_a_first_page_without_rows_is_not_the_last():
    def rows(NextToken="", **_):  # noqa: N803 — AWS's own spelling
        return {"Rows": [1, 2]} if NextToken else {"NextToken": "1"}

    kind = ResourceType(
        "svc:thing", service="svc", list=LIST, id="Id", each=(Call("ListRows", out="Rows", name="R"),)
    )  # fmt: skip
    script = answers({}, ListRows=rows)
    records, _, _ = await walked(script, ["svc:thing"], {"svc:thing": kind})
    assert [each.supplementary["R"] for each in records] == [[1, 2]] * 2


async def test_details_whose_tokens_go_round_in_circles_are_unread():
    kind = ResourceType(
        "svc:thing", service="svc", list=LIST, id="Id", each=(Call("ListRows", out="Rows", name="R"),)
    )  # fmt: skip
    script = answers({}, ListRows={"Rows": [1], "NextToken": "again"})
    records, outcomes, _ = await walked(script, ["svc:thing"], {"svc:thing": kind})
    assert all(each.unread == ["R"] for each in records)
    assert outcomes["svc:thing"].status is Status.ERROR


async def test_a_detail_that_gives_no_mapping_is_merged_into_nothing():
    kind = ResourceType(
        "svc:thing", service="svc", list=LIST, id="Id", each=(Call("DescribeThing", out="Thing"),)
    )
    records, _, _ = await walked(answers({"Thing": "text"}), ["svc:thing"], {"svc:thing": kind})
    assert [each.configuration for each in records] == [{"Id": "a"}, {"Id": "b"}]


async def test_items_that_a_detail_places_elsewhere_are_left_out_and_not_asked_about_again():
    def describe(Id):  # noqa: N803 — AWS's own spelling
        return {"Thing": {"Region": "eu-west-1" if Id == "a" else "us-east-1"}}

    kind = ResourceType(
        "svc:thing",
        service="svc",
        list=LIST,
        id="Id",
        located="Region",
        each=(DESCRIBE, Call("GetPolicy", {"Id": "$Id"}, name="Policy")),
    )
    script = answers(describe, GetPolicy={})
    records, _, clients = await walked(script, ["svc:thing"], {"svc:thing": kind})
    assert [each.resource_id for each in records] == ["a"]
    assert clients.called("GetPolicy") == [{"Id": "a"}]
