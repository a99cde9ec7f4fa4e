"""Amazon Keyspaces: keyspaces and tables; no rows."""

from scanner.model.resource import Call, ResourceType

KEYSPACE = ResourceType(
    "AWS::Cassandra::Keyspace",
    service="keyspaces",
    list=Call(
        "ListKeyspaces",
        out="keyspaces[?keyspaceName != 'system' && !starts_with(keyspaceName, 'system_')]",
    ),
    id="keyspaceName",
    name="keyspaceName",
    arn="resourceArn",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

TABLE = ResourceType(
    "AWS::Cassandra::Table",
    service="keyspaces",
    parent="AWS::Cassandra::Keyspace",
    list=Call("ListTables", {"keyspaceName": "$keyspaceName"}, out="tables"),
    id="{keyspaceName}/{tableName}",
    name="tableName",
    arn="resourceArn",
    created="creationTimestamp",
    each=(
        Call(
            "GetTable",
            {"keyspaceName": "$keyspaceName", "tableName": "$tableName"},
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
