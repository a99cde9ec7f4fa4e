"""Amazon AppFlow: flows and the connections they use; no runs, no credentials."""

from scanner.model.resource import Call, ResourceType

CONNECTOR_PROFILE = ResourceType(
    "AWS::AppFlow::ConnectorProfile",
    service="appflow",
    list=Call("DescribeConnectorProfiles", out="connectorProfileDetails"),
    id="connectorProfileName",
    name="connectorProfileName",
    arn="connectorProfileArn",
    created="createdAt",
)

FLOW = ResourceType(
    "AWS::AppFlow::Flow",
    service="appflow",
    list=Call("ListFlows", out="flows"),
    id="flowName",
    name="flowName",
    arn="flowArn",
    created="createdAt",
    tags="tags",
)
