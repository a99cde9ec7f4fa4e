"""Write the CloudFormation templates of the two roles, with their policies; it deploys nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from scanner.app.iam import central_policy, member_policies, output_statements, trust_policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.app.iam import Document

CENTRAL_ROLE = "ScannerCentralRole"
"""What the central role is called, unless its stack is told otherwise."""

LOG_GROUP = "/aws/lambda/scanner*"
"""Where our Lambda functions log; a task of ECS or Batch logs as its execution role."""

_HERE = "${AWS::Partition}"


def member_template(actions: Iterable[str], role: str) -> Document:
    """Return the template of the member role, for a service-managed StackSet."""
    path, _, name = role.rpartition(":role/")[2].rpartition("/")
    policies = {
        f"Read{number}": _managed_policy(policy)
        for number, policy in enumerate(member_policies(actions), start=1)
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role that scanner assumes in this account",
        "Parameters": _MEMBER_PARAMETERS | _BOUNDARY,
        "Conditions": {
            "HasExternalId": _is_set("ExternalId"),
            "HasBoundary": _is_set("PermissionsBoundary"),
        },
        "Resources": {
            **policies,
            "Role": _member_role(name, f"/{path}/" if path else "/", policies),
        },
        "Outputs": _ROLE_ARN,
    }


def central_template(role: str) -> Document:
    """Return the template of the role that scans: it may enter members by `role`, by no other."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role that scanner runs as, in the central account",
        "Parameters": _CENTRAL_PARAMETERS | _BOUNDARY,
        "Conditions": {
            "HasOutputBucket": _is_set("OutputBucket"),
            "HasOutputKey": _is_set("OutputKey"),
            "HasBoundary": _is_set("PermissionsBoundary"),
        },
        "Resources": {"Role": _central_role(role)},
        "Outputs": _ROLE_ARN,
    }


def as_yaml(document: Document) -> str:
    """Write a document as CloudFormation's users read it, everything spelled out."""
    return yaml.dump(document, Dumper=_Plain, sort_keys=False, width=100)


class _Plain(yaml.SafeDumper):
    """Never abbreviates what stands twice by an anchor, which few people can read."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 — the dumper's shape
        return True


_ROLE_ARN: Document = {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}}

_BOUNDARY: Document = {
    "PermissionsBoundary": {
        "Type": "String",
        "Default": "",
        "Description": "ARN of a permissions boundary; empty for none",
    },
}

_MEMBER_PARAMETERS: Document = {
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
}

_CENTRAL_PARAMETERS: Document = {
    "RoleName": {
        "Type": "String",
        "Default": CENTRAL_ROLE,
        "Description": "name of the role, which the member roles trust",
    },
    "Services": {
        "Type": "CommaDelimitedList",
        "Default": "lambda.amazonaws.com,ecs-tasks.amazonaws.com",
        "Description": "AWS services that may run as this role; Batch's jobs are tasks of ECS",
    },
    "OutputBucket": {
        "Type": "String",
        "Default": "",
        "Description": "Bucket of the output; empty where the output is a directory",
    },
    "OutputPrefix": {
        "Type": "String",
        "Default": "scans",
        "AllowedPattern": "[^/].*[^/]",
        "Description": "Prefix of the output in the bucket; nothing else of it is written or read",
    },
    "OutputKey": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "(arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[a-zA-Z0-9-]+)?",
        "Description": "ARN of the KMS key of the output; empty for the bucket's own encryption",
    },
}


def _member_role(name: str, path: str, policies: Iterable[str]) -> Document:
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
            **_bounded(),
        },
    }


def _central_role(role: str) -> Document:
    key = "${OutputKey}"
    write, look, use = output_statements("${OutputBucket}", "${OutputPrefix}", key, _HERE)
    encrypt = use | {"Resource": key}
    runs = {"Effect": "Allow", "Principal": {"Service": {"Ref": "Services"}}}
    policies = [
        _inline("Scan", central_policy(role, _HERE, [_write_logs()])),
        _if("HasOutputBucket", _inline("Output", _allowing(write, look)), _NOTHING),
        _if("HasOutputKey", _inline("Encryption", _allowing(encrypt)), _NOTHING),
    ]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": {"Ref": "RoleName"},
            "AssumeRolePolicyDocument": _allowing(runs | {"Action": "sts:AssumeRole"}),
            "Policies": policies,
            **_bounded(),
        },
    }


def _write_logs() -> Document:
    return {
        "Sid": "WriteLogs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:{_HERE}:logs:*:${{AWS::AccountId}}:log-group:{LOG_GROUP}",
    }


def _inline(name: str, policy: Document) -> Document:
    return {"PolicyName": name, "PolicyDocument": _substituted(policy)}


def _substituted(document: Any) -> Any:
    """Have CloudFormation fill in the parameters that texts name."""
    if isinstance(document, dict):
        return {name: _substituted(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_substituted(value) for value in document]
    return {"Fn::Sub": document} if "${" in str(document) else document


def _allowing(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _managed_policy(policy: Document) -> Document:
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}


_NOTHING: Document = {"Ref": "AWS::NoValue"}


def _bounded() -> Document:
    return {"PermissionsBoundary": _if("HasBoundary", {"Ref": "PermissionsBoundary"}, _NOTHING)}


def _is_set(parameter: str) -> Document:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


def _if(condition: str, then: Document, otherwise: Document) -> Document:
    return {"Fn::If": [condition, then, otherwise]}
