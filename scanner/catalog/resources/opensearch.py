"""Amazon OpenSearch Service: domains; no documents."""

from scanner.model.resource import BULK, Call, ResourceType

DOMAIN = ResourceType(
    "AWS::OpenSearchService::Domain",
    service="opensearch",
    list=Call("ListDomainNames", out="DomainNames"),
    id="DomainName",
    name="DomainName",
    arn="ARN",
    each=(
        Call(
            "DescribeDomains",
            {"DomainNames": ["$DomainName"]},
            out="DomainStatusList",
            batch=5,
            match="DomainName=DomainName",
        ),
    ),
    tags=BULK,
)
