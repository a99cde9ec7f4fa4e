"""Recipes for what an account has once, whatever its regions: identities and DNS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scanner.simulation.seed.place import pairs

if TYPE_CHECKING:
    from scanner.simulation.seed.place import Place

_PEOPLE = ("alice", "bob", "carol", "dave")


def application_role(place: Place, index: int) -> None:
    """Make the role that the account's applications run as."""
    service = {"Service": ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]}
    place.make(
        "AWS::IAM::Role",
        "iam.create_role",
        RoleName=place.role_arn.rpartition("/")[2],
        Description=f"Application role {index}",
        AssumeRolePolicyDocument=_policy(Principal=service, Action="sts:AssumeRole"),
        Tags=pairs(place.tags()),
    )


def policy(place: Place, index: int) -> None:
    """Make a managed policy; some allow everything."""
    action = "*" if place.chance(0.2) else ["s3:GetObject", "sqs:*"]
    place.make(
        "AWS::IAM::ManagedPolicy",
        "iam.create_policy",
        PolicyName=place.name(index),
        PolicyDocument=_policy(Action=action, Resource="*"),
        Tags=pairs(place.tags()),
    )


def user(place: Place, index: int) -> None:
    """Make a user; half of them have an access key."""
    name = f"{_PEOPLE[index % len(_PEOPLE)]}-{place.account.product}"
    place.make("AWS::IAM::User", "iam.create_user", UserName=name, Tags=pairs(place.tags()))
    if place.chance(0.5):
        place.make("AWS::IAM::AccessKey", "iam.create_access_key", UserName=name)


def zone(place: Place, index: int) -> None:
    """Make a hosted zone with a record."""
    domain = f"{place.name(index)}.{place.account.environment}.acme.example"
    made = place.make(
        "AWS::Route53::HostedZone",
        "route53.create_hosted_zone",
        Name=domain,
        CallerReference=domain,
    )
    place.make(
        "AWS::Route53::RecordSet",
        "route53.change_resource_record_sets",
        HostedZoneId=made["HostedZone"]["Id"],
        ChangeBatch={"Changes": [_address(f"www.{domain}")]},
    )


def _address(name: str) -> dict[str, Any]:
    record = {
        "Name": name,
        "Type": "A",
        "TTL": 300,
        "ResourceRecords": [{"Value": "192.0.2.10"}],
    }
    return {"Action": "UPSERT", "ResourceRecordSet": record}


def _policy(**statement: Any) -> str:
    allowed = {"Effect": "Allow"} | statement
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
