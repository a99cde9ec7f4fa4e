"""Amazon Bedrock AgentCore: runtimes, gateways and memories; no sessions, no events."""

from scanner.model.resource import Call, ResourceType

GATEWAY = ResourceType(
    "AWS::BedrockAgentCore::Gateway",
    service="bedrock-agentcore-control",
    list=Call("ListGateways", out="items"),
    id="gatewayId",
    name="name",
    arn="arn:{partition}:bedrock-agentcore:{region}:{account}:gateway/{gatewayId}",
    created="createdAt",
)

MEMORY = ResourceType(
    "AWS::BedrockAgentCore::Memory",
    service="bedrock-agentcore-control",
    list=Call("ListMemories", out="memories"),
    id="id",
    arn="arn",
    created="createdAt",
)

RUNTIME = ResourceType(
    "AWS::BedrockAgentCore::Runtime",
    service="bedrock-agentcore-control",
    list=Call("ListAgentRuntimes", out="agentRuntimes"),
    id="agentRuntimeId",
    name="agentRuntimeName",
    arn="agentRuntimeArn",
    created="createdAt",
    each=(
        Call(
            "GetAgentRuntime",
            {"agentRuntimeId": "$agentRuntimeId"},
            absent=("ResourceNotFoundException",),
        ),
    ),
    redact=("environmentVariables.*",),
)
