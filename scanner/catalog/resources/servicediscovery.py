"""AWS Cloud Map: namespaces and services; no instances."""

from scanner.model.resource import Call, ResourceType

_TAGS = Call(
    "ListTagsForResource",
    {"ResourceARN": "$Arn"},
    out="Tags",
    absent=("ResourceNotFoundException",),
)

NAMESPACE = ResourceType(
    "servicediscovery:namespace",
    service="servicediscovery",
    list=Call("ListNamespaces", out="Namespaces"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreateDate",
    tags=_TAGS,
)

SERVICE = ResourceType(
    "AWS::ServiceDiscovery::Service",
    service="servicediscovery",
    list=Call("ListServices", out="Services"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreateDate",
    tags=_TAGS,
)
