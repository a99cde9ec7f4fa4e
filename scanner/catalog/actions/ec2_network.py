"""Amazon EC2: what lets traffic in or records it, and what lies about unused."""

from __future__ import annotations

from typing import Any

from scanner.catalog.setting import TEXT, Setting, on, on_alone, option, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_GROUP = {"GroupId": "$GroupId"}

_RULES = Call(
    "DescribeSecurityGroupRules",
    {"Filters": [{"Name": "group-id", "Values": ["$GroupId"]}]},
    # A rule that is put back has a new id: they are told apart, and sorted, by what they say.
    out="sort_by(SecurityGroupRules[].{Egress: IsEgress, Protocol: IpProtocol, From: FromPort, "
    "To: ToPort, V4: CidrIpv4, V6: CidrIpv6, List: PrefixListId, "
    "Group: ReferencedGroupInfo.GroupId, Owner: ReferencedGroupInfo.UserId, "
    "Description: Description} || `[]`, &to_string(@))",
    name="Rules",
    absent=("InvalidGroup.NotFound",),
)

_WORLD = ("0.0.0.0/0", "::/0")
_WITH_PORTS = ("tcp", "udp", "sctp")


def _revoked(found: Found, *, egress: bool) -> list[dict[str, Any]]:
    which = found.options["egress" if egress else "ingress"]
    rules = [each for each in found.before["Rules"] or () if each["Egress"] == egress]
    return [each for each in rules if _is_meant(each, which, found.options["ports"])]


def _is_meant(rule: dict[str, Any], which: str | None, ports: list[int]) -> bool:
    if which is None or (which == "matched" and not {rule["V4"], rule["V6"]} & {*_WORLD}):
        return False
    if not ports or rule["Protocol"] == "-1":
        return True
    first, last = rule["From"], rule["To"]
    return rule["Protocol"] in _WITH_PORTS and any(first <= port <= last for port in ports)


def _permission(rule: dict[str, Any]) -> dict[str, Any]:
    said = {"Description": rule["Description"]} if rule["Description"] else {}
    permission: dict[str, Any] = {"IpProtocol": rule["Protocol"]}
    if rule["Protocol"] != "-1":
        permission |= {"FromPort": rule["From"], "ToPort": rule["To"]}
    if rule["V4"]:
        return permission | {"IpRanges": [{"CidrIp": rule["V4"], **said}]}
    if rule["V6"]:
        return permission | {"Ipv6Ranges": [{"CidrIpv6": rule["V6"], **said}]}
    if rule["List"]:
        return permission | {"PrefixListIds": [{"PrefixListId": rule["List"], **said}]}
    owner = {"UserId": rule["Owner"]} if rule["Owner"] else {}
    return permission | {"UserIdGroupPairs": [{"GroupId": rule["Group"], **owner, **said}]}


def _permissions(found: Found, verb: str) -> list[Write]:
    failures = "UnknownIpPermissions" if verb == "Revoke" else ""
    return [
        Write(
            "ec2",
            f"{verb}SecurityGroup{direction}",
            on(found, _GROUP) | {"IpPermissions": [_permission(each) for each in rules]},
            failures=failures,
        )
        for direction in ("Ingress", "Egress")
        if (rules := _revoked(found, egress=direction == "Egress"))
    ]


_WHICH = {"enum": ["matched", "all"]}

REMOVE_PERMISSIONS = Action(
    "remove-permissions",
    "AWS::EC2::SecurityGroup",
    "ec2",
    "revoke the rules that let the whole world in, or all of them; on some ports, or any",
    Risk.HIGH,
    reads=(_RULES,),
    needed=lambda found: any(_revoked(found, egress=each) for each in (False, True)),
    writes=lambda found: _permissions(found, "Revoke"),
    undo=lambda found: _permissions(found, "Authorize"),
    options=(
        Option("ingress", _WHICH, default="matched"),
        Option("egress", _WHICH),
        Option(
            "ports",
            {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 65535}},
            default=[],
        ),
    ),
    calls=(
        "AuthorizeSecurityGroupEgress",
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
    ),
)

_ADDRESS = {"AllocationId": "$AllocationId"}

RELEASE = Action(
    "release",
    "AWS::EC2::EIP",
    "ec2",
    "release an address that is used by nothing",
    Risk.HIGH,
    reads=(
        Call(
            "DescribeAddresses",
            {"AllocationIds": ["$AllocationId"]},
            out="Addresses[0].{PublicIp: PublicIp, Association: AssociationId}",
            name="Address",
            absent=("InvalidAllocationID.NotFound",),
        ),
    ),
    needed=lambda found: (
        found.before["Address"] is not None and not found.before["Address"]["Association"]
    ),
    writes=lambda found: [Write("ec2", "ReleaseAddress", on(found, _ADDRESS))],
    calls=("ReleaseAddress",),
)

