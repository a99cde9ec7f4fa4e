"""What an action takes for done: the cases that no single violation shows."""

from dataclasses import replace

import pytest

from scanner.catalog.actions import actions
from tests.catalog.acting import Planted, found_of

ACTIONS = actions([])
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"


def found(type, name, before, **options):
    action = ACTIONS[type, name]
    return action, replace(found_of(action, Planted({"Name": "x"}, options)), before=before)


def needed(type, name, before, **options):
    action, it = found(type, name, before, **options)
    return action.needed(it)


def encrypted(crypto, key=None, *, bucket_key=None):
    default = {"SSEAlgorithm": crypto} | ({"KMSMasterKeyID": key} if key else {})
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}
    return {"Encryption": {"Rules": [rule]}}


@pytest.mark.parametrize(
    ("before", "options", "due"),
    [
        ({"Encryption": None}, {}, True),
        (encrypted("AES256"), {}, False),
        (encrypted("aws:kms", KEY), {}, False),
        (encrypted("AES256"), {"crypto": "aws:kms"}, True),
        (encrypted("aws:kms", KEY, bucket_key=True), {"crypto": "aws:kms"}, False),
        (encrypted("aws:kms", KEY, bucket_key=False), {"crypto": "aws:kms"}, True),
        (encrypted("aws:kms", KEY, bucket_key=True), {"key": "other"}, True),
        (encrypted("aws:kms:dsse", KEY), {"key": KEY}, False),
        (encrypted("aws:kms", KEY, bucket_key=True), {"key": KEY, "crypto": "aws:kms:dsse"}, True),
    ],
)
def test_a_bucket_is_never_encrypted_less_than_it_is(before, options, due):
    assert needed("AWS::S3::Bucket", "set-bucket-encryption", before, **options) is due


@pytest.mark.parametrize(
    ("key", "now", "due"),
    [(None, "", True), (None, "alias/mine", False), ("alias/mine", "", True),
     ("alias/mine", "alias/mine", False), ("alias/mine", "alias/aws/sns", True), ("k", None, False)],
)  # fmt: skip
def test_a_topic_keeps_its_own_key_unless_one_is_named(key, now, due):
    assert needed("AWS::SNS::Topic", "set-encryption", {"Key": now}, key=key) is due


def test_what_logs_into_the_right_bucket_needs_nothing_however_its_keys_look():
    now = {
        "TargetBucket": "logs",
        "TargetPrefix": "",
        "TargetObjectKeyFormat": {"SimplePrefix": {}},
    }
    options = {"target_bucket": "logs", "target_prefix": ""}

    assert not needed("AWS::S3::Bucket", "toggle-logging", {"Logging": now}, **options)
    assert needed("AWS::S3::Bucket", "toggle-logging", {"Logging": now}, **options, enabled=False)


def rule(protocol, first, last, cidr="0.0.0.0/0", *, egress=False):
    names = dict.fromkeys(("V4", "V6", "List", "Group", "Owner", "Description"))
    return {**names, "Egress": egress, "Protocol": protocol, "From": first, "To": last, "V4": cidr}


@pytest.mark.parametrize(
    ("each", "options", "due"),
    [
        (rule("tcp", 20, 30), {"ports": [22]}, True),
        (rule("tcp", 23, 30), {"ports": [22]}, False),
        (rule("-1", -1, -1), {"ports": [22]}, True),
        (rule("icmp", -1, -1), {"ports": [22]}, False),
        (rule("icmp", -1, -1), {}, True),
        (rule("tcp", 22, 22, "10.0.0.0/8"), {}, False),
        (rule("tcp", 22, 22, "10.0.0.0/8"), {"ingress": "all"}, True),
        (rule("tcp", 22, 22, egress=True), {}, False),
        (rule("tcp", 22, 22, egress=True), {"egress": "matched"}, True),
    ],
)
def test_the_rules_that_are_revoked_are_those_meant(each, options, due):
    before = {"Rules": [each]}

    assert needed("AWS::EC2::SecurityGroup", "remove-permissions", before, **options) is due


def test_a_rule_is_put_back_as_it_was():
    group = rule("tcp", 1, 2, None) | {"Group": "sg-1", "Owner": "1", "Description": "mine"}
    listed = rule("-1", -1, -1, None) | {"List": "pl-1"}
    action, it = found(
        "AWS::EC2::SecurityGroup", "remove-permissions", {"Rules": [group, listed]}, ingress="all"
    )

    (revoke,), (authorize,) = action.writes(it), action.undo(it)
    pair = {"GroupId": "sg-1", "UserId": "1", "Description": "mine"}
    assert revoke.params == authorize.params
    assert authorize.params["IpPermissions"] == [
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "UserIdGroupPairs": [pair]},
        {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-1"}]},
    ]


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ({"Root": "ebs", "Lifecycle": None}, True),
        ({"Root": "instance-store", "Lifecycle": None}, False),
        ({"Root": "ebs", "Lifecycle": "spot"}, False),
    ],
)
def test_only_what_can_be_stopped_is_stopped(state, due):
    before = {"Instance": {"State": "running", **state}}

    assert needed("AWS::EC2::Instance", "stop", before) is due


def test_what_is_protected_is_terminated_by_force_alone():
    before = {"Instance": {"State": "stopped"}, "Protected": True}

    assert not needed("AWS::EC2::Instance", "terminate", before)
    assert needed("AWS::EC2::Instance", "terminate", before, force=True)


def test_a_database_of_a_cluster_has_its_protection_from_there():
    before = {"Deleting": False, "Cluster": "one", "DeletionProtection": False}

    assert not needed("AWS::RDS::DBInstance", "modify-db", {"DBInstance": before})
    assert needed("AWS::RDS::DBInstance", "modify-db", {"DBInstance": before | {"Cluster": None}})


UNSET = {
    ("AWS::ECR::Repository", "set-lifecycle"),
    ("AWS::EFS::FileSystem", "set-backup-policy"),
    ("AWS::S3::Bucket", "set-bucket-encryption"),
    ("AWS::S3::Bucket", "set-public-block"),
    ("AWS::S3::Bucket", "set-statements"),
    ("iam:account", "set-password-policy"),
    ("s3control:account", "set-s3-public-block"),
}
"""Where AWS says "there is none" of what is not set, not of the resource."""


@pytest.mark.parametrize("key", ACTIONS, ids=" ".join)
def test_what_is_not_there_needs_nothing_but_where_it_is_what_is_to_be_set(key):
    action = ACTIONS[key]
    if not all(call.absent for call in action.reads):
        return
    required = {each.name: 1 for each in action.options if each.required}
    it = replace(
        found_of(action, Planted({"Name": "x", "AccessKeyId": "x"}, required)),
        before={call.name: None for call in action.reads},
    )

    assert bool(action.needed(it)) is (key in UNSET)
