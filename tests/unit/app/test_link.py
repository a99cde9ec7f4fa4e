import json

import pytest

from scanner.app import link
from scanner.app.iam import actions_for
from scanner.catalog import Catalog
from scanner.model.errors import SettingsError
from scanner.settings import Settings

FEW = ["sqs:ListQueues", "sqs:GetQueueAttributes"]
MANY = [f"service{number}:DescribeSomethingLong" for number in range(300)]


def access(choice, actions=()):
    settings = Settings.of(session_policy=choice)
    return link._access(settings, link._session_policy(choice, actions), "aws-cn")


def test_an_automatic_session_policy_allows_the_plans_actions_alone():
    made = access("auto", FEW)
    allowed = json.loads(made.policy)["Statement"][0]["Action"]
    assert sorted(allowed) == sorted({*FEW, "ec2:DescribeRegions", "tag:GetResources"})
    assert made.policy_arns == ()


@pytest.mark.parametrize("actions", [MANY, ()])
def test_what_sts_would_not_take_is_bounded_by_read_only_access(actions):
    made = access("auto", actions)
    assert made.policy is None
    assert made.policy_arns == ("arn:aws-cn:iam::aws:policy/ReadOnlyAccess",)


def test_without_a_session_policy_the_role_alone_decides():
    made = access("none", FEW)
    assert (made.policy, made.policy_arns) == (None, ())


def test_a_session_policy_from_a_file_loses_its_white_space(tmp_path):
    file = tmp_path / "policy.json"
    file.write_text('{\n  "Version":   "2012-10-17"\n}')
    assert access(str(file)).policy == '{"Version": "2012-10-17"}'


@pytest.mark.parametrize("text", [None, "{"])
def test_a_session_policy_that_can_not_be_read_is_the_users_mistake(tmp_path, text):
    file = tmp_path / "policy.json"
    if text:
        file.write_text(text)
    with pytest.raises(SettingsError, match="--session-policy"):
        access(str(file))


def test_a_child_needs_the_actions_that_find_its_parents():
    types = Catalog.load().types
    actions = actions_for([types["AWS::ECS::Service"]], types)
    assert {"ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices"} <= actions
