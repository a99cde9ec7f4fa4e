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

AGENT_ALIAS = ResourceType(
    "AWS::Bedrock::AgentAlias",
    service="bedrock-agent",
    parent="AWS::Bedrock::Agent",
    list=Call("ListAgentAliases", {"agentId": "$agentId"}, out="agentAliasSummaries"),
    id="{parent.agentId}/{agentAliasId}",
    name="agentAliasName",
    arn="arn:{partition}:bedrock:{region}:{account}:agent-alias/{parent.agentId}/{agentAliasId}",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)

DATA_SOURCE = ResourceType(
    "AWS::Bedrock::DataSource",
    service="bedrock-agent",
    parent="AWS::Bedrock::KnowledgeBase",
    list=Call(
        "ListDataSources", {"knowledgeBaseId": "$knowledgeBaseId"}, out="dataSourceSummaries"
    ),
    id="{knowledgeBaseId}/{dataSourceId}",
    name="name",
    created="createdAt",
    each=(
        Call(
            "GetDataSource",
            {"knowledgeBaseId": "$knowledgeBaseId", "dataSourceId": "$dataSourceId"},
            out="dataSource",
            absent=("ResourceNotFoundException",),
        ),
    ),
)

FLOW = ResourceType(
    "AWS::Bedrock::Flow",
    service="bedrock-agent",
    list=Call("ListFlows", out="flowSummaries"),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
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

PROMPT = ResourceType(
    "AWS::Bedrock::Prompt",
    service="bedrock-agent",
    list=Call("ListPrompts", out="promptSummaries"),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=Call(
        "ListTagsForResource",
        {"resourceArn": "$arn"},
        out="tags",
        absent=("ResourceNotFoundException",),
    ),
)
