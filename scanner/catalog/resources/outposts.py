"""AWS Outposts: outposts and their sites; no orders."""

from scanner.model.resource import Call, ResourceType

OUTPOST = ResourceType(
    "outposts:outpost",
    service="outposts",
    list=Call("ListOutposts", out="Outposts"),
    id="OutpostId",
    name="Name",
    arn="OutpostArn",
    tags="Tags",
)

SITE = ResourceType(
    "outposts:site",
    service="outposts",
    list=Call("ListSites", out="Sites"),
    id="SiteId",
    name="Name",
    arn="SiteArn",
    tags="Tags",
)
