"""Know the calls that read, set and remove the tags of a type's resources; it sends none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.catalog.access import actions_of_operation
from scanner.catalog.setting import on
from scanner.model.change import Write
from scanner.model.resource import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scanner.model.change import Found
    from scanner.model.resource import ResourceType

GENERAL = "resourcegroupstaggingapi"

TAGS = "Tags"
"""The name of the read that gives the tags as they are."""

BATCH = 20
"""ARNs that one call of the Resource Groups Tagging API takes, by botocore's model."""


@dataclass(frozen=True, slots=True)
class TagCalls:
    """How resources of a type are tagged; the functions are pure.

    `read` gives pairs of `Key` and `Value`, for whatever calls itself `TAGS` in a before-image.
    `general` says whether the calls are those of the Resource Groups Tagging API, which take
    many ARNs at once. `writes` names the operations that set and remove; `permissions` are IAM
    actions beyond those of the calls.
    """

    service: str
    read: Call
    set: Callable[[Found, Mapping[str, str]], Write]
    remove: Callable[[Found, Sequence[str]], Write]
    writes: tuple[str, ...]
    permissions: tuple[str, ...] = ()

    @property
    def general(self) -> bool:
        """Say whether many ARNs may be tagged at once."""
        return self.service == GENERAL


def tag_calls(type: ResourceType) -> TagCalls | None:
    """Return the calls that tag resources of a type; None where tags have no calls."""
    if type.type in _OWN:
        return _OWN[type.type]
    if type.service == "ec2" and type.tags and type.type not in _GENERAL_EC2:
        return _ec2(type)
    if not (type.tags and type.arn) or type.service in _UNTAGGED:
        return None
    permissions = _permissions(type.service)
    return TagCalls(GENERAL, _GET, _set_general, _remove_general, _GENERAL_WRITES, permissions)


_GENERAL_WRITES = ("TagResources", "UntagResources")
_GET = Call(
    "GetResources",
    {"ResourceARNList": ["$arn"]},
    out="ResourceTagMappingList[0].Tags",
    page_size=0,
    name=TAGS,
)


def _set_general(found: Found, tags: Mapping[str, str]) -> Write:
    params = {"ResourceARNList": [found.arn], "Tags": dict(tags)}
    return Write(GENERAL, "TagResources", params, failures="FailedResourcesMap")


def _remove_general(found: Found, keys: Sequence[str]) -> Write:
    params = {"ResourceARNList": [found.arn], "TagKeys": list(keys)}
    return Write(GENERAL, "UntagResources", params, failures="FailedResourcesMap")


_UNTAGGED = frozenset({
    "cloudformation",  # the tags of a stack are changed by an update of the stack
    "s3tables",
    "servicecatalog",
})  # fmt: skip
"""Services whose types have tags that no call here changes."""

_GENERAL_EC2 = frozenset(
    f"AWS::EC2::{noun}" if noun[0].isupper() else f"ec2:{noun}"
    for noun in (
        "CapacityReservation", "ClientVpnEndpoint", "CustomerGateway", "DHCPOptions", "EC2Fleet",
        "EIP", "FlowLog", "Host", "Instance", "InternetGateway", "KeyPair", "LaunchTemplate",
        "NatGateway", "NetworkAcl", "NetworkInterface", "RouteTable", "SecurityGroup",
        "SpotFleet", "Subnet", "TransitGateway", "TransitGatewayAttachment",
        "TransitGatewayRouteTable", "VPC", "VPCEndpoint", "VPCPeeringConnection",
        "VPNConnection", "VPNGateway", "Volume", "image", "public-snapshot",
        "reserved-instances", "snapshot", "spot-instance-request",
    )
)  # fmt: skip
"""Source: AWS, "Services that support the Resource Groups Tagging API", Amazon EC2.

Every type of EC2 is tagged by its own call, too; these can be, many at once, by the other.
"""

_NAMES = (
    "AddTags", "AddTagsToCertificate", "AddTagsToResource", "AddTagsToStream", "AddTagsToVault",
    "CreateTags", "DeleteTags", "PutBucketTagging", "RemoveTags", "RemoveTagsFromCertificate",
    "RemoveTagsFromResource", "RemoveTagsFromStream", "RemoveTagsFromVault", "Tag",
    "TagCertificateAuthority", "TagDeliveryStream", "TagQueue", "TagResource", "Untag",
    "UntagCertificateAuthority", "UntagDeliveryStream", "UntagQueue", "UntagResource",
)  # fmt: skip
"""How the services' own operations are called that the general one needs the right to."""

_UNNAMED = MappingProxyType({
    "apigateway": ("apigateway:DELETE", "apigateway:PUT"),
    "apigatewayv2": ("apigateway:DELETE", "apigateway:POST"),
    "codebuild": (
        "codebuild:UpdateFleet", "codebuild:UpdateProject", "codebuild:UpdateReportGroup",
    ),
    "elasticbeanstalk": ("elasticbeanstalk:AddTags", "elasticbeanstalk:RemoveTags"),
    "s3": ("s3:GetBucketTagging", "s3:PutBucketTagging"),
})  # fmt: skip


