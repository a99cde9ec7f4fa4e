"""Compile Custodian's `cross-account`: the resource's own policy lets other accounts in."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.errors import SettingsError, TaskError
from scanner.policies.filter import Filter, each
from scanner.policies.grants import Trusted, lets_strangers_in
from scanner.policies.syntax import check_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.policies.filter import Resource
    from scanner.policies.syntax import Scope

POLICIES: Mapping[str, str] = MappingProxyType({
    "AWS::ApiGateway::RestApi": "policy",
    "AWS::Backup::BackupVault": "Policy",
    "AWS::DynamoDB::Table": "Policy",
    "AWS::EC2::VPCEndpoint": "PolicyDocument",
    "AWS::ECR::Repository": "Policy",
    "AWS::EFS::FileSystem": "Policy",
    "AWS::IAM::Role": "AssumeRolePolicyDocument",
    "AWS::KMS::Key": "Policy",
    "AWS::Lambda::Function": "Policy",
    "AWS::Logs::Destination": "accessPolicy",
    "AWS::OpenSearchService::Domain": "AccessPolicies",
    "AWS::S3::AccessPoint": "Policy",
    "AWS::S3::Bucket": "Policy",
    "AWS::SecretsManager::Secret": "Policy",
    "AWS::SNS::Topic": "Policy",
    "AWS::SQS::Queue": "Policy",
})  # fmt: skip
"""The types whose policy is described, and the member or detail that it is."""

_LISTS = MappingProxyType({
    "whitelist": "accounts", "whitelist_vpce": "vpces", "whitelist_vpc": "vpcs",
    "whitelist_orgids": "organizations", "whitelist_org_units": "units",
})  # fmt: skip
MEMBERS = (
    "type", "actions", "everyone_only", "return_allowed", "whitelist_conditions",
    "whitelist_patterns", *_LISTS, *(f"{name}_from" for name in _LISTS), "whitelist_patterns_from",
)  # fmt: skip
_CONDITIONS = ("aws:userid", "aws:username")


def cross_account(data: Mapping[str, Any], scope: Scope) -> Filter:
    """Compile `cross-account`; the account of the resource itself is always trusted."""
    check_members(data, MEMBERS, "cross-account")
    if scope.type not in POLICIES:
        known = ", ".join(sorted(POLICIES))
        raise SettingsError(f"filter 'cross-account' needs a policy that is described: {known}")
    trusted, member = _trusted(data, scope), POLICIES[scope.type]
    allowed = bool(data.get("return_allowed"))

    def judge(resource: Resource) -> bool:
        policy = resource.get(member)
        if not policy:
            return False
        here = replace(trusted, accounts=trusted.accounts | {_owner(resource)})
        return any(
            lets_strangers_in(statement, here) is not allowed for statement in _statements(policy)
        )

    return each(judge, frozenset({member}))


def _trusted(data: Mapping[str, Any], scope: Scope) -> Trusted:
    lists = {field: frozenset(_listed(data, name, scope)) for name, field in _LISTS.items()}
    if any("*" in path or "?" in path for path in lists["units"]):
        raise SettingsError("whitelist_org_units takes whole paths, without wildcards")
    return Trusted(
        **lists,
        patterns=tuple(_listed(data, "whitelist_patterns", scope)),
        conditions=frozenset(
            str(each).lower() for each in data.get("whitelist_conditions", _CONDITIONS)
        ),
        actions=tuple(data.get("actions") or ()),
        everyone_only=bool(data.get("everyone_only")),
    )


def _listed(data: Mapping[str, Any], name: str, scope: Scope) -> list[str]:
    found = list(data.get(name) or ())
    if f"{name}_from" in data:
        found += scope.values(data[f"{name}_from"])
    return [str(each) for each in found]


def _owner(resource: Resource) -> str:
    owner = getattr(resource, "account_id", None)
    if owner is None:
        raise TaskError("cross-account: nothing says whose resource this is")
    return str(owner)


def _statements(policy: Any) -> list[Any]:
    try:
        document = orjson.loads(policy) if isinstance(policy, str) else policy
        found = document.get("Statement") or []
    except (orjson.JSONDecodeError, AttributeError) as exc:
        raise TaskError(f"cross-account: the policy can't be read: {exc}") from exc
    return found if isinstance(found, list) else [found]
