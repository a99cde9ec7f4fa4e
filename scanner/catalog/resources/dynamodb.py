"""Amazon DynamoDB: tables and backups; no items."""

from scanner.model.resource import BULK, Call, ResourceType

BACKUP = ResourceType(
    "AWS::DynamoDB::Backup",
    service="dynamodb",
    list=Call("ListBackups", {"BackupType": "ALL"}, out="BackupSummaries"),
    id="BackupArn",
    name="BackupName",
    arn="BackupArn",
    created="BackupCreationDateTime",
)

TABLE = ResourceType(
    "AWS::DynamoDB::Table",
    service="dynamodb",
    list=Call("ListTables", out="TableNames[].{TableName: @}"),
    id="TableName",
    name="TableName",
    arn="arn:{partition}:dynamodb:{region}:{account}:table/{TableName}",
    created="CreationDateTime",
    each=(
        Call(
            "DescribeTable",
            {"TableName": "$TableName"},
            out="Table",
            absent=("ResourceNotFoundException",),
        ),
        Call(
            "DescribeContinuousBackups",
            {"TableName": "$TableName"},
            out="ContinuousBackupsDescription",
            name="ContinuousBackups",
            absent=("TableNotFoundException",),
        ),
        Call(
            "DescribeTimeToLive",
            {"TableName": "$TableName"},
            out="TimeToLiveDescription",
            name="TimeToLive",
            absent=("ResourceNotFoundException",),
        ),
        Call(
            "GetResourcePolicy",
            {"ResourceArn": "$TableArn"},
            out="Policy",
            name="Policy",
            absent=("PolicyNotFoundException", "ResourceNotFoundException"),
        ),
    ),
    tags=BULK,
)