def _permissions(service: str) -> tuple[str, ...]:
    if service in _UNNAMED:
        return _UNNAMED[service]
    own = {action for name in _NAMES for action in actions_of_operation(service, name)}
    return tuple(sorted(own))


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _ec2(type: ResourceType) -> TagCalls:
    target = {"Resources": [f"${type.id}"]}
    read = Call(
        "DescribeTags",
        {"Filters": [{"Name": "resource-id", "Values": [f"${type.id}"]}]},
        out="Tags[].{Key: Key, Value: Value}",
        name=TAGS,
    )

    def put(found: Found, tags: Mapping[str, str]) -> Write:
        return Write("ec2", "CreateTags", on(found, target) | {"Tags": _pairs(tags)})

    def remove(found: Found, keys: Sequence[str]) -> Write:
        tags = [{"Key": key} for key in keys]
        return Write("ec2", "DeleteTags", on(found, target) | {"Tags": tags})

    return TagCalls("ec2", read, put, remove, ("CreateTags", "DeleteTags"))


def _iam(noun: str, **target: str) -> TagCalls:
    def put(found: Found, tags: Mapping[str, str]) -> Write:
        return Write("iam", f"Tag{noun}", on(found, target) | {"Tags": _pairs(tags)})

    def remove(found: Found, keys: Sequence[str]) -> Write:
        return Write("iam", f"Untag{noun}", on(found, target) | {"TagKeys": list(keys)})

    read = Call(f"List{noun}Tags", target, out="Tags", name=TAGS, absent=("NoSuchEntity",))
    return TagCalls("iam", read, put, remove, (f"Tag{noun}", f"Untag{noun}"))


def _group(found: Found, key: str) -> dict[str, Any]:
    name = found.configuration["AutoScalingGroupName"]
    return {"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": key}


def _set_on_group(found: Found, tags: Mapping[str, str]) -> Write:
    hands_on = {tag["Key"]: tag["PropagateAtLaunch"] for tag in found.before.get(TAGS) or ()}
    params = [
        _group(found, key) | {"Value": value, "PropagateAtLaunch": hands_on.get(key, False)}
        for key, value in sorted(tags.items())
    ]
    return Write("autoscaling", "CreateOrUpdateTags", {"Tags": params})


def _remove_from_group(found: Found, keys: Sequence[str]) -> Write:
    return Write("autoscaling", "DeleteTags", {"Tags": [_group(found, key) for key in keys]})


def _route53(kind: str) -> TagCalls:
    target = {"ResourceType": kind, "ResourceId": "$Id/"}
    change = partial(Write, "route53", "ChangeTagsForResource")
    return TagCalls(
        "route53",
        Call("ListTagsForResource", target, out="ResourceTagSet.Tags", name=TAGS),
        lambda found, tags: change(on(found, target) | {"AddTags": _pairs(tags)}),
        lambda found, keys: change(on(found, target) | {"RemoveTagKeys": list(keys)}),
        ("ChangeTagsForResource",),
    )


_OWN: Mapping[str, TagCalls] = MappingProxyType({
    "AWS::AutoScaling::AutoScalingGroup": TagCalls(
        "autoscaling",
        Call(
            "DescribeTags",
            {"Filters": [{"Name": "auto-scaling-group", "Values": ["$AutoScalingGroupName"]}]},
            out="Tags[].{Key: Key, Value: Value, PropagateAtLaunch: PropagateAtLaunch}",
            name=TAGS,
        ),
        _set_on_group,
        _remove_from_group,
        ("CreateOrUpdateTags", "DeleteTags"),
    ),
    "AWS::IAM::InstanceProfile": _iam(
        "InstanceProfile", InstanceProfileName="$InstanceProfileName"
    ),
    "AWS::IAM::ManagedPolicy": _iam("Policy", PolicyArn="$Arn"),
    "AWS::IAM::OIDCProvider": _iam("OpenIDConnectProvider", OpenIDConnectProviderArn="$Arn"),
    "AWS::IAM::Role": _iam("Role", RoleName="$RoleName"),
    "AWS::IAM::SAMLProvider": _iam("SAMLProvider", SAMLProviderArn="$Arn"),
    "AWS::IAM::ServerCertificate": _iam(
        "ServerCertificate", ServerCertificateName="$ServerCertificateName"
    ),
    "AWS::IAM::User": _iam("User", UserName="$UserName"),
    "AWS::IAM::VirtualMFADevice": _iam("MFADevice", SerialNumber="$SerialNumber"),
    "AWS::Route53::HealthCheck": _route53("healthcheck"),
    "AWS::Route53::HostedZone": _route53("hostedzone"),
})  # fmt: skip
"""Types that the Resource Groups Tagging API does not serve, or not in every region."""
