"""Amazon S3 Vectors: vector buckets and indexes; no vectors."""

from scanner.model.resource import Call, ResourceType

INDEX = ResourceType(
    "AWS::S3Vectors::Index",
    service="s3vectors",
    parent="AWS::S3Vectors::VectorBucket",
    list=Call("ListIndexes", {"vectorBucketName": "$vectorBucketName"}, out="indexes"),
    id="indexArn",
    name="indexName",
    arn="indexArn",
    created="creationTime",
)

VECTOR_BUCKET = ResourceType(
    "AWS::S3Vectors::VectorBucket",
    service="s3vectors",
    list=Call("ListVectorBuckets", out="vectorBuckets"),
    id="vectorBucketName",
    name="vectorBucketName",
    arn="vectorBucketArn",
    created="creationTime",
    each=(
        Call(
            "GetVectorBucket",
            {"vectorBucketName": "$vectorBucketName"},
            out="vectorBucket",
            absent=("NotFoundException",),
        ),
    ),
)
