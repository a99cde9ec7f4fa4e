import pytest

from scanner.engine.collect import collect
from scanner.engine.content import content_of
from scanner.engine.redact import Redactor
from scanner.engine.secret_shapes import MARKER
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from tests.unit.engine.scripted import context

ODD = [2**70, -(2**70), "\ud800", b"\xff", {"deep": [2**64]}, float("inf")]
KIND = ResourceType(
    "svc:t", service="svc", list=Call("ListT", out="T"), id="Id", redact=("Secret",)
)


@pytest.mark.parametrize("value", ODD)
def test_anything_has_contents_that_do_not_depend_on_the_order_of_members(value):
    first, second = {"a": value, "b": 1}, {"b": 1, "a": value}
    assert content_of(first) == content_of(second) != content_of({"a": 0, "b": 1})


@pytest.mark.parametrize("value", ODD)
async def test_an_odd_value_costs_no_record(value):
    answers = {"ListT": {"T": [{"Odd": value}, {"Odd": 0}, {"Id": "x", "Odd": value}]}}
    ctx = context(answers, ["svc:t"])
    records = [each async for each in collect(ctx, {"svc:t": KIND})]
    assert len({each.resource_id for each in records}) == 3
    assert ctx.tally.outcomes(("svc:t",), "")["svc:t"].status is Status.COMPLETE


@pytest.mark.parametrize("value", ODD)
def test_an_odd_secret_is_hidden_and_fingerprinted(value):
    members = {"Secret": value}
    assert Redactor(b"key").hide(KIND, members, {}) == ["configuration.Secret"]
    assert members["Secret"].startswith(f"{MARKER}:")
