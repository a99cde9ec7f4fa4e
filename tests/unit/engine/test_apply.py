"""A plan's changes are made once each, as planned, or refused with nothing written."""

from dataclasses import replace

import pytest

from scanner.model.errors import CallError, Denied
from scanner.model.planned import Ending
from tests.unit.engine.store import ACCOUNTS, TYPE, Store, apply, change, put

A, B, C = ACCOUNTS


def thing(account, id):
    return (account, "eu-west-1", TYPE, id)


def world(*ids, account=A, **values):
    return Store({thing(account, each): dict(values or {"x": 0}) for each in ids})


def endings(applied, changes):
    return [applied.results[each.id].ending if each.id in applied.results else None
            for each in changes]  # fmt: skip


async def test_a_change_is_made_and_looked_at_again(tmp_path):
    store = world("a")
    made = change(A, "a", {"x": 1}, {"x": 0})

    result = (await apply(tmp_path, store, [made])).results[made.id]

    assert result.ending is Ending.DONE
    assert result.verified
    assert result.after == {"x": 1}
    assert result.request_ids == ("request-1",)
    assert result.started_at == result.finished_at == "2026-11-24T08:00:00.000Z"


async def test_what_changed_since_the_plan_is_refused_and_the_rest_is_done(tmp_path):
    store = world("a", "b")
    store.things[thing(A, "a")]["x"] = 7
    changes = [change(A, name, {"x": 1}, {"x": 0}) for name in "ab"]

    applied = await apply(tmp_path, store, changes)

    assert endings(applied, changes) == [Ending.REFUSED, Ending.DONE]
    assert applied.results[changes[0].id].reason == "x changed since the plan was made"
    assert store.sent == [("b", "x")]


async def test_what_is_gone_is_refused(tmp_path):
    store = world("b")
    [made] = changes = [change(A, "a", {"x": 1}, {"x": 0})]

    applied = await apply(tmp_path, store, changes)

    assert applied.results[made.id].ending is Ending.REFUSED
    assert applied.results[made.id].reason == "it is gone"
    assert store.sent == []


async def test_what_has_a_result_is_not_done_again(tmp_path):
    store = world("a", "b")
    changes = [change(A, name, {"x": 1}, {"x": 0}) for name in "ab"]
    store.fates["b"] = [Denied("PutThing", "AccessDenied", "no")]

    first = await apply(tmp_path, store, changes)
    second = await apply(tmp_path, store, changes)

    assert endings(first, changes) == [Ending.DONE, Ending.FAILED]
    assert second.results == first.results
    assert store.sent == [("a", "x"), ("b", "x")]


@pytest.mark.parametrize("fate", ["lost", "vain"])
async def test_a_lost_answer_is_settled_by_a_look(tmp_path, fate):
    store = world("a")
    store.fates["a"] = [fate, None]
    made = change(A, "a", {"x": 1}, {"x": 0})

    applied = await apply(tmp_path, store, [made])

    assert applied.results[made.id].ending is Ending.DONE
    assert store.written[made.resource, "x"] == 1
    assert len(store.sent) == (1 if fate == "lost" else 2)


async def test_a_write_that_never_comes_through_fails_after_three(tmp_path):
    store = world("a")
    store.fates["a"] = ["vain"] * 9
    made = change(A, "a", {"x": 1}, {"x": 0})

    applied = await apply(tmp_path, store, [made])

    assert applied.results[made.id].ending is Ending.FAILED
    assert "may have happened" in applied.results[made.id].reason
    assert len(store.sent) == 3


async def test_a_lost_answer_in_a_resource_that_somebody_else_changed_is_not_sent_again(tmp_path):
    store = world("a")
    made = change(A, "a", {"x": 1, "y": 1}, {"x": 0})
    store.fates["a"] = ["lost"]

    applied = await apply(tmp_path, store, [made])

    assert applied.results[made.id].ending is Ending.FAILED
    assert store.sent == [("a", "x")]
    assert applied.results[made.id].after == {"x": 1, "y": None}


async def test_failures_that_an_answer_lists_are_failures(tmp_path):
    store = world("a")
    store.fates["a"] = [{"Unsuccessful": [{"Code": "no"}]}]
    made = change(A, "a", {"x": 1}, {"x": 0}, writes=(put("x", 1, failures="Unsuccessful"),))

    applied = await apply(tmp_path, store, [made])

    assert applied.results[made.id].ending is Ending.FAILED
    assert '[{"Code":"no"}]' in applied.results[made.id].reason


async def test_writes_come_in_order_and_wait_for_one_another(tmp_path):
    store = world("a")
    waiting = put("x", 1, wait="thing_ready", wait_params={"Ids": ["$Id"]})
    made = change(A, "a", {"x": 1, "y": 2}, {"x": 0}, writes=(waiting, put("y", 2)))

    applied = await apply(tmp_path, store, [made])

    assert applied.results[made.id].verified
    assert store.sent == [("a", "x"), ("a", "y")]
    assert store.waited == [{"Ids": ["a"]}]


async def test_what_a_failed_change_wrote_is_told(tmp_path):
    store = world("a")
    store.fates["a"] = [None, Denied("PutThing", "AccessDenied", "no")]
    made = change(A, "a", {"x": 1, "y": 2}, {"x": 0})

    result = (await apply(tmp_path, store, [made])).results[made.id]

    assert result.ending is Ending.FAILED
    assert result.reason == "PutThing: AccessDenied: no (after 1 of 2 writes)"
    assert result.after == {"x": 1, "y": None}


