"""Amazon WorkSpaces: desktops, directories and access rules."""

from scanner.model.resource import BULK, Call, ResourceType

DIRECTORY = ResourceType(
    "AWS::WorkSpaces::Directory",
    service="workspaces",
    list=Call("DescribeWorkspaceDirectories", out="Directories"),
    id="DirectoryId",
    name="DirectoryName",
    arn="arn:{partition}:workspaces:{region}:{account}:directory/{DirectoryId}",
    tags=BULK,
)

WORKSPACE = ResourceType(
    "AWS::WorkSpaces::Workspace",
    service="workspaces",
    list=Call("DescribeWorkspaces", out="Workspaces"),
    id="WorkspaceId",
    name="WorkspaceName",
    arn="arn:{partition}:workspaces:{region}:{account}:workspace/{WorkspaceId}",
    tags=BULK,
)

WORKSPACE_IP_GROUP = ResourceType(
    "AWS::WorkSpaces::WorkspaceIpGroup",
    service="workspaces",
    list=Call("DescribeIpGroups", out="Result"),
    id="groupId",
    name="groupName",
    arn="arn:{partition}:workspaces:{region}:{account}:workspaceipgroup/{groupId}",
    tags=BULK,
)
