"""AWS DataSync: agents, locations and tasks; no data."""

from scanner.model.resource import Call, ResourceType

AGENT = ResourceType(
    "AWS::DataSync::Agent",
    service="datasync",
    list=Call("ListAgents", out="Agents"),
    id="AgentArn",
    name="Name",
    arn="AgentArn",
    tags=Call("ListTagsForResource", {"ResourceArn": "$AgentArn"}, out="Tags"),
)

LOCATION = ResourceType(
    "datasync:location",
    service="datasync",
    list=Call("ListLocations", out="Locations"),
    id="LocationArn",
    name="LocationUri",
    arn="LocationArn",
    tags=Call("ListTagsForResource", {"ResourceArn": "$LocationArn"}, out="Tags"),
)

TASK = ResourceType(
    "AWS::DataSync::Task",
    service="datasync",
    list=Call("ListTasks", out="Tasks"),
    id="TaskArn",
    name="Name",
    arn="TaskArn",
    tags=Call("ListTagsForResource", {"ResourceArn": "$TaskArn"}, out="Tags"),
)
