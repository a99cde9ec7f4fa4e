"""Documents of policies: Custodian's names, and errors that say where."""

from datetime import UTC, datetime

import pytest

from scanner.catalog import Catalog
from scanner.model.errors import SettingsError, TaskError
from scanner.model.record import Record
from scanner.policies.described import describe
from scanner.policies.document import Surroundings, read_policies
from scanner.policies.names import custodian_types
from scanner.policies.sources import values_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TYPES = Catalog.load(everything=True).types
GIVEN = Surroundings(
    NOW, TYPES, lambda source: values_of(source, {"ids.json": '["i-1"]'}.__getitem__)
)
GOOD = """
policies:
- name: old
  resource: aws.ec2
  description: Instances grow old.
  metadata: {severity: high, links: [https://example.org]}
  filters:
  - type: instance-age
    days: 30
  - or:
    - "tag:Owner": absent
    - {type: value, key: InstanceId, op: in, value_from: {url: ids.json}}
"""


def record(configuration, tags=None, **members):
    fields = dict.fromkeys(Record.__slots__) | {
        "account_id": "111111111111", "configuration": configuration, "supplementary": {},
        "tags": tags, "unread": [], "redacted": [],
    }  # fmt: skip
    return Record(**fields | members)


def selects(policy, *args, **members):
    return policy.selects.match(describe(record(*args, **members)))


def one(text):
    (policy,) = read_policies(text, "x.yml", GIVEN)
    return policy


def test_a_policy_becomes_a_control_and_a_filter():
    policy = one(GOOD)

    assert policy.control.id == "old"
    assert policy.control.types == ("AWS::EC2::Instance",)
    assert (policy.control.title, str(policy.control.severity)) == ("Instances grow old.", "high")
    assert selects(policy, {"LaunchTime": "2026-01-01T00:00:00Z"}, {})
    assert not selects(policy, {"LaunchTime": "2026-11-20T00:00:00Z"}, {})
    assert selects(
        policy, {"LaunchTime": "2026-01-01T00:00:00Z", "InstanceId": "i-1"}, {"Owner": "x"}
    )


def test_every_custodian_name_is_one_of_our_types():
    assert set(custodian_types().values()) - set(TYPES) == set()
    assert len(custodian_types()) > 340


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("aws.ec2", "aws.ec3", "x.yml:3: resource 'aws.ec3' is unknown: did you mean"),
        ("aws.ec2", "AWS::EC2::Instanc", "x.yml:3: resource 'AWS::EC2::Instanc' is unknown: did you mean 'AWS::EC2::Instance'"),
        ("instance-age", "instance-agee", "x.yml:8: filter 'instance-agee' is unknown: did you mean 'instance-age'"),
        ("instance-age", "metrics", "x.yml:8: filter 'metrics' can't be decided by what is described: it needs CloudWatch"),
        ("days: 30", "dais: 30", "x.yml:8: instance-age's member 'dais' is unknown: did you mean 'days'"),
        ("op: in", "op: regx", "x.yml:12: op 'regx' is unknown: did you mean"),
        ("ids.json", "ids.yaml", "x.yml:12: value_from's format 'yaml' is unknown"),
        ("  filters:", "  filter:", "x.yml:3: a policy's member 'filter' is unknown: did you mean 'filters'"),
        ("  filters:", "  query: []\n  filters:", "x.yml:3: a policy's 'query' is not known here"),
        ("severity: high", "severity: hihg", "x.yml:3: severity 'hihg' is unknown: did you mean 'high'"),
        ("- name: old", "- [name: old", "no YAML"),
        ("policies:", "policie:", "x.yml: a document of policies has a list `policies`"),
    ],
)  # fmt: skip
def test_an_error_says_where_and_what_was_probably_meant(before, after, said):
    with pytest.raises(SettingsError) as failure:
        read_policies(GOOD.replace(before, after, 1), "x.yml", GIVEN)

    assert said in str(failure.value)


def test_a_policy_can_not_be_there_twice():
    with pytest.raises(SettingsError, match=r"x\.yml:13: policy 'old' is there twice"):
        read_policies(GOOD + GOOD.partition("policies:\n")[2], "x.yml", GIVEN)


def test_what_was_not_read_is_unknown_and_not_absent():
    policy = one(GOOD)

    with pytest.raises(TaskError, match="Tags could not be read"):
        selects(policy, {"LaunchTime": "2026-01-01T00:00:00Z"}, None)
    assert not selects(policy, {"LaunchTime": "2026-11-20T00:00:00Z"}, None)


def test_an_unread_detail_is_unknown_by_whichever_way_it_is_asked_for():
    resource = describe(
        record({"Name": "b"}, {}, unread=["Policy"], supplementary={"Policy": None})
    )

    for ask in (
        lambda: resource["Policy"], lambda: resource.get("Policy"), lambda: "Policy" in resource,
        lambda: list(resource), resource.values, resource.items,
    ):  # fmt: skip
        with pytest.raises(TaskError, match="Policy could not be read"):
            ask()
    assert resource["Name"] == "b"


