"""Amazon Bedrock: the account's own models and guardrails; no prompts, no jobs."""

from scanner.model.resource import Call, ResourceType

APPLICATION_INFERENCE_PROFILE = ResourceType(
    "AWS::Bedrock::ApplicationInferenceProfile",
    service="bedrock",
    list=Call(
        "ListInferenceProfiles", {"typeEquals": "APPLICATION"}, out="inferenceProfileSummaries"
    ),
    id="inferenceProfileArn",
    name="inferenceProfileName",
    arn="inferenceProfileArn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceARN": "$inferenceProfileArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

CUSTOM_MODEL = ResourceType(
    "bedrock:custom-model",
    service="bedrock",
    list=Call("ListCustomModels", {"isOwned": True}, out="modelSummaries"),
    id="modelArn",
    name="modelName",
    arn="modelArn",
    created="creationTime",
    tags=Call(
        "ListTagsForResource",
        {"resourceARN": "$modelArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

GUARDRAIL = ResourceType(
    "AWS::Bedrock::Guardrail",
    service="bedrock",
    list=Call("ListGuardrails", out="guardrails"),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceARN": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
