"""Amazon Bedrock: the account's own models and guardrails; no prompts, no jobs."""

from scanner.model.resource import BULK, Call, ResourceType

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
    tags=BULK,
)

CUSTOM_MODEL = ResourceType(
    "bedrock:custom-model",
    service="bedrock",
    list=Call("ListCustomModels", {"isOwned": True}, out="modelSummaries"),
    id="modelArn",
    name="modelName",
    arn="modelArn",
    created="creationTime",
    each=(
        Call(
            "GetCustomModel",
            {"modelIdentifier": "$modelArn"},
            absent=("ResourceNotFoundException",),
        ),
    ),
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
    each=(
        Call("GetGuardrail", {"guardrailIdentifier": "$id"}, absent=("ResourceNotFoundException",)),
    ),
    tags=BULK,
)

IMPORTED_MODEL = ResourceType(
    "bedrock:imported-model",
    service="bedrock",
    list=Call("ListImportedModels", out="modelSummaries"),
    id="modelArn",
    name="modelName",
    arn="modelArn",
    created="creationTime",
    tags=Call(
        "ListTagsForResource",
        {"resourceARN": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

MODEL_INVOCATION_LOGGING = ResourceType(
    "bedrock:model-invocation-logging",
    service="bedrock",
    list=Call(
        "GetModelInvocationLoggingConfiguration",
        out="[{Id: 'account', loggingConfig: loggingConfig}]",
    ),
    id="Id",
)

PROVISIONED_MODEL_THROUGHPUT = ResourceType(
    "bedrock:provisioned-model-throughput",
    service="bedrock",
    list=Call("ListProvisionedModelThroughputs", out="provisionedModelSummaries"),
    id="provisionedModelArn",
    name="provisionedModelName",
    arn="provisionedModelArn",
    created="creationTime",
    tags=Call(
        "ListTagsForResource",
        {"resourceARN": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
