"""IAM Access Analyzer: analyzers; no findings."""

from scanner.model.resource import Call, ResourceType

ANALYZER = ResourceType(
    "AWS::AccessAnalyzer::Analyzer",
    service="accessanalyzer",
    list=Call("ListAnalyzers", out="analyzers"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
    tags="tags",
)
