"""AWS CodePipeline: pipelines and webhooks; no runs."""

from scanner.model.resource import BULK, Call, ResourceType

PIPELINE = ResourceType(
    "AWS::CodePipeline::Pipeline",
    service="codepipeline",
    list=Call("ListPipelines", out="pipelines"),
    id="name",
    name="name",
    arn="arn:{partition}:codepipeline:{region}:{account}:{name}",
    created="created",
    each=(
        Call(
            "GetPipeline",
            {"name": "$name"},
            out="merge(pipeline,{pipelineArn:metadata.pipelineArn})",
            absent=("PipelineNotFoundException",),
        ),
    ),
    tags=BULK,
    redact=(
        "stages[].actions[].configuration.OAuthToken",
        "stages[].actions[].configuration.SecretToken",
        "stages[].actions[].environmentVariables[].value",
    ),
)

WEBHOOK = ResourceType(
    "AWS::CodePipeline::Webhook",
    service="codepipeline",
    list=Call("ListWebhooks", out="webhooks"),
    id="arn",
    name="definition.name",
    arn="arn",
    tags="tags",
    redact=("definition.authenticationConfiguration.SecretToken",),
)
