"""Amazon S3 Tables: table buckets; no rows."""

from scanner.model.resource import BULK, Call, ResourceType

TABLE_BUCKET = ResourceType(
    "AWS::S3Tables::TableBucket",
    service="s3tables",
    list=Call("ListTableBuckets", out="tableBuckets"),
    id="arn",
    name="name",
    arn="arn",
    created="createdAt",
    tags=BULK,
)
