import random

import pytest

from scanner.engine.collect import collect
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from tests.unit.engine.scripted import context, refusal

LIST = Call("ListThings", out="Things")


def thing(**options):
    return ResourceType("svc:thing", service="svc", list=LIST, id="Id", **options)


def things(count):
    return {"Things": [{"Id": f"t{number}"} for number in range(count)]}


async def found(kind, answers):
    ctx = context(answers, ["svc:thing"])
    records = [record async for record in collect(ctx, {"svc:thing": kind})]
    return records, ctx.tally.outcomes(("svc:thing",), "")["svc:thing"], ctx.clients


async def test_an_unnamed_detail_is_the_resource_itself_and_a_named_one_stands_beside_it():
    kind = thing(
        each=(
            Call("DescribeThing", {"Id": "$Id"}, out="Thing"),
            Call("GetPolicy", {"Id": "$Id"}, out="Policy", name="Policy"),
        )
    )
    answers = {
        "ListThings": things(1),
        "DescribeThing": {"Thing": {"Id": "t0", "Size": 3}},
        "GetPolicy": {"Policy": "p"},
    }
    (record,), outcome, _ = await found(kind, answers)
    assert record.configuration == {"Id": "t0", "Size": 3}
    assert record.supplementary == {"Policy": "p"}
    assert (outcome.status, record.unread) == (Status.COMPLETE, [])


async def test_there_is_none_is_not_could_not_be_read():
    kind = thing(each=(Call("GetPolicy", {"Id": "$Id"}, name="Policy", absent=("NoPolicy",)),))
    answers = {"ListThings": things(1), "GetPolicy": refusal("NoPolicy")}
    (record,), outcome, _ = await found(kind, answers)
    assert (record.supplementary, record.unread) == ({"Policy": None}, [])
    assert outcome.status is Status.COMPLETE

    answers["GetPolicy"] = refusal("AccessDenied")
    (record,), outcome, _ = await found(kind, answers)
    assert (record.supplementary, record.unread) == ({"Policy": None}, ["Policy"])
    assert (outcome.status, outcome.listed) == (Status.DENIED, True)
    assert "GetPolicy" in outcome.error


async def test_a_list_that_failed_beside_a_detail_is_no_whole_list():
    kind = thing(each=(Call("GetPolicy", {"Id": "$Id"}, name="Policy"),))

    def pages(NextToken="", **_):  # noqa: N803 — AWS's own spelling
        return refusal("AccessDenied") if NextToken else things(1) | {"NextToken": "n"}

    denied = {"ListThings": pages, "GetPolicy": refusal("AccessDenied")}
    _, outcome, _ = await found(kind, denied)
    assert (outcome.status, outcome.listed) == (Status.DENIED, False)


async def test_a_detail_denied_three_times_and_never_answered_is_not_asked_for_any_more():
    kind = thing(each=(Call("GetPolicy", {"Id": "$Id"}, name="Policy"),))
    answers = {"ListThings": things(200), "GetPolicy": refusal("AccessDenied")}
    records, outcome, clients = await found(kind, answers)
    assert len(records) == 200
    assert all(each.unread == ["Policy"] for each in records)
    assert outcome.status is Status.DENIED
    assert len(clients.called("GetPolicy")) < 40


async def test_denials_by_a_few_resources_own_policies_do_not_stop_the_others():
    def policy(Id):  # noqa: N803 — AWS's own spelling
        return refusal("AccessDenied") if int(Id[1:]) % 3 else {"Policy": Id}

    kind = thing(each=(Call("GetPolicy", {"Id": "$Id"}, out="Policy", name="Policy"),))
    records, _, clients = await found(kind, {"ListThings": things(60), "GetPolicy": policy})
    assert len(clients.called("GetPolicy")) == 60
    assert sum(each.supplementary["Policy"] is not None for each in records) == 20


@pytest.mark.parametrize("seed", range(5))
async def test_no_item_gets_anothers_answer_however_calls_interleave_and_fail(seed):
    choices = random.Random(seed)

    def policy(Id):  # noqa: N803 — AWS's own spelling
        return refusal("Oops") if choices.random() < 0.3 else {"Policy": f"of {Id}"}

    kind = thing(each=(Call("GetPolicy", {"Id": "$Id"}, out="Policy", name="Policy"),))
    records, _, _ = await found(kind, {"ListThings": things(80), "GetPolicy": policy})
    for record in records:
        right = f"of {record.resource_id}"
        assert record.supplementary["Policy"] == (None if record.unread else right)


