"""AWS CodeStar Connections: connections to code hosts."""

from scanner.model.resource import Call, ResourceType

CONNECTION = ResourceType(
    "AWS::CodeStarConnections::Connection",
    service="codestar-connections",
    list=Call("ListConnections", out="Connections"),
    id="ConnectionArn",
    name="ConnectionName",
    arn="ConnectionArn",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$ConnectionArn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
