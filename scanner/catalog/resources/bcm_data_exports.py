"""AWS Data Exports: exports of billing data; no bills."""

from scanner.model.resource import Call, ResourceType

EXPORT = ResourceType(
    "AWS::BCMDataExports::Export",
    service="bcm-data-exports",
    scope="global",
    list=Call("ListExports", out="Exports"),
    id="ExportArn",
    name="ExportName",
    arn="ExportArn",
    created="ExportStatus.CreatedAt",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="ResourceTags",
        absent=("ResourceNotFoundException",),
    ),
)
