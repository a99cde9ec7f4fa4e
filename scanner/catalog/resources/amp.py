"""Amazon Managed Service for Prometheus: workspaces and scrapers; no metrics."""

from scanner.model.resource import Call, ResourceType

SCRAPER = ResourceType(
    "AWS::APS::Scraper",
    service="amp",
    list=Call("ListScrapers", out="scrapers"),
    id="scraperId",
    name="alias",
    arn="arn",
    created="createdAt",
    tags="tags",
)

WORKSPACE = ResourceType(
    "AWS::APS::Workspace",
    service="amp",
    list=Call("ListWorkspaces", out="workspaces"),
    id="workspaceId",
    name="alias",
    arn="arn",
    created="createdAt",
    tags="tags",
)
