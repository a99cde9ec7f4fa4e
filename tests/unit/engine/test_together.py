"""Changes that are made side by side: they share calls, and each has its own end."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.apply import Apply
from scanner.engine.propose import still_needed
from scanner.engine.together import Answered, Together, batches, kind_of
from scanner.model.change import Risk, Write
from scanner.model.errors import CallError, Denied, Unavailable
from scanner.model.planned import Change, Ending
from scanner.model.resource import Call

GENERAL = "resourcegroupstaggingapi"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
READ = 'sort_by(ResourceTagMappingList[].Tags[] | [?contains(`["K"]`, Key)], &Key)'


def change(number, *, account="111111111111", tags=None, service=GENERAL):
    arn = f"arn:aws:sqs:eu-west-1:{account}:q{number}"
    params = {"ResourceARNList": [arn], "Tags": tags or {"K": "v"}}
    return Change(
        id=arn, account_id=account, region="eu-west-1", resource_type="AWS::SQS::Queue", resource_id=f"q{number}",
        arn=arn, policy="", action="tag", does="", risk=Risk.LOW, irreversible=False, before={"Tags": []},
        writes=(Write(service, "TagResources", params, failures="FailedResourcesMap"),), undo=(), partition="aws",
        service=service, endpoint="eu-west-1",
        reads=(Call("GetResources", {"ResourceARNList": [arn]}, out=READ, name="Tags"),),
    )  # fmt: skip


class Recorder:
    """Hands that write down what they are asked, and answer for what is tagged."""

    def __init__(self, failing=None, refusing=()):
        self.tagged = {}
        self.calls = []
        self.failing = failing or {}
        self.refusing = set(refusing)

    async def look(self, change):
        await anyio.lowlevel.checkpoint()
        [read] = change.reads
        arns = read.params["ResourceARNList"]
        self.calls.append(("look", len(arns)))
        self._refuse(arns)
        tagged = [
            {
                "ResourceARN": arn,
                "Tags": [{"Key": key, "Value": value} for key, value in self.tagged[arn].items()],
            }
            for arn in arns
            if arn in self.tagged
        ]
        assert read.out in ("ResourceTagMappingList", READ)
        if read.out == READ:
            pairs = [pair for each in tagged for pair in each["Tags"] if pair["Key"] == "K"]
            return {read.name: pairs}
        return {read.name: tagged}

    async def write(self, change, write):
        await anyio.lowlevel.checkpoint()
        arns = write.params["ResourceARNList"]
        self.calls.append((write.operation, len(arns)))
        self._refuse(arns)
        failed = {arn: self.failing[arn] for arn in arns if arn in self.failing}
        for arn in set(arns) - failed.keys():
            self.tagged.setdefault(arn, {}).update(write.params["Tags"])
        return Answered({"FailedResourcesMap": failed}, f"r{len(self.calls)}")

    async def wait(self, change, write, params):
        self.calls.append(("wait", 1))

    def _refuse(self, arns):
        if self.refusing & set(arns):
            raise CallError("TagResources", "InvalidParameterException", "one of them is none")


async def run(hands, changes):
    """Look, write and look again, as a change does; return what each met."""
    met = {}

    async def make(change, hands):
        try:
            before = await hands.look(change)
            answer = await hands.write(change, change.writes[0])
            met[change.id] = (before, answer.request_id, await hands.look(change))
        except CallError as exc:
            met[change.id] = exc

    await Together(hands).run([partial(make, each) for each in changes])
    return met


async def test_changes_that_are_alike_share_every_call():
    changes = [change(number) for number in range(5)]
    hands = Recorder()

    met = await run(hands, changes)

    assert hands.calls == [("look", 5), ("TagResources", 5), ("look", 5)]
    assert met == {
        each.id: ({"Tags": []}, "r2", {"Tags": [{"Key": "K", "Value": "v"}]}) for each in changes
    }


async def test_what_fails_of_a_shared_call_fails_alone():
    changes = [change(number) for number in range(4)]
    failing = {
        changes[1].arn: {"ErrorCode": "AccessDeniedException", "ErrorMessage": "not yours"},
        changes[2].arn: {"ErrorCode": "InternalServiceException"},
    }
    hands = Recorder(failing)

    met = await run(hands, changes)

    assert {key for key, each in met.items() if isinstance(each, CallError)} == failing.keys()
    assert (met[changes[1].id].code, met[changes[1].id].message) == (
        "AccessDeniedException",
        "not yours",
    )
    assert isinstance(met[changes[2].id], Unavailable)
    assert hands.calls == [("look", 4), ("TagResources", 4), ("look", 2)]


async def test_a_call_that_one_resource_spoils_is_made_for_each():
    changes = [change(number) for number in range(3)]
    hands = Recorder(refusing=[changes[0].arn])

    met = await run(hands, changes)

    assert isinstance(met[changes[0].id], CallError)
    assert hands.tagged.keys() == {changes[1].arn, changes[2].arn}
    assert hands.calls.count(("TagResources", 2)) == 1


async def test_what_is_refused_as_a_whole_fails_for_all():
    class Refusing(Recorder):
        async def write(self, change, write):
            raise Denied("TagResources", "AccessDenied", "no")

    changes = [change(number) for number in range(3)]

    met = await run(Refusing(), changes)

    assert all(isinstance(each, Denied) for each in met.values())


async def test_writes_that_differ_are_sent_apart():
    changes = [change(0), change(1, tags={"K": "other"}), change(2)]
    hands = Recorder()

    await run(hands, changes)

    assert sorted(hands.calls)[:2] == [("TagResources", 1), ("TagResources", 2)]


async def test_one_that_waits_for_nobody_holds_up_nobody():
    hands = Recorder()
    changes = [change(number) for number in range(3)]

    async def idle(hands):
        await hands.wait(changes[0], changes[0].writes[0], {})

    async def look(change, hands):
        await hands.look(change)

    await Together(hands).run([idle, *(partial(look, each) for each in changes)])

    assert hands.calls == [("wait", 1), ("look", 3)]


async def test_a_failure_that_is_none_of_aws_ends_it_all():
    async def broken(hands):
        raise ZeroDivisionError

    async def looking(hands):
        await hands.look(change(0))

    with pytest.raises(ExceptionGroup) as caught:
        await Together(Recorder()).run([broken, looking])

    assert caught.group_contains(ZeroDivisionError)


class Notes:
    """A trail that keeps everything in lists."""

    def __init__(self):
        self.results, self.begun, self.events = {}, {}, []

    def note(self, event, id, **facts):
        self.events.append((event, id))
        return "now"

    def end(self, result):
        self.results[result.id] = result
        return result


async def test_an_apply_tags_twenty_resources_a_call_and_notes_each():
    changes = [
        replace(change(number), goal={"Tags": [{"Key": "K", "Value": "v"}]}) for number in range(45)
    ]
    failing = {changes[3].arn: {"ErrorCode": "AccessDeniedException", "ErrorMessage": "not yours"}}
    hands, trail = Recorder(failing), Notes()

    applied = await Apply(changes, hands, trail, still_needed({}, NOW)).run()

    sizes = [size for operation, size in hands.calls if operation == "TagResources"]
    assert sorted(sizes) == [5, 20, 20]
    assert [key for key, each in applied.results.items() if each.ending is Ending.FAILED] == [
        changes[3].id
    ]
    assert "not yours" in applied.results[changes[3].id].reason
    assert applied.endings[Ending.DONE] == 44
    assert all(each.verified for each in applied.results.values() if each.ending is Ending.DONE)
    assert sorted(key for event, key in trail.events if event == "intent") == sorted(
        each.id for each in changes
    )
    assert sorted(key for event, key in trail.events if event == "wrote") == sorted(
        each.id for each in changes if each is not changes[3]
    )


async def test_a_resource_that_is_not_as_planned_is_left_out_of_the_shared_call():
    changes = [
        replace(change(number), goal={"Tags": [{"Key": "K", "Value": "v"}]}) for number in range(3)
    ]
    hands = Recorder()
    hands.tagged[changes[1].arn] = {"K": "another"}

    applied = await Apply(changes, hands, Notes(), still_needed({}, NOW)).run()

    assert hands.tagged[changes[1].arn] == {"K": "another"}
    assert applied.results[changes[1].id].ending is Ending.REFUSED
    assert ("TagResources", 2) in hands.calls


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["111111111111", "222222222222"]), st.sampled_from(["a", "b"]),
        st.sampled_from([GENERAL, GENERAL, "iam"]), st.integers(1, 2),
    ),
    max_size=90,
)  # fmt: skip


@given(CHANGES)
def test_batches_hold_every_change_once_and_only_what_may_share(kinds):
    groups = [
        [
            change(f"{number}-{part}", account=account, tags={"K": value}, service=service)
            for part in range(size)
        ]
        for number, (account, value, service, size) in enumerate(kinds)
    ]
    found = list(batches(groups))

    assert sorted(each[0].id for batch in found for each in batch) == sorted(
        each[0].id for each in groups
    )
    assert all(len(batch) <= 20 for batch in found)
    shared = [batch for batch in found if len(batch) > 1]
    for batch in shared:
        assert len({kind_of(each[0]) for each in batch}) == 1
        assert all(len(each) == 1 for each in batch)
    alone = [kind_of(batch[0][0]) for batch in found if len(batch) == 1 and len(batch[0]) == 1]
    lonely = [kind for kind in alone if kind is not None]
    counts = {kind: sum(len(g) == 1 and kind_of(g[0]) == kind for g in groups) for kind in lonely}
    assert all(count % 20 == 1 for count in counts.values())
