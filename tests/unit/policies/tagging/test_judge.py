"""Judging tags: what is found, what is mended, and that what is mended stays so."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.finding import Subject
from scanner.model.target import Account
from scanner.policies.tagging.judge import Judge, Kind
from scanner.policies.tagging.limits import MOST_TAGS, refusal_of
from scanner.policies.tagging.rules import Rule, Rules, Spared, Unwanted, ValueCase
from scanner.policies.tagging.scope import Owner, Scope, type_names
from scanner.policies.tagging.values import Template, Values

ACCOUNT = Account("111111111111", name="shop", ou="r-a/ou-top/ou-deep", tags={"CostCenter": "4711"})
OWNER = Owner(
    ACCOUNT,
    {"ou-deep": "Deep"},
    {"ou-top": {"Unit": "top", "Both": "top"}, "ou-deep": {"Both": "deep"}},
)
VOLUME = Subject(
    "111111111111",
    "eu-west-1",
    "AWS::EC2::Volume",
    "vol-1",
    None,
    "arn:aws:ec2:eu-west-1:111111111111:volume/vol-1",
)
ALL = Scope()


def judge(rules, tags, subject=VOLUME, owner=OWNER):
    parts = [rules] if isinstance(rules, Rule) else rules
    if not isinstance(parts, Rules):
        parts = Rules(tuple(parts))
    return Judge(parts, owner).judge(subject, tags)


def test_nothing_is_found_where_all_is_well():
    assert not judge(Rule("Env", required=ALL, values=Values(("prod",))), {"Env": "prod"}).problems


def test_a_missing_tag_is_set_to_the_default():
    found = judge(
        Rule("Cost", required=ALL, default=Template("${account.tag:CostCenter}")), {"other": "x"}
    )

    assert [(each.kind, each.obstacle) for each in found.problems] == [(Kind.MISSING, None)]
    assert (found.set, found.remove) == ({"Cost": "4711"}, ())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"), ("${account.id}", "111111111111"), ("${account.name}-x", "shop-x"),
        ("${account.ou}", "r-a/ou-top/ou-deep"), ("${ou.name}", "Deep"), ("${ou.tag:Unit}", "top"),
        ("${ou.tag:Both}", "deep"),
    ],
)  # fmt: skip
def test_a_default_may_refer_to_the_account_and_to_the_units_above_it(text, value):
    assert judge(Rule("K", required=ALL, default=Template(text)), {}).set == {"K": value}


@pytest.mark.parametrize(
    ("default", "values", "obstacle"),
    [
        (None, Values(), "the policy has no default"),
        ("${account.tag:None}", Values(), "account 111111111111 has no account.tag:None"),
        ("x", Values(("y",)), "the default 'x' is not allowed: y"),
        ("a;b", Values(), "the default 'a;b': AWS takes no ';' in a value"),
        ("x" * 257, Values(), "at most 256"),
    ],
)
def test_a_default_that_can_not_be_set_is_told_and_not_planned(default, values, obstacle):
    found = judge(
        Rule(
            "K",
            required=ALL,
            values=values,
            default=Template(default) if default is not None else None,
        ),
        {},
    )

    assert not found.changes
    assert obstacle in found.problems[0].obstacle


def test_the_tags_of_an_account_that_were_not_read_are_not_guessed():
    owner = Owner(Account("111111111111"))

    found = judge(Rule("K", required=ALL, default=Template("${account.tag:A}")), {}, owner=owner)

    assert found.problems[0].obstacle == "the tags of account 111111111111 are not known"


def test_a_wrong_value_is_overwritten_only_if_that_is_said():
    rule = Rule("Env", values=Values(("prod", "test")), required=ALL, default=Template("test"))

    kept = judge(rule, {"Env": "foo"})
    assert [(each.kind, each.value, bool(each.obstacle)) for each in kept.problems] == [
        (Kind.VALUE, "foo", True)
    ]
    assert not kept.changes
    assert judge(replace(rule, overwrite=True), {"Env": "foo"}).set == {"Env": "test"}
    assert not judge(replace(rule, overwrite=True), {"Env": "prod"}).changes


def test_the_case_of_keys_and_values_is_mended_only_if_that_is_said():
    strict = Rule("Env", values=Values(("Prod",)))
    kind = replace(strict, fix_key_case=True, value_case=ValueCase.LISTED)

    told = judge(strict, {"ENV": "Prod"})
    assert [(each.kind, each.found) for each in told.problems] == [(Kind.CASE, "ENV")]
    assert not told.changes
    mended = judge(kind, {"ENV": "PROD"})
    assert (mended.set, mended.remove) == ({"Env": "Prod"}, ("ENV",))
    lower = judge(Rule("Env", value_case=ValueCase.LOWER), {"Env": "PROD"})
    assert (lower.problems[0].kind, lower.set) == (Kind.CASE, {"Env": "prod"})


def test_an_old_name_is_renamed_and_nothing_is_lost():
    rule = Rule("CostCenter", required=ALL, renames=("CC",))

    renamed = judge(rule, {"CC": "1"})
    assert [(each.kind, each.found) for each in renamed.problems] == [(Kind.RENAMED, "CC")]
    assert (renamed.set, renamed.remove) == ({"CostCenter": "1"}, ("CC",))
    same = judge(rule, {"CC": "1", "CostCenter": "1"})
    assert (same.set, same.remove) == ({}, ("CC",))
    both = judge(rule, {"CC": "1", "CostCenter": "2"})
    assert not both.changes
    assert "both keys" in both.problems[0].obstacle


def test_a_renamed_value_that_is_not_allowed_is_told():
    found = judge(Rule("Env", renames=("env",), values=Values(("prod",))), {"env": "foo"})

    assert [each.kind for each in found.problems] == [Kind.RENAMED, Kind.VALUE]
    assert found.set == {"Env": "foo"}


def test_forbidden_tags_are_removed_only_if_that_is_said():
    tags = {"tmp-a": "1", "aws:tmp-b": "2", "AWSControlTower-tmp-c": "3", "old": "4", "keep": "5"}
    rules = Rules((Rule("tmp-keep"),), (Unwanted("*tmp-*"), Unwanted("old", removed=True)))

    found = judge(rules, {**tags, "tmp-keep": "wanted"})

    assert [(each.kind, each.found, bool(each.obstacle)) for each in found.problems] == [
        (Kind.FORBIDDEN, "old", False), (Kind.FORBIDDEN, "tmp-a", True),
    ]  # fmt: skip
    assert (found.set, found.remove) == ({}, ("old",))


def test_tags_of_aws_and_control_tower_are_not_touched():
    rule = Rule("AWSThing", fix_key_case=True)

    assert not judge(Rule("Aws:x", fix_key_case=True), {"aws:x": "1"}).problems
    assert not judge(
        replace(rule, key="awsControlTowerx", fix_key_case=True), {"AWSControlTowerX": "1"}
    ).problems


def test_a_redacted_value_is_neither_judged_nor_moved():
    rule = Rule("api_key", values=Values(("x",)), renames=("old",))

    assert not judge(rule, {"api_key": "REDACTED:1"}).problems
    assert judge(rule, {"old": "REDACTED"}).problems[0].obstacle == "its value was redacted"


def test_what_aws_has_no_room_for_is_told():
    rule = Rule("K", required=ALL, default=Template("v"))
    full = {f"k{number}": "v" for number in range(MOST_TAGS)}

    assert "it has 50 tags" in judge(rule, full).problems[0].obstacle
    assert judge(rule, {**dict(list(full.items())[1:]), "aws:x": "y"}).set == {"K": "v"}
    assert judge(Rules((rule,), (Unwanted("k1", removed=True),)), full).set == {"K": "v"}


def test_rules_on_one_key_all_hold():
    first = Rule("Env", values=Values(("prod", "test")), required=ALL)
    second = Rule("Env", values=Values(pattern="p.*"), default=Template("test"))
    third = Rule("Env", default=Template("prod"))

    assert judge([first, second, third], {}).set == {"Env": "prod"}


def test_keys_that_two_policies_spell_differently_are_both_right():
    rules = [Rule("Env", fix_key_case=True, renames=("env",)), Rule("env", fix_key_case=True)]

    assert not judge(rules, {"Env": "x", "env": "y"}).changes
    assert judge(rules, {"ENV": "x"}).set == {"Env": "x"}


def test_a_rule_is_about_its_scope_only():
    scope = Scope(("ec2:volume", "AWS::S3::*"), ("sh*",), ("ou-top",))
    rules = Rules((Rule("K", scope, required=scope),))

    assert Judge(rules, OWNER).concerns(VOLUME)
    assert not Judge(rules, Owner(replace(ACCOUNT, name="other"))).concerns(VOLUME)
    assert not Judge(rules, Owner(replace(ACCOUNT, ou="r-a"))).concerns(VOLUME)
    assert not Judge(rules, OWNER).concerns(
        replace(VOLUME, resource_type="AWS::EC2::Instance", arn="arn:aws:ec2:r:1:instance/i")
    )


def test_an_exemption_spares_a_key_or_a_whole_resource():
    rules = Rules((Rule("A", required=ALL), Rule("B", required=ALL)), (Unwanted("C"),))

    def keys(**globs):
        spared = Spared("r", "o", date(2026, 12, 31), **globs)
        return [each.key for each in judge(replace(rules, spared=(spared,)), {"C": "1"}).problems]

    assert keys(key="A") == ["B", "C"]
    assert keys(key="A", resource="vol-2") == ["A", "B", "C"]
    assert keys(type="AWS::EC2::V*", account="1*", ou="ou-top", resource="arn:*") == []


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:rds:eu-west-1:1:db:mine", "rds:db"), ("arn:aws:s3:::bucket", "s3:bucket"),
        ("arn:aws:sns:r:1:topic", "sns:topic"), ("arn:aws:s3:r:1:accesspoint/a", "s3:accesspoint"),
        ("arn:aws:apigateway:r::/restapis/abc", "apigateway:restapis"), ("arn:aws:iam::1:role/path/r", "iam:role"),
        ("arn:aws:secretsmanager:r:1:secret:a-1", "secretsmanager:secret"),
        ("arn:aws:elasticfilesystem:r:1:file-system/fs-1", "elasticfilesystem:file-system"),
    ],
)  # fmt: skip
def test_a_type_has_the_name_that_its_arns_give_it(arn, name):
    assert type_names("T", arn) == ("T", name)


KEYS = st.sampled_from(
    ["Env", "env", "ENV", "Cost", "cost", "CC", "tmp-x", "aws:x", "AWSControlTower", "api"]
)
VALUES = st.sampled_from(["prod", "Prod", "PROD", "test", "", "300", "a;b", "REDACTED:x"])
WORDS = st.builds(Values, st.lists(st.sampled_from(["prod", "Test", "3*"]), max_size=2).map(tuple))
TEMPLATES = st.sampled_from(
    ["prod", "test", "${account.tag:CostCenter}", "${account.tag:No}", "a;b"]
).map(Template)
RULES = st.builds(
    Rule,
    st.sampled_from(["Env", "Cost", "env"]),
    required=st.sampled_from([None, ALL]),
    values=WORDS,
    renames=st.lists(st.sampled_from(["CC", "tmp-x"]), max_size=2, unique=True).map(tuple),
    fix_key_case=st.booleans(),
    value_case=st.sampled_from([None, *ValueCase]),
    default=st.none() | TEMPLATES,
    overwrite=st.booleans(),
)
UNWANTED = st.builds(
    Unwanted, st.sampled_from(["tmp-*", "*nv", "aws*", "C*"]), removed=st.booleans()
)
POLICIES = st.builds(
    Rules, st.lists(RULES, max_size=3).map(tuple), st.lists(UNWANTED, max_size=2).map(tuple)
)
TAGS = st.dictionaries(KEYS, VALUES, max_size=6)
PADDING = st.sampled_from([0, 43, 48, 49, 50])


@given(POLICIES, TAGS, PADDING)
def test_what_was_mended_needs_no_mending_and_keeps_its_bounds(rules, tags, padding):
    tags = {**tags, **{f"pad{number}": "" for number in range(padding)}}
    found = judge(rules, tags)
    after = {**{key: value for key, value in tags.items() if key not in found.remove}, **found.set}

    assert not judge(rules, after).changes
    assert all(
        refusal_of(key, value) is None or tags.get(key) == value for key, value in after.items()
    )
    for key in tags:
        if key.lower().startswith("aws"):
            assert after.get(key) == tags[key]
    assert sum(not key.startswith("aws:") for key in after) <= max(
        MOST_TAGS, sum(not key.startswith("aws:") for key in tags)
    )
    assert found.changes <= bool(found.problems)


@given(POLICIES, TAGS)
def test_nothing_is_removed_or_overwritten_that_no_rule_says(rules, tags):
    quiet = Rules(
        tuple(
            replace(rule, overwrite=False, fix_key_case=False, value_case=None, renames=())
            for rule in rules.rules
        ),
        tuple(replace(each, removed=False) for each in rules.unwanted),
    )
    found = judge(quiet, tags)

    assert not found.remove
    assert not found.set.keys() & tags.keys()
