"""Amazon Redshift Serverless: namespaces and workgroups; no rows, no credentials."""

from scanner.model.resource import Call, ResourceType

NAMESPACE = ResourceType(
    "AWS::RedshiftServerless::Namespace",
    service="redshift-serverless",
    list=Call("ListNamespaces", out="namespaces"),
    id="namespaceName",
    name="namespaceName",
    arn="namespaceArn",
    created="creationDate",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$namespaceArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

WORKGROUP = ResourceType(
    "AWS::RedshiftServerless::Workgroup",
    service="redshift-serverless",
    list=Call("ListWorkgroups", out="workgroups"),
    id="workgroupName",
    name="workgroupName",
    arn="workgroupArn",
    created="creationDate",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$workgroupArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
