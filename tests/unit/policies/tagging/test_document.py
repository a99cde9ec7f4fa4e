"""Policies on tags in either dialect: what they say, and errors that say where."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from scanner.model.errors import SettingsError
from scanner.model.finding import Subject
from scanner.model.target import Account
from scanner.policies.tagging.judge import Judge
from scanner.policies.tagging.organization import TagPolicy, effective_policy, rules_of
from scanner.policies.tagging.read import read_tagging
from scanner.policies.tagging.rules import Rules, ValueCase
from scanner.policies.tagging.schema import schema
from scanner.policies.tagging.scope import Owner, Scope

TYPES = ("AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::S3::Bucket", "ec2:image")
GOOD = """
tags:
- key: CostCenter
  values: ["100", "3*"]
  pattern: "[0-9]{4}"
  key_case: fix
  renames: [cost-center]
  default: ${account.tag:CostCenter}
  overwrite: true
  types: AWS::EC2::*
  ous: [ou-prod*]
- key: Env
  required: true
  values: [prod, test]
  value_case: listed
forbidden: [tmp-*]
remove:
- key: old-*
  accounts: ["111111111111"]
exemptions:
- key: Env
  type: AWS::S3::*
  resource: "*-logs"
  reason: written by AWS
  owner: ann
  expires: 2026-12-31
