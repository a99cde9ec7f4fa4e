import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.app.iam import (
    ALWAYS,
    EXTERNAL_ID,
    POLICIES,
    POLICY_SIZE,
    SESSION_SIZE,
    central_policy,
    member_policies,
    output_statements,
    session_policy,
    trust_policy,
)
from scanner.app.stacks import member_template
from scanner.model.errors import SettingsError

actions = st.sets(
    st.from_regex(r"[a-z0-9-]{2,12}:(List|Get|Describe)[A-Z][a-z]{2,20}", fullmatch=True)
)


def allowed(policies):
    return [each for policy in policies for each in policy["Statement"][0]["Action"]]


def compact(policy):
    return json.dumps(policy, separators=(",", ":"))


@given(actions)
def test_policies_allow_exactly_the_actions_and_what_every_scan_does(wanted):
    policies = member_policies(wanted)
    assert sorted(allowed(policies)) == sorted({*wanted, *ALWAYS})
    assert all(len(compact(each)) <= POLICY_SIZE for each in policies)


def test_more_than_a_policy_holds_is_split():
    wanted = [f"service{number:03d}:DescribeSomethingWithALongName" for number in range(400)]
    policies = member_policies(wanted)
    assert 1 < len(policies) <= POLICIES
    assert len(set(allowed(policies))) == len(allowed(policies)) == 400 + len(ALWAYS)


def test_more_than_a_role_holds_is_refused_with_a_way_out():
    wanted = [f"service{number:04d}:DescribeSomethingWithALongName" for number in range(3000)]
    with pytest.raises(SettingsError, match="choose fewer"):
        member_policies(wanted)


@given(actions)
def test_a_session_policy_fits_or_there_is_none(wanted):
    text = session_policy(wanted)
    if text is not None:
        assert len(text) <= SESSION_SIZE
        assert sorted(allowed([json.loads(text)])) == sorted({*wanted, *ALWAYS})


def test_a_trust_policy_names_one_principal_and_asks_for_the_external_id():
    policy = trust_policy("arn:aws:iam::111122223333:root", EXTERNAL_ID)
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}}
    assert "Condition" not in trust_policy("arn:aws:iam::111122223333:root", None)["Statement"][0]


@pytest.mark.parametrize(
    ("role", "resource"),
    [
        ("Reader", "arn:aws:iam::*:role/Reader"),
        ("path/Reader", "arn:aws:iam::*:role/path/Reader"),
        ("arn:aws:iam::{account}:role/x/R", "arn:aws:iam::*:role/x/R"),
    ],
)
def test_the_central_identity_may_enter_by_that_role_alone(role, resource):
    enter, look = central_policy(role)["Statement"]
    assert enter["Resource"] == resource
    assert "sts:AssumeRole" in enter["Action"]
    assert all(each.split(":")[1].startswith(("List", "Describe")) for each in look["Action"])


def test_a_template_makes_the_role_with_all_its_policies_and_no_secret():
    document = member_template(["sqs:ListQueues"], "path/Reader")
    role = document["Resources"]["Role"]["Properties"]
    assert (role["RoleName"], role["Path"]) == ("Reader", "/path/")
    assert role["ManagedPolicyArns"] == [{"Ref": "Read1"}]
    assert document["Parameters"]["ExternalId"]["NoEcho"] is True
    trusted, plain = role["AssumeRolePolicyDocument"]["Fn::If"][1:]
    assert trusted["Statement"][0]["Condition"] == {
        "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}
    }
    assert "Condition" not in plain["Statement"][0]


def test_a_template_is_what_cloudformation_takes(tmp_path):
    from cfnlint.api import lint  # noqa: PLC0415 — heavy, and this test's alone

    wanted = [f"service{number:03d}:DescribeSomethingWithALongName" for number in range(400)]
    found = lint(json.dumps(member_template(wanted, "Reader")), regions=["us-east-1"])
    # cfn-lint knows which actions exist; the made-up ones here do not.
    assert [str(each) for each in found if each.rule.id not in ("W3037", "E3510")] == []


def test_an_output_in_s3_takes_writing_below_its_prefix_alone():
    write, look = output_statements("my-inventory", "scans/nightly")
    assert write["Resource"] == "arn:aws:s3:::my-inventory/scans/nightly/*"
    assert "s3:PutObject" in write["Action"]
    assert look["Resource"] == "arn:aws:s3:::my-inventory"
    assert look["Condition"] == {"StringLikeIfExists": {"s3:prefix": "scans/nightly/*"}}
    whole, _ = output_statements("my-inventory", "", partition="aws-cn")
    assert whole["Resource"] == "arn:aws-cn:s3:::my-inventory/*"


ALIASED = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/inventory"}}


@pytest.mark.parametrize(
    ("key", "resource", "condition"),
    [
        ("arn:aws:kms:eu-west-1:1:key/abc", "arn:aws:kms:eu-west-1:1:key/abc", None),
        ("abc", "arn:aws:kms:*:*:key/abc", None),
        ("alias/inventory", "arn:aws:kms:*:*:key/*", ALIASED),
        ("arn:aws:kms:eu-west-1:1:alias/inventory", "arn:aws:kms:eu-west-1:1:key/*", ALIASED),
    ],
)
def test_the_key_of_an_output_may_be_used_and_no_other(key, resource, condition):
    statement = output_statements("my-inventory", "", key)[-1]
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert (statement["Resource"], statement.get("Condition")) == (resource, condition)
