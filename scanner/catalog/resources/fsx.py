"""Amazon FSx: file systems, volumes and backups; no files."""

from scanner.model.resource import Call, ResourceType

_SET = "OntapConfiguration.FsxAdminPassword"
_CHANGED = f"AdministrativeActions[].TargetFileSystemValues.{_SET}"

BACKUP = ResourceType(
    "AWS::FSx::Backup",
    service="fsx",
    list=Call("DescribeBackups", out="Backups"),
    id="BackupId",
    arn="ResourceARN",
    created="CreationTime",
    tags="Tags",
    redact=(
        f"FileSystem.{_SET}",
        f"FileSystem.{_CHANGED}",
        f"Volume.{_CHANGED}",
    ),
)

FILE_SYSTEM = ResourceType(
    "AWS::FSx::FileSystem",
    service="fsx",
    list=Call("DescribeFileSystems", out="FileSystems"),
    id="FileSystemId",
    arn="ResourceARN",
    created="CreationTime",
    tags="Tags",
    redact=(_SET, _CHANGED),
)

STORAGE_VIRTUAL_MACHINE = ResourceType(
    "AWS::FSx::StorageVirtualMachine",
    service="fsx",
    list=Call("DescribeStorageVirtualMachines", out="StorageVirtualMachines"),
    id="StorageVirtualMachineId",
    name="Name",
    arn="ResourceARN",
    created="CreationTime",
    tags="Tags",
)

VOLUME = ResourceType(
    "AWS::FSx::Volume",
    service="fsx",
    list=Call("DescribeVolumes", out="Volumes"),
    id="VolumeId",
    name="Name",
    arn="ResourceARN",
    created="CreationTime",
    tags="Tags",
    redact=(_CHANGED,),
)
