"""Amazon Route 53: hosted zones, their records and health checks."""

from scanner.model.resource import BULK, Call, ResourceType

HEALTH_CHECK = ResourceType(
    "AWS::Route53::HealthCheck",
    service="route53",
    scope="global",
    list=Call("ListHealthChecks", out="HealthChecks"),
    id="Id",
    arn="arn:{partition}:route53:::healthcheck/{Id}",
    each=(
        Call(
            "ListTagsForResources",
            {"ResourceType": "healthcheck", "ResourceIds": ["$Id"]},
            out="ResourceTagSets[].{Id: ResourceId, Tags: Tags}",
            batch=10,
            match="Id=Id",
        ),
    ),
    tags="Tags",
)

HOSTED_ZONE = ResourceType(
    "AWS::Route53::HostedZone",
    service="route53",
    scope="global",
    list=Call("ListHostedZones", out="HostedZones"),
    id="{Id/}",
    name="Name",
    arn="arn:{partition}:route53:::hostedzone/{Id/}",
    each=(
        Call(
            "GetHostedZone",
            {"Id": "$Id"},
            out="{DelegationSet: DelegationSet, VPCs: VPCs}",
            absent=("NoSuchHostedZone",),
        ),
    ),
    tags=BULK,
)

QUERY_LOGGING_CONFIG = ResourceType(
    "AWS::Route53::QueryLoggingConfig",
    service="route53",
    scope="global",
    list=Call("ListQueryLoggingConfigs", out="QueryLoggingConfigs"),
    id="Id",
    arn="arn:{partition}:route53:::queryloggingconfig/{Id}",
)

RECORD_SET = ResourceType(
    "AWS::Route53::RecordSet",
    service="route53",
    scope="global",
    parent="AWS::Route53::HostedZone",
    list=Call(
        "ListResourceRecordSets",
        {"HostedZoneId": "$Id"},
        out="ResourceRecordSets",
    ),
    id="{parent.Id/}/{Name}/{Type}/{SetIdentifier}",
    name="Name",
)
