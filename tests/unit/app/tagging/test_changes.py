"""Lines of a plan on tags: what is written, what gives it back, and what is looked at."""

import jmespath
from hypothesis import given
from hypothesis import strategies as st

from scanner.app.tagging.changes import Tagged, change_of
from scanner.catalog import Catalog
from scanner.catalog.tag_calls import tag_calls
from scanner.model.change import NONE, Found, Risk
from scanner.policies.tagging.judge import Judgement, Kind, Problem

TYPES = Catalog.load().types
ARN = "arn:aws:sqs:eu-west-1:111111111111:q"


def tagged(tags, type="AWS::SQS::Queue", configuration=NONE):
    calls = tag_calls(TYPES[type])
    found = Found(
        "111111111111", "eu-west-1", "aws", type, "q", ARN, configuration, tags, {"Tags": None}
    )
    return Tagged(found, calls, "eu-west-1", tags)


def judgement(set, remove=()):
    problems = (Problem(Kind.MISSING, "K"), Problem(Kind.VALUE, "Other", obstacle="no"))
    return Judgement(problems, set, remove)


def image(change, tags):
    """Return what the change's read shows of a resource with these tags."""
    [read] = change.reads
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    answer = {"ResourceTagMappingList": [{"ResourceARN": ARN, "Tags": pairs}] if tags else []}
    return {read.name: jmespath.search(read.out, answer)}


def applied(tags, writes):
    now = dict(tags)
    for write in writes:
        assert write.params["ResourceARNList"] == [ARN]
        now.update(write.params.get("Tags", {}))
        for key in write.params.get("TagKeys", ()):
            del now[key]
    return now


def test_a_line_says_all_that_apply_needs():
    change = change_of(tagged({"old": "1", "x": "y"}), judgement({"K": "1"}, ("old",)))

    assert (change.account_id, change.region, change.arn, change.service) == (
        "111111111111",
        "eu-west-1",
        ARN,
        "resourcegroupstaggingapi",
    )
    assert (change.policy, change.does, change.risk) == ("K", "set K=1, remove old", Risk.MEDIUM)
    assert change.before == {"Tags": [{"Key": "old", "Value": "1"}]}
    assert change.goal == {"Tags": [{"Key": "K", "Value": "1"}]}
    assert [each.operation for each in change.writes] == ["TagResources", "UntagResources"]
    assert "sqs:TagQueue" in change.permissions
    assert not change.irreversible


def test_a_resource_without_room_for_both_loses_the_old_key_first():
    full = {f"k{number}": "v" for number in range(50)}

    change = change_of(tagged(full), judgement({"K": "v"}, ("k1",)))

    assert [each.operation for each in change.writes] == ["UntagResources", "TagResources"]
    assert [each.operation for each in change.undo] == ["UntagResources", "TagResources"]


def test_types_with_calls_of_their_own_are_tagged_by_these():
    change = change_of(tagged({}, "AWS::IAM::Role", {"RoleName": "r"}), judgement({"K": "v"}))

    assert change.service == "iam"
    assert change.reads[0].params == {"RoleName": "r"}
    assert [(each.operation, each.params["RoleName"]) for each in change.writes] == [
        ("TagRole", "r")
    ]


def test_the_same_change_has_the_same_name_and_another_has_another():
    one = change_of(tagged({}), judgement({"K": "v"}))

    assert one.id == change_of(tagged({"more": "x"}), judgement({"K": "v"})).id
    assert one.id != change_of(tagged({}), judgement({"K": "w"})).id


KEYS = st.sampled_from(["a", "b", "c`d", 'e"f', "K"])
TAGS = st.dictionaries(KEYS, st.sampled_from(["", "1", "2"]))


@given(TAGS, TAGS, st.sets(KEYS), TAGS)
def test_what_a_line_writes_reaches_its_goal_and_its_undo_gives_back_what_was_there(
    tags, set, remove, others
):
    changes = {key: value for key, value in set.items() if tags.get(key) != value}
    gone = tuple(sorted((remove & tags.keys()) - changes.keys()))
    if not changes and not gone:
        return
    change = change_of(tagged(tags), judgement(changes, gone))

    after = applied(tags, change.writes)
    assert image(change, tags) == change.before
    assert image(change, after) == change.goal
    assert applied(after, change.undo) == tags
    untouched = {f"other-{key}": value for key, value in others.items()}
    assert image(change, tags | untouched) == change.before