def test_a_member_may_have_been_in_what_could_not_be_read():
    resource = describe(record({"KeyId": "k"}, {}, unread=["DescribeKey"]))

    assert resource["KeyId"] == "k"
    with pytest.raises(TaskError, match="KeyState is unknown: DescribeKey could not be read"):
        resource.get("KeyState")


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ('["a", "b"]', {"url": "x.json"}, ["a", "b"]),
        ('{"l": [{"i": "a"}, {"i": "b"}]}', {"url": "x.json", "expr": "l[].i"}, {"a", "b"}),
        ("a,b\nc,d\n", {"url": "x.csv"}, {"a", "b", "c", "d"}),
        ("a,b\nc,d\n", {"url": "x.csv", "expr": 1}, {"b", "d"}),
        ("a,b\nc,d\n", {"url": "x", "format": "csv2dict", "expr": "a"}, {"c"}),
        ("a,b\nc,d\n", {"url": "x", "format": "csv2dict"}, {"c", "d"}),
        ("a\n b \n", {"url": "x.txt"}, {"a", "b"}),
    ],
)
def test_values_come_from_files_as_custodian_reads_them(text, source, expected):
    assert values_of(source, lambda _: text) == expected


def group(**rule):
    return {"GroupId": "sg-1", "OwnerId": "1", "IpPermissions": [rule], "IpPermissionsEgress": []}


WORLD = [{"CidrIp": "0.0.0.0/0"}]


@pytest.mark.parametrize(
    ("filter", "rule", "expected"),
    [
        ("{type: ingress, Ports: [22], Cidr: 0.0.0.0/0}", {"FromPort": 20, "ToPort": 30, "IpRanges": WORLD}, True),
        ("{type: ingress, Ports: [22], Cidr: 0.0.0.0/0}", {"FromPort": 80, "ToPort": 80, "IpRanges": WORLD}, False),
        ("{type: ingress, Ports: [22], Cidr: 0.0.0.0/0}", {"IpProtocol": "-1", "IpRanges": WORLD}, True),
        ("{type: ingress, Ports: [22], CidrV6: '::/0'}", {"FromPort": 22, "ToPort": 22, "IpRanges": WORLD}, False),
        ("{type: ingress, OnlyPorts: [443]}", {"FromPort": 443, "ToPort": 443, "IpRanges": WORLD}, False),
        ("{type: ingress, OnlyPorts: [443]}", {"FromPort": 442, "ToPort": 443, "IpRanges": WORLD}, True),
        ("{type: ingress, SelfReference: true}", {"UserIdGroupPairs": [{"GroupId": "sg-1"}]}, True),
        ("{type: ingress, SelfReference: false}", {"UserIdGroupPairs": [{"GroupId": "sg-1"}]}, False),
        ("{type: ingress, Description: {value: open, op: eq}}", {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "open"}]}, True),
        ("{type: ingress, match-operator: or, Cidr: 0.0.0.0/0, FromPort: 1}", {"FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, True),
        ("{type: ingress, Cidr: {op: in, value_type: cidr, value: 10.0.0.0/8}}", {"FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.1.0.0/16"}]}, True),
        ("{type: egress, Cidr: 0.0.0.0/0}", {"FromPort": 1, "ToPort": 2, "IpRanges": WORLD}, False),
    ],
)  # fmt: skip
def test_rules_of_a_security_group(filter, rule, expected):
    policy = one(f"policies: [{{name: g, resource: security-group, filters: [{filter}]}}]")

    assert selects(policy, group(**rule), {}) is expected


def bucket_policy(principal, condition=None, effect="Allow"):
    statement = {"Effect": effect, "Principal": principal, "Action": "s3:GetObject"}
    return {"Policy": {"Statement": statement | ({"Condition": condition} if condition else {})}}


@pytest.mark.parametrize(
    ("filter", "policy", "expected"),
    [
        ("cross-account", bucket_policy("*"), True),
        ("cross-account", bucket_policy("*", effect="Deny"), False),
        ("cross-account", bucket_policy({"AWS": "arn:aws:iam::111111111111:root"}), False),
        ("cross-account", bucket_policy({"AWS": ["arn:aws:iam::222222222222:root"]}), True),
        ("cross-account", bucket_policy({"Service": "logging.s3.amazonaws.com"}), False),
        ("cross-account", bucket_policy("*", {"StringEquals": {"aws:SourceAccount": "111111111111"}}), False),
        ("cross-account", bucket_policy("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), True),
        ("{type: cross-account, whitelist_orgids: [o-1]}", bucket_policy("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), False),
        ("{type: cross-account, whitelist: ['222222222222']}", bucket_policy({"AWS": "222222222222"}), False),
        ("{type: cross-account, everyone_only: true}", bucket_policy({"AWS": "222222222222"}), False),
        ("{type: cross-account, actions: ['s3:Put*']}", bucket_policy("*"), False),
        ("cross-account", {"Policy": None}, False),
    ],
)  # fmt: skip
def test_policies_that_let_strangers_in(filter, policy, expected):
    found = one(f"policies: [{{name: g, resource: s3, filters: [{filter}]}}]")

    assert selects(found, {}, {}, supplementary=policy) is expected


@pytest.mark.parametrize("value", ["REDACTED", "REDACTED:0123456789abcdef"])
def test_a_secret_that_was_redacted_can_not_be_compared_but_is_there(value):
    text = "policies: [{name: g, resource: lambda, filters: [{%s}]}]"
    resource = {"Environment": {"Variables": {"KEY": value}}}

    assert selects(one(text % "Environment.Variables.KEY: present"), resource, {})
    with pytest.raises(TaskError, match="redacted"):
        selects(one(text % "Environment.Variables.KEY: hunter2"), resource, {})