async def test_a_batch_is_matched_by_name_not_by_order():
    def describe(Ids):  # noqa: N803 — AWS's own spelling
        rows = [{"ThingId": each, "Size": int(each[1:])} for each in reversed(Ids) if each != "t3"]
        return {"Rows": rows}

    call = Call("DescribeThings", {"Ids": ["$Id"]}, out="Rows", batch=4, match="Id=ThingId")
    records, _, clients = await found(
        thing(each=(call,)), {"ListThings": things(10), "DescribeThings": describe}
    )
    sizes = {each.resource_id: each.configuration.get("Size") for each in records}
    assert sizes == {f"t{number}": (None if number == 3 else number) for number in range(10)}
    assert sorted(len(each["Ids"]) for each in clients.called("DescribeThings")) == [2, 4, 4]


async def test_a_detail_is_left_out_where_it_is_needless_or_can_not_be_named():
    kind = thing(
        each=(
            Call("DescribeThing", {"Id": "$Id"}, unless="Size"),
            Call("GetKey", {"KeyId": "$KeyId"}, name="Key"),
        )
    )
    answers = {
        "ListThings": {"Things": [{"Id": "a", "Size": 1}, {"Id": "b"}]},
        "DescribeThing": {"Size": 2},
        "GetKey": {"Key": 1},
    }
    records, outcome, clients = await found(kind, answers)
    assert [each.configuration["Size"] for each in records] == [1, 2]
    assert clients.called("DescribeThing") == [{"Id": "b"}]
    assert clients.called("GetKey") == []
    assert outcome.status is Status.COMPLETE


async def test_a_list_in_a_detail_is_read_to_its_last_page():
    def rows(NextToken="0", **_):  # noqa: N803 — AWS's own spelling
        here = int(NextToken)
        more = {"NextToken": str(here + 1)} if here < 2 else {}
        return {"Rows": [here], **more}

    kind = thing(each=(Call("ListRows", {"Id": "$Id"}, out="Rows", name="Rows"),))
    (record,), _, _ = await found(kind, {"ListThings": things(1), "ListRows": rows})
    assert record.supplementary["Rows"] == [0, 1, 2]


async def test_placeholders_know_the_target_the_arn_and_the_tail_of_a_path():
    kind = thing(
        arn="arn:{partition}:svc:{region}:{account}:{Id/}",
        each=(
            Call(
                "DescribeThing",
                {"A": "$account", "R": "$region", "P": "$partition", "Arn": "$arn", "T": "$Id/"},
            ),
        ),
    )
    answers = {"ListThings": {"Things": [{"Id": "/zone/Z1"}]}, "DescribeThing": {}}
    _, _, clients = await found(kind, answers)
    assert clients.called("DescribeThing") == [
        {
            "A": "111122223333",
            "R": "eu-west-1",
            "P": "aws",
            "Arn": "arn:aws:svc:eu-west-1:111122223333:Z1",
            "T": "Z1",
        }
    ]


async def test_a_detail_may_be_asked_for_in_the_items_own_region():
    kind = thing(each=(Call("DescribeThing", {"Id": "$Id"}, region="$Home"),))
    answers = {"ListThings": {"Things": [{"Id": "a", "Home": "ap-east-1"}]}, "DescribeThing": {}}
    _, _, clients = await found(kind, answers)
    assert ("svc", "ap-east-1") in clients.used


@pytest.mark.parametrize(
    ("answer", "tags", "unread"),
    [
        ({"Tags": [{"Key": "k", "Value": "v"}]}, {"k": "v"}, []),
        ({"Tags": []}, {}, []),
        ({}, {}, []),
        (refusal("NoTags"), {}, []),
        (refusal("AccessDenied"), None, ["Tags"]),
    ],
)
async def test_tags_of_their_own_call_are_a_map_or_unknown(answer, tags, unread):
    kind = thing(tags=Call("ListTags", {"Id": "$Id"}, out="Tags", absent=("NoTags",)))
    (record,), _, _ = await found(kind, {"ListThings": things(1), "ListTags": answer})
    assert (record.tags, record.unread) == (tags, unread)


async def test_tags_in_a_detail_that_could_not_be_read_are_unknown():
    kind = thing(each=(Call("DescribeThing", {"Id": "$Id"}),), tags="Tags")
    answers = {"ListThings": things(1), "DescribeThing": refusal("AccessDenied")}
    (record,), _, _ = await found(kind, answers)
    assert record.tags is None