_INTERFACE = {"NetworkInterfaceId": "$NetworkInterfaceId"}

DELETE_INTERFACE = Action(
    "delete",
    "AWS::EC2::NetworkInterface",
    "ec2",
    "delete a network interface that is attached to nothing",
    Risk.HIGH,
    reads=(
        Call(
            "DescribeNetworkInterfaces",
            {"NetworkInterfaceIds": ["$NetworkInterfaceId"]},
            out="NetworkInterfaces[0].{Status: Status, Attachment: Attachment.AttachmentId}",
            name="NetworkInterface",
            absent=("InvalidNetworkInterfaceID.NotFound",),
        ),
    ),
    needed=lambda found: (found.before["NetworkInterface"] or {}).get("Status") == "available",
    writes=lambda found: [Write("ec2", "DeleteNetworkInterface", on(found, _INTERFACE))],
    calls=("DeleteNetworkInterface",),
)

MODIFY_SUBNET = Setting(
    Call(
        "DescribeSubnets",
        {"SubnetIds": ["$SubnetId"]},
        out="Subnets[0].MapPublicIpOnLaunch",
        name="MapPublicIpOnLaunch",
        absent=("InvalidSubnetID.NotFound",),
    ),
    option("MapPublicIpOnLaunch"),
    lambda found, state: Write(
        "ec2",
        "ModifySubnetAttribute",
        on(found, {"SubnetId": "$SubnetId"}) | {"MapPublicIpOnLaunch": {"Value": state}},
    ),
).action(
    name="modify",
    type="AWS::EC2::Subnet",
    service="ec2",
    does="stop giving a public address to whatever is launched in a subnet",
    risk=Risk.MEDIUM,
    options=(switch("MapPublicIpOnLaunch", default=False),),
    calls=("ModifySubnetAttribute",),
)


_FLOW: dict[str, dict[str, Any]] = {
    "TrafficType": {"enum": ["ACCEPT", "REJECT", "ALL"]},
    "LogDestinationType": {"enum": ["cloud-watch-logs", "s3", "kinesis-data-firehose"]},
    "MaxAggregationInterval": {"enum": [60, 600]},
    "LogDestination": TEXT,
    "LogGroupName": TEXT,
    "DeliverLogsPermissionArn": TEXT,
    "LogFormat": TEXT,
}
_FLOW_DEFAULTS = {"TrafficType": "ALL", "LogDestinationType": "s3", "MaxAggregationInterval": 600}


def _flow_log(found: Found) -> Write:
    said = {**found.options, **found.options["attrs"]}
    attributes = {name: said[name] for name in said if name in _FLOW and said[name] is not None}
    target = on(found, {"ResourceIds": ["$VpcId"]}) | {"ResourceType": "VPC"}
    return Write("ec2", "CreateFlowLogs", target | attributes, failures="Unsuccessful")


def _added(found: Found) -> list[str]:
    """List the flow logs that are there since the change."""
    before = found.before["FlowLogs"] or ()
    return [each for each in found.after.get("FlowLogs") or () if each not in before]


FLOW_LOG = Action(
    "set-flow-log",
    "AWS::EC2::VPC",
    "ec2",
    "record the traffic of a network that no flow log records",
    Risk.LOW,
    reads=(
        Call(
            "DescribeFlowLogs",
            {"Filter": [{"Name": "resource-id", "Values": ["$VpcId"]}]},
            out="FlowLogs[].FlowLogId",
            name="FlowLogs",
        ),
    ),
    needed=lambda found: not found.before["FlowLogs"],
    writes=lambda found: [_flow_log(found)],
    undo=lambda found: [
        Write("ec2", "DeleteFlowLogs", {"FlowLogIds": _added(found)}, failures="Unsuccessful")
    ],
    options=(
        *(Option(name, schema, _FLOW_DEFAULTS.get(name)) for name, schema in _FLOW.items()),
        Option(
            "attrs",
            {"type": "object", "properties": _FLOW, "additionalProperties": False},
            default={},
        ),
        on_alone("state"),
    ),
    permissions=("iam:PassRole", "logs:CreateLogDelivery", "logs:DeleteLogDelivery"),
    calls=("CreateFlowLogs", "DeleteFlowLogs"),
)
