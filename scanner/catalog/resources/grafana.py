"""Amazon Managed Grafana: workspaces; no tokens."""

from scanner.model.resource import Call, ResourceType

WORKSPACE = ResourceType(
    "AWS::Grafana::Workspace",
    service="grafana",
    list=Call("ListWorkspaces", out="workspaces"),
    id="id",
    name="name",
    arn="arn:{partition}:grafana:{region}:{account}:/workspaces/{id}",
    created="created",
    tags="tags",
    redact=("grafanaToken",),
)
