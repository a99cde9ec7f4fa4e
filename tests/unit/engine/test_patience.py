import pytest

from scanner.engine.collect import collect
from scanner.engine.context import Patience
from scanner.model.errors import CallError, Denied, Throttled
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from tests.unit.engine.scripted import SCP, context, refusal

THING = ResourceType("svc:thing", service="svc", list=Call("ListThings", out="Things"), id="Id")
CHILD = ResourceType(
    "svc:child",
    service="svc",
    parent="svc:thing",
    list=Call("ListChildren", {"ThingId": "$Id"}, out="Children"),
    id="{parent.Id}/{Name}",
)
DENIED = Denied("Op", "AccessDenied", "no")
FORBIDDEN = Denied("Op", "AccessDenied", "no", scp=True)


def family(size):
    """Make a parent with so many types of children, each of an operation of its own."""
    children = {
        f"svc:child{number}": ResourceType(
            f"svc:child{number}",
            service="svc",
            parent="svc:thing",
            list=Call(f"ListChildren{number}", {"ThingId": "$Id"}, out="Children"),
            id="Name",
        )
        for number in range(size)
    }
    return {"svc:thing": THING, **children}


def things(count, per_page=1000):
    def answer(NextToken="0", **_):  # noqa: N803 — AWS's own spelling
        here = int(NextToken)
        found = [{"Id": f"t{number}"} for number in range(here, min(count, here + per_page))]
        more = {"NextToken": str(here + per_page)} if here + per_page < count else {}
        return {"Things": found, **more}

    return answer


async def walked(catalog, answers):
    ctx = context(answers, list(catalog))
    records = [each async for each in collect(ctx, catalog)]
    outcomes = ctx.tally.outcomes(tuple(catalog), "ended early")
    return records, {name: each.status for name, each in outcomes.items()}, ctx.clients


def test_a_call_is_in_vain_after_three_denials_and_no_answer():
    patience = Patience()
    for _ in range(2):
        patience.refused("svc:a", "Get", DENIED)
    assert not patience.is_spent("svc:a", "Get")
    patience.refused("svc:a", "Get", DENIED)
    assert patience.is_spent("svc:a", "Get")
    assert not patience.is_spent("svc:b", "Get")
    assert not patience.is_spent("svc:a", "List")
    patience.answered("svc:a", "Get")
    assert not patience.is_spent("svc:a", "Get")


@pytest.mark.parametrize("exc", [CallError("Op", "Odd", "?"), Throttled("Op", "Throttling", "!")])
def test_only_denials_cost_patience(exc):
    patience = Patience()
    for _ in range(9):
        patience.refused("svc:a", "Get", exc)
    assert not patience.is_spent("svc:a", "Get")
    assert not patience.is_forbidden


def test_a_unit_is_forbidden_by_three_scp_denies_unless_something_was_answered():
    patience = Patience()
    for name in "abc":
        assert not patience.is_forbidden
        patience.refused(name, "List", FORBIDDEN)
    assert patience.is_forbidden
    patience.answered("d", "List")
    assert not patience.is_forbidden


async def test_a_denied_parent_of_many_types_counts_as_one_scp_deny():
    other = ResourceType("svc:other", service="svc", list=Call("ListOthers", out="Others"), id="Id")
    catalog = {**family(5), "svc:other": other}
    answers = {"ListThings": SCP, "ListOthers": {"Others": [{"Id": "o"}]}}
    records, statuses, _ = await walked(catalog, answers)
    assert [each.resource_id for each in records] == ["o"]
    assert statuses.pop("svc:other") is Status.COMPLETE
    assert set(statuses.values()) == {Status.DENIED_SCP}


async def test_scp_denies_of_some_operations_leave_the_others_alone():
    names = [f"svc:t{number}" for number in range(8)]
    catalog = {
        name: ResourceType(name, service="svc", list=Call(f"List{name[-2:]}", out="T"), id="Id")
        for name in names
    }
    answers = {f"List{name[-2:]}": {"T": [{"Id": name}]} for name in names}
    answers |= {"Listt1": SCP, "Listt2": SCP, "Listt3": SCP, "Listt4": SCP}
    records, statuses, _ = await walked(catalog, answers)
    assert len(records) == 4
    assert [name for name in names if statuses[name] is Status.DENIED_SCP] == names[1:5]


async def test_scp_denies_of_details_do_not_stop_the_listings():
    detailed = ResourceType(
        "svc:thing",
        service="svc",
        list=THING.list,
        id="Id",
        each=(Call("GetPolicy", {"Id": "$Id"}, name="Policy"),),
    )
    other = ResourceType("svc:zother", service="svc", list=Call("ListZ", out="Z"), id="Id")
    catalog = {"svc:thing": detailed, "svc:zother": other}
    answers = {"ListThings": things(5), "GetPolicy": SCP, "ListZ": {"Z": [{"Id": "z"}]}}
    records, statuses, _ = await walked(catalog, answers)
    assert len(records) == 6
    assert statuses == {"svc:thing": Status.DENIED_SCP, "svc:zother": Status.COMPLETE}


@pytest.mark.parametrize(
    ("failure", "status"),
    [(refusal("AccessDenied"), Status.DENIED), (SCP, Status.DENIED_SCP)],
)
async def test_a_listing_denied_under_every_parent_is_given_up(failure, status):
    catalog = {"svc:thing": THING, "svc:child": CHILD}
    answers = {"ListThings": things(400, per_page=100), "ListChildren": failure}
    records, statuses, clients = await walked(catalog, answers)
    assert len(records) == 400
    assert statuses == {"svc:thing": Status.COMPLETE, "svc:child": status}
    assert 3 <= len(clients.called("ListChildren")) < 40


async def test_a_listing_answered_once_is_asked_for_under_every_parent():
    def children(ThingId, **_):  # noqa: N803 — AWS's own spelling
        return {"Children": [{"Name": "n"}]} if ThingId == "t0" else refusal("AccessDenied")

    catalog = {"svc:thing": THING, "svc:child": CHILD}
    answers = {"ListThings": things(100), "ListChildren": children}
    _, statuses, clients = await walked(catalog, answers)
    assert len(clients.called("ListChildren")) == 100
    assert statuses["svc:child"] is Status.DENIED


async def test_a_denied_detail_is_given_up_for_the_unit_not_for_the_page():
    child = ResourceType(
        "svc:child",
        service="svc",
        parent="svc:thing",
        list=CHILD.list,
        id=CHILD.id,
        each=(Call("GetKey", {"Name": "$Name"}, name="Key"),),
    )
    answers = {
        "ListThings": things(60, per_page=1),
        "ListChildren": {"Children": [{"Name": "n"}]},
        "GetKey": refusal("AccessDenied"),
    }
    records, _, clients = await walked({"svc:thing": THING, "svc:child": child}, answers)
    keys = [each for each in records if each.resource_type == "svc:child"]
    assert len(keys) == 60
    assert all(each.unread == ["Key"] for each in keys)
    assert len(clients.called("GetKey")) == 3


async def test_there_is_none_is_an_answer_too():
    def policy(Id):  # noqa: N803 — AWS's own spelling
        return refusal("NoPolicy" if Id == "t0" else "AccessDenied")

    kind = ResourceType(
        "svc:thing",
        service="svc",
        list=THING.list,
        id="Id",
        each=(Call("GetPolicy", {"Id": "$Id"}, name="Policy", absent=("NoPolicy",)),),
    )
    answers = {"ListThings": things(50), "GetPolicy": policy}
    _, _, clients = await walked({"svc:thing": kind}, answers)
    assert len(clients.called("GetPolicy")) == 50
