"""Amazon Bedrock Agents: agents and knowledge bases; no sessions."""

from scanner.model.resource import Call, ResourceType

AGENT = ResourceType(
    "AWS::Bedrock::Agent",
    service="bedrock-agent",
    list=Call("ListAgents", out="agentSummaries"),
    id="agentId",
    name="agentName",
    arn="arn:{partition}:bedrock:{region}:{account}:agent/{agentId}",
    created="createdAt",
    each=(
        Call(
            "GetAgent", {"agentId": "$agentId"}, out="agent", absent=("ResourceNotFoundException",)
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$agentArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

KNOWLEDGE_BASE = ResourceType(
    "AWS::Bedrock::KnowledgeBase",
    service="bedrock-agent",
    list=Call("ListKnowledgeBases", out="knowledgeBaseSummaries"),
    id="knowledgeBaseId",
    name="name",
    arn="arn:{partition}:bedrock:{region}:{account}:knowledge-base/{knowledgeBaseId}",
    created="createdAt",
    each=(
        Call(
            "GetKnowledgeBase",
            {"knowledgeBaseId": "$knowledgeBaseId"},
            out="knowledgeBase",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$knowledgeBaseArn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
