"""Amazon QuickSight: dashboards and their data sources; no data."""

from scanner.model.resource import Call, ResourceType

DASHBOARD = ResourceType(
    "AWS::QuickSight::Dashboard",
    service="quicksight",
    list=Call("ListDashboards", {"AwsAccountId": "$account"}, out="DashboardSummaryList"),
    id="DashboardId",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
    unsubscribed=(
        "ResourceNotFoundException",
        "UnsupportedUserEditionException",
    ),
)

DATA_SET = ResourceType(
    "AWS::QuickSight::DataSet",
    service="quicksight",
    list=Call("ListDataSets", {"AwsAccountId": "$account"}, out="DataSetSummaries"),
    id="DataSetId",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
    unsubscribed=(
        "ResourceNotFoundException",
        "UnsupportedUserEditionException",
    ),
)

DATA_SOURCE = ResourceType(
    "AWS::QuickSight::DataSource",
    service="quicksight",
    list=Call("ListDataSources", {"AwsAccountId": "$account"}, out="DataSources"),
    id="DataSourceId",
    name="Name",
    arn="Arn",
    created="CreatedTime",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
    unsubscribed=(
        "ResourceNotFoundException",
        "UnsupportedUserEditionException",
    ),
)
