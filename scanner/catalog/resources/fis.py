"""AWS Fault Injection Service: experiment templates; no experiments."""

from scanner.model.resource import Call, ResourceType

EXPERIMENT_TEMPLATE = ResourceType(
    "AWS::FIS::ExperimentTemplate",
    service="fis",
    list=Call("ListExperimentTemplates", out="experimentTemplates"),
    id="id",
    arn="arn",
    created="creationTime",
    tags="tags",
)
