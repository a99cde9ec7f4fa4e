"""AWS Transfer Family: servers, users and connectors; no keys."""

from scanner.model.resource import BULK, Call, ResourceType

CONNECTOR = ResourceType(
    "AWS::Transfer::Connector",
    service="transfer",
    list=Call("ListConnectors", out="Connectors"),
    id="ConnectorId",
    arn="Arn",
    each=(
        Call(
            "DescribeConnector",
            {"ConnectorId": "$ConnectorId"},
            out="Connector",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="Tags",
)

SERVER = ResourceType(
    "AWS::Transfer::Server",
    service="transfer",
    list=Call("ListServers", out="Servers"),
    id="ServerId",
    arn="Arn",
    each=(
        Call(
            "DescribeServer",
            {"ServerId": "$ServerId"},
            out="Server",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="Tags",
)

USER = ResourceType(
    "AWS::Transfer::User",
    service="transfer",
    parent="AWS::Transfer::Server",
    list=Call("ListUsers", {"ServerId": "$ServerId"}, out="Users"),
    id="Arn",
    name="UserName",
    arn="Arn",
    tags=BULK,
)

WORKFLOW = ResourceType(
    "AWS::Transfer::Workflow",
    service="transfer",
    list=Call("ListWorkflows", out="Workflows"),
    id="WorkflowId",
    arn="Arn",
    tags=BULK,
)
