"""Amazon OpenSearch Ingestion: pipelines; no records."""

from scanner.model.resource import Call, ResourceType

PIPELINE = ResourceType(
    "AWS::OSIS::Pipeline",
    service="osis",
    list=Call("ListPipelines", out="Pipelines"),
    id="PipelineName",
    name="PipelineName",
    arn="PipelineArn",
    created="CreatedAt",
    tags="Tags",
)
