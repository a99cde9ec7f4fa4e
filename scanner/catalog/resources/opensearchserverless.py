"""Amazon OpenSearch Serverless: collections; no documents."""

from scanner.model.resource import Call, ResourceType

COLLECTION = ResourceType(
    "AWS::OpenSearchServerless::Collection",
    service="opensearchserverless",
    list=Call("ListCollections", out="collectionSummaries"),
    id="id",
    name="name",
    arn="arn",
    created="createdDate",
    each=(
        Call(
            "BatchGetCollection",
            {"ids": ["$id"]},
            out="collectionDetails",
            batch=100,
            match="id=id",
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

VPC_ENDPOINT = ResourceType(
    "AWS::OpenSearchServerless::VpcEndpoint",
    service="opensearchserverless",
    list=Call("ListVpcEndpoints", out="vpcEndpointSummaries"),
    id="id",
    name="name",
)
