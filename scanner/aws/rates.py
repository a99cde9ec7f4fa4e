"""The rates at which AWS is known to answer: values with their sources; nothing is counted here.

What is not in the table is not known, and a published figure is a start only: accounts differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: it refills at `per_second` and holds `burst` requests at most."""

    per_second: float
    burst: float


def rate_of(service: str, operation: str | None = None) -> Rate | None:
    """Return the known rate of an operation, or of a service's operations in general."""
    own = _OWN.get(f"{service}:{operation}")
    return own or _EACH.get(service) or _WHOLE.get(service)


def bucket_of(service: str, operation: str) -> str:
    """Name the bucket that an operation draws from: its own, or the one of its service."""
    name = f"{service}:{operation}"
    return name if name in _OWN or service in _EACH else service


def rate_of_bucket(bucket: str) -> Rate | None:
    """Return the known rate of a bucket, by its name; nothing is known of `service:*`."""
    service, _, operation = bucket.partition(":")
    return rate_of(service, operation or None) if operation != "*" else None


def bucket_above(bucket: str) -> str | None:
    """Name what all operations of a service draw from besides, where it limits each by itself."""
    service, _, operation = bucket.partition(":")
    return f"{service}:*" if service in _EACH and operation != "*" else None


def _a_second(count: float, operations: str) -> dict[str, Rate]:
    """Give each operation a bucket of its own; no source names their bursts: a second's worth."""
    return dict.fromkeys(operations.split(), Rate(count, max(1.0, count)))


_OF_MODELS: Mapping[str, Rate] = {
    **_a_second(
        1,
        "kinesis:DescribeLimits sesv2:GetCustomVerificationEmailTemplate "
        "sesv2:GetEmailIdentityPolicies sesv2:GetEmailTemplate sesv2:GetMessageInsights "
        "sesv2:ListCustomVerificationEmailTemplates sesv2:ListEmailTemplates "
        "sesv2:ListRecommendations",
    ),
    **_a_second(
        5,
        "dynamodb:ListBackups dynamodbstreams:ListStreams firehose:ListTagsForDeliveryStream "
        "kinesis:ListStreamConsumers kinesis:ListStreams kinesis:ListTagsForStream "
        "quicksight:ListIngestions",
    ),
    **_a_second(
        10,
        "cognito-identity:ListTagsForResource dax:ListTags dynamodb:DescribeBackup "
        "dynamodb:DescribeContinuousBackups dynamodb:ListTagsOfResource "
        "dynamodbstreams:DescribeStream kinesis:DescribeStream",
    ),
    **_a_second(15, "sns:ListPlatformApplications"),
    **_a_second(20, "kinesis:DescribeStreamConsumer kinesis:DescribeStreamSummary"),
    **_a_second(25, "logs:DescribeLogStreams"),
    **_a_second(
        30,
        "sns:ListEndpointsByPlatformApplication sns:ListSubscriptions "
        "sns:ListSubscriptionsByTopic sns:ListTopics",
    ),
}
"""Stated by AWS in botocore's service models, in the documentation of these operations.

Some hold for a stream or a user rather than the account; the account is the stricter reading.
"""

_OWN: Mapping[str, Rate] = {
    **_OF_MODELS,
    # docs.aws.amazon.com/accounts/latest/reference/quotas.html
    "account:GetAccountInformation": Rate(3, 3),
    "account:GetAlternateContact": Rate(10, 15),
    "account:GetContactInformation": Rate(10, 15),
    "account:GetPrimaryEmail": Rate(3, 3),
    "account:GetRegionOptStatus": Rate(5, 5),
    "account:ListRegions": Rate(5, 5),
    # Steampipe's published limiters, aws/plugin.go of steampipe-plugin-aws
    **_a_second(40, "iam:ListEntitiesForPolicy"),
    **_a_second(35, "iam:GetPolicy iam:GetPolicyVersion"),
    **_a_second(
        15,
        "iam:GetRole iam:ListAttachedRolePolicies iam:ListInstanceProfilesForRole "
        "iam:ListRolePolicies",
    ),
    # docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    **_a_second(100, "lambda:GetFunction"),
    **_a_second(15, "lambda:GetPolicy"),
    # botocore's model of securityhub, in the service's documentation
    "securityhub:GetFindings": Rate(3, 6),
    # A start: AWS publishes no figure for it that could be verified. The caller's account pays.
    "sts:AssumeRole": Rate(100, 100),
}
"""Operations that AWS limits by themselves."""

_EACH: Mapping[str, Rate] = {
    # docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html: non-mutating actions
    "ec2": Rate(20, 100),
    # botocore's model of securityhub: "All other operations"
    "securityhub": Rate(10, 30),
    # botocore's model of ses, in the documentation of nearly every operation that reads
    "ses": Rate(1, 1),
}
"""Services that limit each operation by itself, all alike."""

_WHOLE: Mapping[str, Rate] = {
    # Steampipe's published limiters, aws/plugin.go of steampipe-plugin-aws
    "cloudfront": Rate(5, 10),
    "route53": Rate(5, 10),
    "service-quotas": Rate(5, 5),
    "waf": Rate(5, 10),
    "waf-regional": Rate(5, 10),
    "wafv2": Rate(5, 10),
    # docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: the remaining operations
    "lambda": Rate(15, 15),
    # docs.aws.amazon.com/singlesignon/latest/userguide/limits.html: "collective"
    "sso-admin": Rate(20, 20),
    # Starts: AWS publishes none, and these are known to throttle early
    "cloudformation": Rate(10, 20),
    "organizations": Rate(5, 10),
    "resourcegroupstaggingapi": Rate(5, 15),
}
"""Services of which all operations, less those above, draw from one bucket."""