"""
POLICY = """{
\t"tags": {
\t\t"costcenter": {
\t\t\t"tag_key": {"@@assign": "CostCenter", "@@operators_allowed_for_child_policies": ["@@none"]},
\t\t\t"tag_value": {"@@assign": ["100", "300*"]},
\t\t\t"enforced_for": {"@@assign": ["secretsmanager:ALL_SUPPORTED"]},
\t\t\t"report_required_tag_for": {"@@assign": ["ec2:instance"]}
\t\t}
\t}
}"""


EXAMPLE = re.search(
    r"```yaml\n(.*?)```",
    (Path(__file__).parents[4] / "docs/tagging.md").read_text(encoding="utf-8"),
    re.DOTALL,
)[1]
VALIDATOR = Draft202012Validator(schema())


def read(text):
    return read_tagging(text, "p.yaml", TYPES)


def test_our_dialect_says_what_it_says():
    rules = read(GOOD)

    cost, env = rules.rules
    assert (cost.key, cost.renames, cost.fix_key_case, cost.overwrite) == (
        "CostCenter",
        ("cost-center",),
        True,
        True,
    )
    assert cost.required == cost.scope == Scope(("AWS::EC2::*",), (), ("ou-prod*",))
    assert [cost.values.allow(value) for value in ("100", "3", "3xx", "1234", "10", "12345")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert (env.value_case, env.required) == (ValueCase.LISTED, Scope())
    assert [(each.key, each.removed) for each in rules.unwanted] == [
        ("old-*", True),
        ("tmp-*", False),
    ]
    assert rules.spared[0].reason == "written by AWS"


def test_a_policy_of_organizations_is_known_by_its_shape_and_may_be_indented_by_tabs():
    policy = read(POLICY)

    assert isinstance(policy, TagPolicy)
    [rule] = rules_of(effective_policy([policy], Account("1" * 12)))
    assert (rule.key, str(rule.values), rule.fix_key_case) == ("CostCenter", "100, 300*", True)
    assert (rule.required, rule.enforced) == (
        Scope(("ec2:instance",)),
        Scope(("secretsmanager:*",)),
    )


def test_an_effective_policy_is_one_too():
    plain = '{"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["*"]}}}'

    [rule] = rules_of(effective_policy([read(plain)], Account("1" * 12)))

    assert rule.values.allow("anything")


def test_a_policy_holds_below_its_targets():
    there = read(f'{{"targets": ["ou-ab12-12345678", "222222222222"], "policy": {POLICY}}}')

    def keys(account):
        return len(effective_policy([there], account)["tags"])

    assert keys(Account("1" * 12, ou="r-ab12/ou-ab12-12345678/ou-ab12-87654321")) == 1
    assert keys(Account("1" * 12, ou="r-ab12")) == 0
    assert keys(Account("2" * 12)) == 1
    assert keys(Account("3" * 12)) == 0


def test_several_policies_are_one():
    rules = Rules.of([read(GOOD), read("remove: [x]")])

    assert [each.key for each in rules.unwanted] == ["old-*", "tmp-*", "x"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("key_case: fix", "key_cas: fix", "p.yaml:3: a tag's member 'key_cas' is unknown: did you mean 'key_case'?"),
        ("key_case: fix", "key_case: fixed", "did you mean 'fix'?"),
        ("AWS::EC2::*", "AWS::EC3::Instance", "p.yaml:3: type 'AWS::EC3::Instance' is unknown: did you mean 'AWS::EC2::Instance'?"),
        ("${account.tag:CostCenter}", "${account.tags:CostCenter}", "did you mean 'account.tag:'?"),
        ("${account.tag:CostCenter}", "${account.tag}", "${account.tag} is unknown"),
        ('"[0-9]{4}"', '"[0-9"', "is no regular expression"),
        ('"3*"', '"*3*"', "may have one * at most"),
        ('["100", "3*"]', "[100]", "values takes a text, not 100: quote it"),
        ("key: CostCenter", "key: aws:cost", "p.yaml:3: the key aws:cost is reserved"),
        ("key: CostCenter", "key: a;b", "AWS takes no ';' in a key"),
        ("key: Env", "key: costcenter", "'CostCenter' and 'costcenter' differ in case alone"),
        ("key: Env", "key: cost-center", "'cost-center' is a tag of its own"),
        ("[tmp-*]", '["*"]', "p.yaml:2: '*' would match tags that are not ours to touch"),
        ("[tmp-*]", '["aws:*"]', "not ours to touch"),
        ("  reason: written by AWS\n", "", "p.yaml:21: an exemption needs its reason"),
        ("overwrite: true", "overwrite: 1", "overwrite is true or false"),
        ("  default: ${account.tag:CostCenter}\n", "", "overwrite sets the default, and there is none"),
        ("forbidden:", "forbiden:", "did you mean 'forbidden'?"),
    ],
)  # fmt: skip
def test_errors_of_our_dialect_say_where(before, after, said):
    assert before in GOOD

    with pytest.raises(SettingsError, match=r"^p.yaml:") as caught:
        read(GOOD.replace(before, after))

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("tag_value", "tag_values", "p.yaml:3: costcenter's member 'tag_values' is unknown: did you mean 'tag_value'?"),
        ('{"@@assign": "CostCenter"', '{"@@asign": "CostCenter"', "p.yaml:4: tag_key's operator '@@asign' is unknown: did you mean '@@assign'?"),
        ('{"@@assign": "CostCenter"', '{"@@append": ["CostCenter"]', "tag_key's operator '@@append' is unknown"),
        ('"@@none"', '"@@nothing"', "did you mean '@@none'?"),
        ('"300*"', '"*300*"', "p.yaml:5: '*300*': a value may have one * at most"),
        ('"100", "300*"', "100", "takes a list of texts"),
        ('"secretsmanager:ALL_SUPPORTED"', '"*:*"', "p.yaml:6: '*:*' is no resource type"),
        ('"CostCenter"', '"Cost"', "differs from 'costcenter' in more than its case"),
    ],
)  # fmt: skip
def test_errors_of_the_organizations_dialect_say_where(before, after, said):
    assert before in POLICY

    with pytest.raises(SettingsError, match=r"^p.yaml:") as caught:
        read(POLICY.replace(before, after))

    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "tags: 7", "policies: []"])
def test_what_is_neither_dialect_is_refused(text):
    with pytest.raises(SettingsError, match=r"^p.yaml: a policy on tags has a list"):
        read(text)


def test_a_target_must_be_one():
    with pytest.raises(SettingsError, match=r"'ou-1' is no root, unit or account"):
        read(f'{{"targets": ["ou-1"], "policy": {POLICY}}}')


def test_the_example_of_the_documentation_does_what_it_says():
    account = Account(
        "111122223333", "shop-eu", ou="r-ab12/ou-ab12-prod1234", tags={"cost-center": "0100"}
    )
    owner = Owner(account, unit_tags={"ou-ab12-prod1234": {"owner": "team-shop"}})
    bucket = Subject("111122223333", "eu-west-1", "AWS::S3::Bucket", "b", None, "arn:aws:s3:::b")
    tags = {
        "CC": "4711",
        "Environment": "Prod",
        "owner": "ann",
        "tmp-x": "1",
        "billing-2019-q1": "2",
    }
    judge = Judge(read(EXAMPLE), owner)

    found = judge.judge(bucket, tags)

    assert found.set == {"CostCenter": "4711", "environment": "prod", "owner": "team-shop"}
    assert found.remove == ("CC", "Environment", "billing-2019-q1")
    assert [each.key for each in found.problems if each.obstacle] == ["tmp-x"]
    logs = replace(bucket, resource_id="my-access-logs")
    assert judge.judge(logs, {}).set == {"CostCenter": "0100"}


@pytest.mark.parametrize("text", [GOOD, EXAMPLE, "remove: [x]"])
def test_the_schema_for_editors_accepts_what_can_be_read(text):
    Draft202012Validator.check_schema(schema())
    document = yaml.load(text, Loader=yaml.BaseLoader)

    flags = {"true": True, "false": False}
    for tag in document.get("tags", ()):
        tag.update({name: flags[tag[name]] for name in ("required", "overwrite") if name in tag})
    assert [each.message for each in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("key_case", "key_cas"),
        ("fix", "fixed"),
        ("remove", "removes"),
        ("  expires: 2026-12-31\n", ""),
    ],
)
def test_the_schema_refuses_what_is_misspelt(before, after):
    assert not VALIDATOR.is_valid(yaml.load(GOOD.replace(before, after, 1), Loader=yaml.BaseLoader))
