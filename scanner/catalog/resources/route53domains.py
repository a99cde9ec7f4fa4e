"""Amazon Route 53 domains: registered names; no authorization codes, no contacts."""

from scanner.model.resource import Call, ResourceType

DOMAIN = ResourceType(
    "route53domains:domain",
    service="route53domains",
    scope="global",
    home="us-east-1",
    list=Call("ListDomains", out="Domains"),
    id="DomainName",
    name="DomainName",
    tags=Call("ListTagsForDomain", {"DomainName": "$DomainName"}, out="TagList"),
)
