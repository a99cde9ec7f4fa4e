"""The output's client writes objects below one prefix; a gate without a grant lets nothing write."""

import pytest

from scanner.aws.grant import WRITES, Grant, HubGrant, Planned, Where
from scanner.aws.request import Request
from scanner.model.change import Write

MINE = {"Bucket": "mine", "Key": "scans/x"}
GRANT = Grant("mine", "scans/")


@pytest.mark.parametrize("operation", sorted(WRITES - {"DeleteObjects"}))
def test_objects_of_the_output_may_be_written(operation):
    assert GRANT.covers("s3", operation, MINE)
    assert not GRANT.covers("s3", operation, MINE | {"Bucket": "theirs"})
    assert not GRANT.covers("s3", operation, MINE | {"Key": "scans-of-others/x"})
    assert not GRANT.covers("s3control", operation, MINE)
    assert not GRANT.covers("s3", operation, {"Bucket": "mine"})


def test_all_of_many_keys_must_be_of_the_output():
    mine, theirs = {"Key": "scans/x"}, {"Key": "other/x"}
    assert GRANT.covers("s3", "DeleteObjects", {"Bucket": "mine", "Delete": {"Objects": [mine]}})
    both = {"Bucket": "mine", "Delete": {"Objects": [mine, theirs]}}
    assert not GRANT.covers("s3", "DeleteObjects", both)


@pytest.mark.parametrize("operation", ["DeleteBucket", "PutBucketAcl", "PutObjectAcl"])
def test_what_is_no_writing_of_objects_is_not_granted(operation):
    assert not GRANT.covers("s3", operation, MINE)


def test_what_is_granted_is_not_refused():
    assert Request("s3", "eu-west-1", "PutObject").refusal == "s3:PutObject may change something"
    assert Request("s3", "eu-west-1", "PutObject", granted=True).refusal == ""


HERE = Where("111111111111", "eu-west-1")
TAGS = {"Tags": {"K": "v"}}
PLANNED = Planned(
    (HERE, Write("tagging", "TagResources", {"ResourceARNList": [arn], **TAGS})) for arn in "ab"
)


def tagged(*arns, where=HERE, **params):
    given = {"ResourceARNList": list(arns), **(params or TAGS)}
    return PLANNED.covers("tagging", "TagResources", given, where)


def test_many_resources_may_be_tagged_at_once_if_each_might_be_alone():
    assert tagged("a")
    assert tagged("a", "b")
    assert not tagged("a", "c")
    assert not tagged()
    assert not tagged("a", "b", Tags={"K": "w"})
    assert not tagged("a", where=Where("222222222222", "eu-west-1"))
    assert not PLANNED.covers("tagging", "UntagResources", {"ResourceARNList": ["a"], **TAGS}, HERE)


def finding(account="1", product="arn:aws:securityhub:r:1:product/1/default"):
    return {"AwsAccountId": account, "ProductArn": product}


@pytest.mark.parametrize(
    ("service", "operation", "findings", "covered"),
    [
        ("securityhub", "BatchImportFindings", [finding()], True),
        ("securityhub", "BatchImportFindings", [], False),
        ("securityhub", "BatchImportFindings", [finding(), finding("2")], False),
        ("securityhub", "BatchImportFindings", [finding(product="arn:x:1:product/2/default")], False),
        ("securityhub", "BatchUpdateFindings", [finding()], False),
        ("securityhub", "DisableSecurityHub", [finding()], False),
        ("s3", "BatchImportFindings", [finding()], False),
    ],
)  # fmt: skip
def test_leave_to_import_findings_is_for_the_accounts_own(service, operation, findings, covered):
    assert HubGrant("1").covers(service, operation, {"Findings": findings}) is covered