async def test_the_changes_of_a_resource_follow_each_other_in_the_plans_order(tmp_path):
    store = world("a", "b", x=0, y=0)
    changes = [change(A, each, {name: 1}, {name: 0}) for each in "ab" for name in "yx"]

    await apply(tmp_path, store, changes, at_once=16)

    assert [name for of, name in store.sent if of == "a"] == ["y", "x"]


async def test_a_canary_that_fails_keeps_the_others_from_beginning(tmp_path):
    store = world("a", "b")
    store.things[thing(B, "c")] = {"x": 0}
    store.fates["a"] = [CallError("PutThing", "Invalid", "no")]
    changes = [
        *(change(A, name, {"x": 1}, {"x": 0}) for name in "ab"),
        change(B, "c", {"x": 1}, {"x": 0}),
    ]

    applied = await apply(tmp_path, store, changes, canary=1, max_errors=100)

    assert endings(applied, changes) == [Ending.FAILED, Ending.DONE, None]
    assert applied.stopping.startswith("the canary did not end well: set a in 000000000001 failed")


async def test_a_canary_that_is_well_lets_the_others_begin(tmp_path):
    store = Store({thing(each, "a"): {"x": 0} for each in ACCOUNTS})
    changes = [change(each, "a", {"x": 1}, {"x": 0}) for each in ACCOUNTS]

    applied = await apply(tmp_path, store, changes, canary=2)

    assert endings(applied, changes) == [Ending.DONE] * 3


async def test_too_many_errors_end_it(tmp_path):
    store = world(*"abcdefghij")
    store.fates = {name: [CallError("PutThing", "Invalid", "no")] for name in "bcd"}
    changes = [change(A, name, {"x": 1}, {"x": 0}) for name in "abcdefghij"]

    applied = await apply(tmp_path, store, changes, canary=0, max_errors=20)

    assert applied.endings == {Ending.DONE: 1, Ending.FAILED: 3}
    assert applied.stopping.startswith("3 of 10 changes failed, more than --max-errors 20 percent")


async def test_a_rehearsal_looks_and_neither_writes_nor_notes(tmp_path):
    store = world("a", "b")
    store.things[thing(A, "a")]["x"] = 7
    changes = [change(A, name, {"x": 1}, {"x": 0}) for name in "ab"]

    applied = await apply(tmp_path, store, changes, dry_run=True)

    assert endings(applied, changes) == [Ending.REFUSED, Ending.DONE]
    assert store.sent == []
    assert not list(tmp_path.rglob("*.jsonl"))


async def test_killed_at_any_step_and_run_again_each_change_is_made_exactly_once(tmp_path):
    changes = [change(A, "a", {"x": 1}, {"x": 0}), change(B, "b", {"x": 1}, {"x": 0})]
    whole = Store({each.resource: {"x": 0} for each in changes})
    await apply(tmp_path / "whole", whole, changes)

    for step in range(1, whole.steps + 1):
        store = Store({each.resource: {"x": 0} for each in changes}, killed_at=step)
        out = tmp_path / str(step)
        assert await apply(out, store, changes) is None
        store.killed_at = -1
        applied = await apply(out, store, changes)

        assert [each.good for each in endings(applied, changes)] == [True, True], step
        assert store.written == {(each.resource, "x"): 1 for each in changes}, step
        assert store.things == whole.things


async def test_of_several_writes_a_killed_change_never_makes_one_twice(tmp_path):
    waiting = put("x", 1, wait="thing_ready", wait_params={"Ids": ["$Id"]})
    made = change(A, "a", {"x": 1, "y": 2}, {"x": 0}, writes=(waiting, put("y", 2)))
    whole = world("a")
    await apply(tmp_path / "whole", whole, [made])
    refused = 0

    for step in range(1, whole.steps + 1):
        store = world("a")
        store.killed_at = step
        out = tmp_path / str(step)
        assert await apply(out, store, [made]) is None
        store.killed_at = -1
        [ending] = endings(await apply(out, store, [made]), [made])

        assert max(store.written.values()) == 1, step
        refused += ending is Ending.REFUSED
        assert ending is Ending.REFUSED or store.things == whole.things, step
    assert refused == 2  # between a first write and its note, nobody knows whose it was


async def test_a_begun_change_that_somebody_else_changed_is_refused(tmp_path):
    made = change(A, "a", {"x": 1}, {"x": 0})
    store = world("a")
    store.killed_at = 2  # after the intent
    assert await apply(tmp_path, store, [made]) is None
    store.killed_at = -1
    store.things[made.resource]["x"] = 7

    assert endings(await apply(tmp_path, store, [made]), [made]) == [Ending.REFUSED]


async def test_what_can_not_be_seen_afterwards_is_done_and_not_verified(tmp_path):
    store = world("a")
    made = change(A, "a", {"x": 1}, {"x": 0})
    asked = []

    async def look(change):
        asked.append(change)
        if len(asked) > 1:
            raise Denied("GetThing", "AccessDenied", "no more")
        return {"x": 0}

    store.look = look
    result = (await apply(tmp_path, store, [made])).results[made.id]

    assert result.ending is Ending.DONE
    assert not result.verified
    assert "could not be looked at afterwards" in result.reason


async def test_a_goal_that_is_known_tells_that_nothing_is_due(tmp_path):
    store = world("a")
    made = replace(change(A, "a", {"x": 1}, {"x": 0}), goal={"x": 1}, action="tag")
    store.fates["a"] = ["lost"]

    assert endings(await apply(tmp_path, store, [made]), [made]) == [Ending.DONE]
