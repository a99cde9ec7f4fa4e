"""Write the IAM documents that a plan needs, exactly; it calls nothing and grants nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scanner.catalog import actions_of
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scanner.model.resource import ResourceType

POLICY_SIZE = 6144
"""Characters of a managed policy without white space (IAM quotas)."""
POLICIES = 10
"""Managed policies that a role may have attached (IAM quotas, the default)."""
SESSION_SIZE = 2048
"""Characters of a session policy (STS AssumeRole)."""

ALWAYS = ("ec2:DescribeRegions", "tag:GetResources")
"""What a scan does in a member account besides its types' own calls: regions, tags in bulk."""

CENTRAL = (
    "account:ListRegions",
    "organizations:DescribeOrganization",
    "organizations:ListAccounts",
    "organizations:ListAccountsForParent",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListParents",
    "organizations:ListTagsForResource",
)
"""What discovery calls as the central identity."""

OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectTagging",
    "s3:PutObject",
    "s3:PutObjectTagging",
)
"""What an output in S3 is written and read with; a copy takes the tags along."""

EXTERNAL_ID = "YOUR-EXTERNAL-ID"
"""Stands for the shared secret, which is printed nowhere."""

Document = dict[str, Any]


def actions_for(chosen: Iterable[ResourceType], types: Mapping[str, ResourceType]) -> set[str]:
    """Return the actions that looking for these types calls, those of their parents with them.

    Raises CatalogError where the actions of a call are not known.
    """
    found: set[str] = set()
    for each in chosen:
        found.update(actions_of(each))
        while each.parent:
            each = types[each.parent]  # noqa: PLW2901 — up the line of parents
            found.update(actions_of(each))
    return found


def member_policies(actions: Iterable[str]) -> list[Document]:
    """Return policies that allow these actions and what every scan does, each within quota.

    Raises SettingsError where a role could not hold them all.
    """
    policies = [_policy([])]
    for action in sorted({*actions, *ALWAYS}):
        allowed = policies[-1]["Statement"][0]["Action"]
        if _size(_policy([*allowed, action])) > POLICY_SIZE:
            policies.append(_policy([action]))
        else:
            allowed.append(action)
    if len(policies) > POLICIES:
        raise SettingsError(
            f"these types need {len(policies)} policies and a role takes {POLICIES}: choose fewer "
            "--types, or attach ReadOnlyAccess"
        )
    return policies


def session_policy(actions: Iterable[str]) -> str | None:
    """Return a session policy for these actions; None where STS would refuse its size."""
    policy = _policy(sorted({*actions, *ALWAYS}))
    return compact(policy) if _size(policy) <= SESSION_SIZE else None


def trust_policy(principal: str | Document, external_id: str | Document | None) -> Document:
    """Return who may assume the member role: one principal, with the external id if any."""
    statement: Document = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    }
    if external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def central_policy(role: str, partition: str = "aws", kept: Iterable[Document] = ()) -> Document:
    """Return what the central identity may do: discover, and assume that role, no other.

    `kept` are the statements for an output in S3.
    """
    name = role.rpartition(":role/")[2].replace("{account}", "*")
    arn = f"arn:{partition}:iam::*:role/{name}"
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    enter = {"Sid": "EnterMembers", "Effect": "Allow", "Action": actions, "Resource": arn}
    look = {"Sid": "Discover", "Effect": "Allow", "Action": list(CENTRAL), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [enter, look, *kept]}


def output_statements(
    bucket: str, prefix: str, kms_key: str | None = None, partition: str = "aws"
) -> list[Document]:
    """Return what the central identity needs for an output in S3, below its prefix alone."""
    arn = f"arn:{partition}:s3:::{bucket}"
    below = f"{prefix}/*" if prefix else "*"
    write = {
        "Sid": "WriteOutput",
        "Effect": "Allow",
        "Action": list(OBJECTS),
        "Resource": f"{arn}/{below}",
    }
    look = {
        "Sid": "ListOutput",
        "Effect": "Allow",
        "Action": ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
        "Resource": arn,
        # IfExists: without this action a missing object is "denied", and asking has no prefix.
        "Condition": {"StringLikeIfExists": {"s3:prefix": below}},
    }
    return [write, look] if kms_key is None else [write, look, _use_of(kms_key, partition)]


def _use_of(kms_key: str, partition: str) -> Document:
    """Allow what S3 does with a key in the caller's name; an alias is a condition."""
    statement: Document = {
        "Sid": "EncryptOutput",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
    }
    before, alias, name = kms_key.rpartition("alias/")
    if alias:
        statement["Resource"] = f"{before or f'arn:{partition}:kms:*:*:'}key/*"
        aliases = {"kms:ResourceAliases": f"{alias}{name}"}
        return statement | {"Condition": {"ForAnyValue:StringEquals": aliases}}
    is_arn = kms_key.startswith("arn:")
    return statement | {"Resource": kms_key if is_arn else f"arn:{partition}:kms:*:*:key/{kms_key}"}


def _policy(actions: Sequence[str]) -> Document:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _size(policy: Document) -> int:
    return len(compact(policy))


def compact(policy: Document) -> str:
    """Write a policy without white space: STS counts characters."""
    return json.dumps(policy, separators=(",", ":"))
