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


def template(actions: Iterable[str], role: str) -> Document:
    """Return a CloudFormation template of the member role, for a service-managed StackSet."""
    path, _, name = role.rpartition(":role/")[2].rpartition("/")
    policies = {
        f"Read{number}": _managed_policy(policy)
        for number, policy in enumerate(member_policies(actions), start=1)
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The read-only role that scanner assumes in this account",
        "Parameters": _PARAMETERS,
        "Conditions": {
            "HasExternalId": _is_set("ExternalId"),
            "HasBoundary": _is_set("PermissionsBoundary"),
        },
        "Resources": {**policies, "Role": _role(name, f"/{path}/" if path else "/", policies)},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


_PARAMETERS: Document = {
    "Principal": {
        "Type": "String",
        "Description": "ARN of the central account's role (or of its root) that may enter",
        "AllowedPattern": r"arn:[\w-]+:iam::\d{12}:(root|role/.+|user/.+)",
    },
    "ExternalId": {
        "Type": "String",
        "NoEcho": True,
        "Default": "",
        "Description": "external id that the central account must know; empty for none",
    },
    "PermissionsBoundary": {
        "Type": "String",
        "Default": "",
        "Description": "ARN of a permissions boundary; empty for none",
    },
}


def _role(name: str, path: str, policies: Iterable[str]) -> Document:
    principal = {"Ref": "Principal"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "Path": path,
            "MaxSessionDuration": 43200,
            "AssumeRolePolicyDocument": _if(
                "HasExternalId",
                trust_policy(principal, {"Ref": "ExternalId"}),
                trust_policy(principal, None),
            ),
            "ManagedPolicyArns": [{"Ref": policy} for policy in policies],
            "PermissionsBoundary": _if(
                "HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}
            ),
        },
    }


def _managed_policy(policy: Document) -> Document:
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}


def _is_set(parameter: str) -> Document:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


def _if(condition: str, then: Document, otherwise: Document) -> Document:
    return {"Fn::If": [condition, then, otherwise]}


def _policy(actions: Sequence[str]) -> Document:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _size(policy: Document) -> int:
    return len(compact(policy))


def compact(policy: Document) -> str:
    """Write a policy without white space: STS counts characters."""
    return json.dumps(policy, separators=(",", ":"))
