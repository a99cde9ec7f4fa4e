"""AWS Cloud9: environments; no code."""

from scanner.model.resource import Call, ResourceType

ENVIRONMENT_EC2 = ResourceType(
    "AWS::Cloud9::EnvironmentEC2",
    service="cloud9",
    list=Call("ListEnvironments", out="environmentIds[].{id: @}"),
    id="id",
    name="name",
    arn="arn",
    each=(
        Call(
            "DescribeEnvironments",
            {"environmentIds": ["$id"]},
            out="environments",
            batch=25,
            match="id=id",
        ),
    ),
    tags=Call(
        "ListTagsForResource", {"ResourceARN": "$arn"}, out="Tags", absent=("NotFoundException",)
    ),
)
