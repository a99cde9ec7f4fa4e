"""Amazon SWF: domains in use; no workflows."""

from scanner.model.resource import BULK, Call, ResourceType

DOMAIN = ResourceType(
    "swf:domain",
    service="swf",
    list=Call("ListDomains", {"registrationStatus": "REGISTERED"}, out="domainInfos"),
    id="name",
    name="name",
    arn="arn",
    tags=BULK,
)
