"""The actions on tags, of every type that has them, and the calls they are made of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import boto3
import pytest
from botocore import xform_name
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from scanner.catalog import Catalog, actions_of_action
from scanner.catalog.tag_calls import GENERAL, TAGS, tag_calls
from scanner.catalog.tagging import NAMES, tag_actions
from scanner.policies.marks import marked_for_op
from scanner.policies.syntax import Scope
from tests.catalog.acting import ACCOUNT, REGION, Planted, faults, found_of, read, send
from tests.catalog.lint import problems

TYPES = Catalog.load().types
CALLS = {name: calls for name, each in TYPES.items() if (calls := tag_calls(each))}
OWN = [name for name, calls in CALLS.items() if not calls.general]
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
QUEUE, GROUP = "AWS::SQS::Queue", "AWS::AutoScaling::AutoScalingGroup"

USERS = {"tags": {"owner": "ann", "env": "dev"}}
ACTS = {
    "tag": {"key": "env", "value": "prod", "tags": {"team": "blue"}},
    "remove-tag": {"tags": ["owner", "nobody"]},
    "rename-tag": {"old_key": "owner", "new_key": "Owner"},
    "mark-for-op": {"op": "delete", "days": 7},
}
"""What each action is told, where a resource has the tags above."""


def act(type, name):
    return {each.name: each for each in tag_actions(TYPES[type])}[name]


def seen(type, name, before, **options):
    """Make what an action sees of a resource with these tags."""
    found = found_of(act(type, name), Planted({}, options, arn="arn:aws:sqs:eu-west-1:1:q"))
    pairs = [{"Key": key, "Value": value} for key, value in before.items()]
    return replace(found, before={TAGS: pairs or None}, now=NOW)


@pytest.fixture(scope="module")
def clients():
    with mock_aws():
        yield cache(lambda service: boto3.client(service, REGION))


def tagged_user(clients):
    tags = [{"Key": key, "Value": value} for key, value in USERS["tags"].items()]
    name = f"user-{len(clients('iam').list_users()['Users'])}"
    clients("iam").create_user(UserName=name, Tags=tags)
    return "AWS::IAM::User", {"UserName": name}


def tagged_gateway(clients):
    made = clients("ec2").create_egress_only_internet_gateway(
        VpcId=clients("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    )["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    tags = [{"Key": key, "Value": value} for key, value in USERS["tags"].items()]
    clients("ec2").create_tags(Resources=[made], Tags=tags)
    return "AWS::EC2::EgressOnlyInternetGateway", {"EgressOnlyInternetGatewayId": made}


def tagged_zone(clients):
    count = len(clients("route53").list_hosted_zones()["HostedZones"])
    made = clients("route53").create_hosted_zone(Name=f"z{count}.test", CallerReference=str(count))
    tags = [{"Key": key, "Value": value} for key, value in USERS["tags"].items()]
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    clients("route53").change_tags_for_resource(
        ResourceType="hostedzone", ResourceId=zone, AddTags=tags
    )
    return "AWS::Route53::HostedZone", {"Id": made["HostedZone"]["Id"]}


def tagged_group(clients):
    name = (
        f"group-{len(clients('autoscaling').describe_auto_scaling_groups()['AutoScalingGroups'])}"
    )
    clients("autoscaling").create_launch_configuration(
        LaunchConfigurationName=name, InstanceType="t3.micro", ImageId="ami-1"
    )
    clients("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, LaunchConfigurationName=name, MinSize=0, MaxSize=0,
        AvailabilityZones=[f"{REGION}a"],
        Tags=[
            {"Key": key, "Value": value, "PropagateAtLaunch": True}
            for key, value in USERS["tags"].items()
        ],
    )  # fmt: skip
    return GROUP, {"AutoScalingGroupName": name}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("plant", [tagged_user, tagged_gateway, tagged_zone, tagged_group])
def test_tags_are_changed_by_a_service_of_its_own_and_given_back(plant, name, clients):
    def ask(service, operation, params):
        return getattr(clients(service), xform_name(operation))(**params)

    type_name, configuration = plant(clients)
    action = act(type_name, name)
    first = read(action, found_of(action, Planted(configuration, ACTS[name])), ask)
    first = replace(first, now=NOW)
    assert action.needed(first)

    send(action, action.writes(first), ask)
    assert not action.needed(replace(read(action, first, ask), now=NOW))
    send(action, action.undo(first), ask)
    assert by_key(read(action, first, ask)) == by_key(first)


def by_key(found):
    return sorted(found.before[TAGS], key=lambda each: each["Key"])


@pytest.mark.parametrize("name", OWN)
def test_the_calls_of_a_service_of_its_own_fit_the_models(name):
    declared, calls = TYPES[name], CALLS[name]
    configuration = {"Id": "/hostedzone/Z1"} if declared.service == "route53" else Everything()
    found = found_of(act(name, "tag"), Planted(configuration, arn="arn:aws:x:::y"))

    merged = tuple(each for each in declared.each if not each.name)
    assert problems(replace(declared, each=(*merged, calls.read)), TYPES) == []
    assert faults(calls.set(found, {"owner": "ann"})) == []
    assert faults(calls.remove(found, ["owner"])) == []


class Everything(dict):
    """A resource that has every member."""

    def get(self, name):
        return f"arn:aws:iam::{ACCOUNT}:policy/of-{name}"

    __getitem__ = get


def test_the_general_calls_fit_the_models_and_say_what_failed():
    calls = CALLS[QUEUE]
    found = seen(QUEUE, "tag", {})
    written = [calls.set(found, {"owner": "ann"}), calls.remove(found, ["owner"])]

    assert calls.service == GENERAL
    assert [faults(each) for each in written] == [[], []]
    assert {each.failures for each in written} == {"FailedResourcesMap"}


def test_the_general_read_gives_what_aws_knows_of_one_resource():
    mapping = {"ResourceARN": "arn:aws:sqs:eu-west-1:1:q", "Tags": [{"Key": "a", "Value": "b"}]}
    action = act(QUEUE, "tag")
    found = found_of(action, Planted({}, arn=mapping["ResourceARN"]))

    def ask(_service, operation, params):
        assert (operation, params) == ("GetResources", {"ResourceARNList": [found.arn]})
        return {"ResourceTagMappingList": [mapping]}

    assert read(action, found, ask).before == {TAGS: [{"Key": "a", "Value": "b"}]}
    assert read(action, found, lambda *_: {"ResourceTagMappingList": []}).before == {TAGS: None}


def test_every_type_with_tags_has_the_actions_on_tags_but_few():
    without = {name for name, each in TYPES.items() if each.tags and name not in CALLS}

    assert without == {
        "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet", "AWS::S3Tables::TableBucket",
        "AWS::ServiceCatalog::Portfolio", "route53domains:domain",
    }  # fmt: skip
    assert all([each.name for each in tag_actions(TYPES[name])] == [*NAMES] for name in CALLS)


def test_the_iam_actions_of_tagging_are_known_for_every_type():
    lacking = [
        name
        for name, calls in CALLS.items()
        if not actions_of_action(act(name, "tag")) or (calls.general and not calls.permissions)
    ]

    assert lacking == []
    assert {"tag:TagResources", "sqs:TagQueue"} <= {*actions_of_action(act(QUEUE, "tag"))}


def test_a_tag_that_is_as_it_should_be_is_not_set_again():
    now = seen(QUEUE, "tag", {"env": "prod", "owner": "ann"}, tags={"env": "prod", "team": "blue"})

    (write,) = act(QUEUE, "tag").writes(now)
    assert write.params["Tags"] == {"team": "blue"}


def test_a_tag_is_not_renamed_onto_one_with_another_value():
    action, options = act(QUEUE, "rename-tag"), {"old_key": "owner", "new_key": "Owner"}

    assert not action.needed(seen(QUEUE, "rename-tag", {"owner": "ann", "Owner": "bo"}, **options))
    (write,) = action.writes(seen(QUEUE, "rename-tag", {"owner": "a", "Owner": "a"}, **options))
    assert (write.operation, write.params["TagKeys"]) == ("UntagResources", ["owner"])


@pytest.mark.parametrize(
    ("options", "mark"),
    [
        ({}, "Resource does not meet policy: stop@2026/11/24"),
        ({"op": "delete", "days": 7}, "Resource does not meet policy: delete@2026/12/01"),
        ({"hours": 10}, "Resource does not meet policy: stop@2026/11/25 0130 UTC"),
        ({"msg": "Unused: {op}@{action_date}"}, "Unused: stop@2026/11/24"),
    ],
)
def test_a_mark_says_what_and_when_as_custodian_says_it(options, mark):
    (write,) = act(QUEUE, "mark-for-op").writes(seen(QUEUE, "mark-for-op", {}, **options))

    assert write.params["Tags"] == {"maid_status": mark}


@given(days=st.integers(0, 400), hours=st.integers(0, 48), later=st.integers(0, 500))
def test_the_filter_finds_a_mark_when_its_day_has_come_and_not_before(days, hours, later):
    found = seen(QUEUE, "mark-for-op", {}, op="delete", days=days, hours=hours)
    (write,) = act(QUEUE, "mark-for-op").writes(found)
    tags = [{"Key": key, "Value": value} for key, value in write.params["Tags"].items()]
    due = (NOW if hours else NOW.replace(hour=0, minute=0)) + timedelta(days=days, hours=hours)
    now = NOW + timedelta(days=later)
    judge = marked_for_op({"type": "marked-for-op", "op": "delete"}, Scope(now)).match

    assert judge({"Tags": tags}) == (now >= due)


def test_a_resource_that_is_marked_for_it_keeps_its_day():
    tags = {"maid_status": "Resource does not meet policy: stop@2026/11/20"}
    action = act(QUEUE, "mark-for-op")

    assert not action.needed(seen(QUEUE, "mark-for-op", tags, days=5))
    assert action.needed(seen(QUEUE, "mark-for-op", tags, op="delete"))


def test_a_mark_needs_to_know_the_day():
    with pytest.raises(ValueError, match="counts from when the plan is made"):
        act(QUEUE, "mark-for-op").needed(replace(seen(QUEUE, "mark-for-op", {}), now=None))


TEXTS = st.text("abXY", min_size=1, max_size=3)
TAGGED = st.dictionaries(TEXTS, TEXTS, max_size=4)


@given(before=TAGGED, wanted=TAGGED, gone=st.lists(TEXTS, min_size=1), old=TEXTS, new=TEXTS)
def test_what_was_done_to_tags_is_undone(before, wanted, gone, old, new):
    told = {
        "tag": {"tags": wanted},
        "remove-tag": {"tags": gone},
        "rename-tag": {"old_key": old, "new_key": new},
        "mark-for-op": {},
    }
    for name, options in told.items():
        action, found = act(QUEUE, name), seen(QUEUE, name, before, **options)
        if not action.needed(found):
            continue
        after = applied(before, action.writes(found))
        assert not action.needed(seen(QUEUE, name, after, **options))
        assert applied(after, action.undo(found)) == before


def applied(tags, writes):
    tags = dict(tags)
    for write in writes:
        tags |= write.params.get("Tags", {})
        for key in write.params.get("TagKeys", ()):
            del tags[key]
    return tags
