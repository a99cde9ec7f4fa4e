"""AWS Systems Manager: documents, parameters' metadata and patching; never values."""

from scanner.model.resource import BULK, Call, ResourceType

ASSOCIATION = ResourceType(
    "AWS::SSM::Association",
    service="ssm",
    list=Call("ListAssociations", out="Associations"),
    id="AssociationId",
    name="AssociationName",
    arn="arn:{partition}:ssm:{region}:{account}:association/{AssociationId}",
    tags=BULK,
)

DOCUMENT = ResourceType(
    "AWS::SSM::Document",
    service="ssm",
    list=Call(
        "ListDocuments",
        {"Filters": [{"Key": "Owner", "Values": ["Self"]}]},
        out="DocumentIdentifiers",
    ),
    id="Name",
    name="Name",
    arn="arn:{partition}:ssm:{region}:{account}:document/{Name}",
    created="CreatedDate",
    each=(
        Call(
            "DescribeDocumentPermission",
            {"Name": "$Name", "PermissionType": "Share"},
            out="AccountIds",
            name="SharedWith",
            absent=("InvalidDocument",),
        ),
    ),
    tags="Tags",
)

MAINTENANCE_WINDOW = ResourceType(
    "AWS::SSM::MaintenanceWindow",
    service="ssm",
    list=Call("DescribeMaintenanceWindows", out="WindowIdentities"),
    id="WindowId",
    name="Name",
    arn="arn:{partition}:ssm:{region}:{account}:maintenancewindow/{WindowId}",
    tags=BULK,
)

MANAGED_INSTANCE = ResourceType(
    "ssm:managed-instance",
    service="ssm",
    list=Call("DescribeInstanceInformation", out="InstanceInformationList"),
    id="InstanceId",
    name="ComputerName",
    created="RegistrationDate",
)

PARAMETER = ResourceType(
    "AWS::SSM::Parameter",
    service="ssm",
    list=Call("DescribeParameters", out="Parameters"),
    id="Name",
    name="Name",
    arn="ARN",
    tags=BULK,
)

PATCH_BASELINE = ResourceType(
    "AWS::SSM::PatchBaseline",
    service="ssm",
    list=Call(
        "DescribePatchBaselines",
        {"Filters": [{"Key": "OWNER", "Values": ["Self"]}]},
        out="BaselineIdentities",
    ),
    id="BaselineId",
    name="BaselineName",
    arn="arn:{partition}:ssm:{region}:{account}:patchbaseline/{BaselineId}",
    tags=BULK,
)

RESOURCE_DATA_SYNC = ResourceType(
    "AWS::SSM::ResourceDataSync",
    service="ssm",
    list=Call("ListResourceDataSync", out="ResourceDataSyncItems"),
    id="SyncName",
    name="SyncName",
    arn="arn:{partition}:ssm:{region}:{account}:resource-data-sync/{SyncName}",
    created="SyncCreatedTime",
)
