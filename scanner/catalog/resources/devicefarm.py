"""AWS Device Farm: projects; no runs."""

from scanner.model.resource import Call, ResourceType

PROJECT = ResourceType(
    "AWS::DeviceFarm::Project",
    service="devicefarm",
    scope="global",
    home="us-west-2",
    list=Call("ListProjects", out="projects"),
    id="arn",
    name="name",
    arn="arn",
    created="created",
    tags=Call(
        "ListTagsForResource", {"ResourceARN": "$arn"}, out="Tags", absent=("NotFoundException",)
    ),
)
