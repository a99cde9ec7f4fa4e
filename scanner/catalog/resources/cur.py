"""AWS Cost and Usage Report: report definitions; no reports."""

from scanner.model.resource import Call, ResourceType

REPORT_DEFINITION = ResourceType(
    "AWS::CUR::ReportDefinition",
    service="cur",
    scope="global",
    home="us-east-1",
    list=Call("DescribeReportDefinitions", out="ReportDefinitions"),
    id="ReportName",
    name="ReportName",
    arn="arn:{partition}:cur:us-east-1:{account}:definition/{ReportName}",
    tags=Call(
        "ListTagsForResource",
        {"ReportName": "$ReportName"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
