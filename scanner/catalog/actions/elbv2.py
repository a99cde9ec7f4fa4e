"""Elastic Load Balancing: the attributes of load balancers."""

from __future__ import annotations

from scanner.catalog.setting import TEXT, on
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_ONE = {"LoadBalancerArn": "$LoadBalancerArn"}

_READ = Call(
    "DescribeLoadBalancerAttributes",
    _ONE,
    out="sort_by(Attributes || `[]`, &Key)",
    name="Attributes",
    absent=("LoadBalancerNotFound",),
)


def _now(found: Found) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in found.before["Attributes"] or ()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _changes(found: Found, wanted: dict[str, str]) -> dict[str, str]:
    """Keep what differs, of attributes that this kind of load balancer has."""
    now = _now(found)
    return {key: value for key, value in wanted.items() if now.get(key, value) != value}


def _modify(found: Found, attributes: dict[str, str]) -> list[Write]:
    pairs = [{"Key": key, "Value": value} for key, value in sorted(attributes.items())]
    params = on(found, _ONE) | {"Attributes": pairs}
    return [Write("elbv2", "ModifyLoadBalancerAttributes", params)]


def _attributes(found: Found) -> dict[str, str]:
    wanted = {key: _text(value) for key, value in found.options["attributes"].items()}
    return _changes(found, wanted)


MODIFY = Action(
    "modify-attributes",
    _TYPE,
    "elbv2",
    "set attributes of a load balancer, such as its protection from deletion",
    Risk.MEDIUM,
    reads=(_READ,),
    needed=lambda found: bool(_attributes(found)),
    writes=lambda found: _modify(found, _attributes(found)),
    undo=lambda found: _modify(found, {key: _now(found)[key] for key in _attributes(found)}),
    options=(
        Option(
            "attributes",
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": ["string", "boolean", "integer"]},
            },
            default={
                "deletion_protection.enabled": True,
                "routing.http.drop_invalid_header_fields.enabled": True,
            },
        ),
    ),
    calls=("ModifyLoadBalancerAttributes",),
)


def _logs(found: Found) -> dict[str, str]:
    if found.options["state"] == "disabled":
        return _changes(found, {"access_logs.s3.enabled": "false"})
    prefix = found.options["prefix"].replace("{account_id}", found.account_id)
    wanted = {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": found.options["bucket"],
        "access_logs.s3.prefix": prefix,
    }
    return _changes(found, wanted)


LOGGING = Action(
    "set-s3-logging",
    _TYPE,
    "elbv2",
    "log the requests to a load balancer into a bucket",
    Risk.LOW,
    reads=(_READ,),
    needed=lambda found: bool(_logs(found)),
    writes=lambda found: _modify(found, _logs(found)),
    undo=lambda found: _modify(found, {key: _now(found)[key] for key in _logs(found)}),
    options=(
        Option("state", {"enum": ["enabled", "disabled"]}, default="enabled"),
        Option("bucket", TEXT, required=True),
        Option("prefix", {"type": "string"}, default=""),
    ),
    calls=("ModifyLoadBalancerAttributes",),
)
