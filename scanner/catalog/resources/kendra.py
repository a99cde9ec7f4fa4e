"""Amazon Kendra: indices; no documents."""

from scanner.model.resource import BULK, Call, ResourceType

INDEX = ResourceType(
    "AWS::Kendra::Index",
    service="kendra",
    list=Call("ListIndices", out="IndexConfigurationSummaryItems"),
    id="Id",
    name="Name",
    arn="arn:{partition}:kendra:{region}:{account}:index/{Id}",
    created="CreatedAt",
    each=(Call("DescribeIndex", {"Id": "$Id"}, absent=("ResourceNotFoundException",)),),
    tags=BULK,
)
