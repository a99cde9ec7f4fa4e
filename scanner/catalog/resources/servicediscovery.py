"""AWS Cloud Map: namespaces and services; no instances."""

from scanner.model.resource import BULK, Call, ResourceType

NAMESPACE = ResourceType(
    "servicediscovery:namespace",
    service="servicediscovery",
    list=Call("ListNamespaces", out="Namespaces"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreateDate",
    tags=BULK,
)

SERVICE = ResourceType(
    "AWS::ServiceDiscovery::Service",
    service="servicediscovery",
    list=Call("ListServices", out="Services"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreateDate",
    tags=BULK,
)
