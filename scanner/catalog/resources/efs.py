"""Amazon EFS: file systems and the ways in; no files."""

from scanner.model.resource import Call, ResourceType

ACCESS_POINT = ResourceType(
    "AWS::EFS::AccessPoint",
    service="efs",
    list=Call("DescribeAccessPoints", out="AccessPoints"),
    id="AccessPointId",
    name="Name",
    arn="AccessPointArn",
    tags="Tags",
)

FILE_SYSTEM = ResourceType(
    "AWS::EFS::FileSystem",
    service="efs",
    list=Call("DescribeFileSystems", out="FileSystems"),
    id="FileSystemId",
    name="Name",
    arn="FileSystemArn",
    created="CreationTime",
    each=(
        Call(
            "DescribeBackupPolicy",
            {"FileSystemId": "$FileSystemId"},
            out="BackupPolicy",
            name="BackupPolicy",
            absent=(
                "PolicyNotFound",
                "FileSystemNotFound",
            ),
        ),
        Call(
            "DescribeFileSystemPolicy",
            {"FileSystemId": "$FileSystemId"},
            out="Policy",
            name="Policy",
            absent=(
                "PolicyNotFound",
                "FileSystemNotFound",
            ),
        ),
    ),
    tags="Tags",
)

MOUNT_TARGET = ResourceType(
    "AWS::EFS::MountTarget",
    service="efs",
    parent="AWS::EFS::FileSystem",
    list=Call("DescribeMountTargets", {"FileSystemId": "$FileSystemId"}, out="MountTargets"),
    id="MountTargetId",
)
