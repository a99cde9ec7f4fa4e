"""Amazon WorkSpaces Secure Browser: portals; no sessions."""

from scanner.model.resource import BULK, Call, ResourceType

PORTAL = ResourceType(
    "AWS::WorkSpacesWeb::Portal",
    service="workspaces-web",
    list=Call("ListPortals", out="portals"),
    id="portalArn",
    name="displayName",
    arn="portalArn",
    created="creationDate",
    tags=BULK,
)
