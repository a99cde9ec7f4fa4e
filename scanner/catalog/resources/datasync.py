"""AWS DataSync: agents, locations and tasks; no data."""

from scanner.model.resource import BULK, Call, ResourceType

AGENT = ResourceType(
    "AWS::DataSync::Agent",
    service="datasync",
    list=Call("ListAgents", out="Agents"),
    id="AgentArn",
    name="Name",
    arn="AgentArn",
    tags=BULK,
)

LOCATION = ResourceType(
    "datasync:location",
    service="datasync",
    list=Call("ListLocations", out="Locations"),
    id="LocationArn",
    name="LocationUri",
    arn="LocationArn",
    tags=BULK,
)

TASK = ResourceType(
    "AWS::DataSync::Task",
    service="datasync",
    list=Call("ListTasks", out="Tasks"),
    id="TaskArn",
    name="Name",
    arn="TaskArn",
    tags=BULK,
)
