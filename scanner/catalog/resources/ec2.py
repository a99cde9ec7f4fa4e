"""Amazon EC2: machines, disks and images; networks are in ec2_network and ec2_gateway."""

from scanner.model.resource import Call, ResourceType

ACCOUNT = ResourceType(
    "ec2:account",
    service="ec2",
    list=Call(
        "GetEbsEncryptionByDefault",
        out="[{Id: 'account', EbsEncryptionByDefault: EbsEncryptionByDefault, SseType: SseType}]",
    ),
    id="Id",
    each=(
        Call("GetEbsDefaultKmsKeyId", out="KmsKeyId", name="EbsDefaultKmsKeyId"),
        Call(
            "GetImageBlockPublicAccessState",
            out="ImageBlockPublicAccessState",
            name="ImageBlockPublicAccess",
        ),
        Call("GetInstanceMetadataDefaults", out="AccountLevel", name="InstanceMetadataDefaults"),
        Call(
            "GetSerialConsoleAccessStatus",
            out="SerialConsoleAccessEnabled",
            name="SerialConsoleAccessEnabled",
        ),
        Call("GetSnapshotBlockPublicAccessState", out="State", name="SnapshotBlockPublicAccess"),
        Call(
            "DescribeVpcBlockPublicAccessOptions",
            out="VpcBlockPublicAccessOptions",
            name="VpcBlockPublicAccess",
        ),
    ),
)

CAPACITY_RESERVATION = ResourceType(
    "AWS::EC2::CapacityReservation",
    service="ec2",
    list=Call("DescribeCapacityReservations", out="CapacityReservations"),
    id="CapacityReservationId",
    arn="CapacityReservationArn",
    created="CreateDate",
    tags="Tags",
)

FLEET = ResourceType(
    "AWS::EC2::EC2Fleet",
    service="ec2",
    list=Call("DescribeFleets", out="Fleets"),
    id="FleetId",
    arn="arn:{partition}:ec2:{region}:{account}:fleet/{FleetId}",
    created="CreateTime",
    tags="Tags",
)

HOST = ResourceType(
    "AWS::EC2::Host",
    service="ec2",
    list=Call("DescribeHosts", out="Hosts"),
    id="HostId",
    arn="arn:{partition}:ec2:{region}:{OwnerId}:dedicated-host/{HostId}",
    created="AllocationTime",
    tags="Tags",
)

IMAGE = ResourceType(
    "ec2:image",
    service="ec2",
    list=Call("DescribeImages", {"Owners": ["self"]}, out="Images", page_size=1000),
    id="ImageId",
    name="Name",
    arn="arn:{partition}:ec2:{region}::image/{ImageId}",
    created="CreationDate",
    tags="Tags",
)

INSTANCE = ResourceType(
    "AWS::EC2::Instance",
    service="ec2",
    # Answers of a thousand instances run into many megabytes.
    list=Call("DescribeInstances", out="Reservations[].Instances[]", page_size=200),
    id="InstanceId",
    arn="arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}",
    created="LaunchTime",
    tags="Tags",
)

INSTANCE_EVENT_WINDOW = ResourceType(
    "ec2:instance-event-window",
    service="ec2",
    list=Call("DescribeInstanceEventWindows", out="InstanceEventWindows"),
    id="InstanceEventWindowId",
    name="Name",
    arn="arn:{partition}:ec2:{region}:{account}:instance-event-window/{InstanceEventWindowId}",
    tags="Tags",
)

KEY_PAIR = ResourceType(
    "AWS::EC2::KeyPair",
    service="ec2",
    list=Call("DescribeKeyPairs", out="KeyPairs"),
    id="KeyPairId",
    name="KeyName",
    arn="arn:{partition}:ec2:{region}:{account}:key-pair/{KeyName}",
    created="CreateTime",
    tags="Tags",
)

LAUNCH_TEMPLATE = ResourceType(
    "AWS::EC2::LaunchTemplate",
    service="ec2",
    list=Call("DescribeLaunchTemplates", out="LaunchTemplates"),
    id="LaunchTemplateId",
    name="LaunchTemplateName",
    arn="arn:{partition}:ec2:{region}:{account}:launch-template/{LaunchTemplateId}",
    created="CreateTime",
    tags="Tags",
)

LAUNCH_TEMPLATE_VERSION = ResourceType(
    "ec2:launch-template-version",
    service="ec2",
    parent="AWS::EC2::LaunchTemplate",
    list=Call(
        "DescribeLaunchTemplateVersions",
        {"LaunchTemplateId": "$LaunchTemplateId"},
        out="LaunchTemplateVersions",
        page_size=200,
    ),
    id="{LaunchTemplateId}/{VersionNumber}",
    name="LaunchTemplateName",
    created="CreateTime",
    redact=("LaunchTemplateData.UserData",),
)

PLACEMENT_GROUP = ResourceType(
    "AWS::EC2::PlacementGroup",
    service="ec2",
    list=Call("DescribePlacementGroups", out="PlacementGroups"),
    id="GroupId",
    name="GroupName",
    arn="GroupArn",
    tags="Tags",
)

PUBLIC_SNAPSHOT = ResourceType(
    "ec2:public-snapshot",
    service="ec2",
    # One call instead of a look at the permissions of every snapshot.
    list=Call(
        "DescribeSnapshots",
        {"OwnerIds": ["self"], "RestorableByUserIds": ["all"]},
        out="Snapshots",
        page_size=1000,
    ),
    id="SnapshotId",
    arn="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
    created="StartTime",
    tags="Tags",
)

RESERVED_INSTANCES = ResourceType(
    "ec2:reserved-instances",
    service="ec2",
    list=Call("DescribeReservedInstances", out="ReservedInstances"),
    id="ReservedInstancesId",
    arn="arn:{partition}:ec2:{region}:{account}:reserved-instances/{ReservedInstancesId}",
    created="Start",
    tags="Tags",
)

SNAPSHOT = ResourceType(
    "ec2:snapshot",
    service="ec2",
    list=Call("DescribeSnapshots", {"OwnerIds": ["self"]}, out="Snapshots", page_size=1000),
    id="SnapshotId",
    arn="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
    created="StartTime",
    tags="Tags",
)

SPOT_FLEET = ResourceType(
    "AWS::EC2::SpotFleet",
    service="ec2",
    list=Call("DescribeSpotFleetRequests", out="SpotFleetRequestConfigs"),
    id="SpotFleetRequestId",
    arn="arn:{partition}:ec2:{region}:{account}:spot-fleet-request/{SpotFleetRequestId}",
    created="CreateTime",
    tags="Tags",
    redact=("SpotFleetRequestConfig.LaunchSpecifications[].UserData",),
)

SPOT_INSTANCE_REQUEST = ResourceType(
    "ec2:spot-instance-request",
    service="ec2",
    list=Call("DescribeSpotInstanceRequests", out="SpotInstanceRequests"),
    id="SpotInstanceRequestId",
    arn="arn:{partition}:ec2:{region}:{account}:spot-instances-request/{SpotInstanceRequestId}",
    created="CreateTime",
    tags="Tags",
    redact=("LaunchSpecification.UserData",),
)

VOLUME = ResourceType(
    "AWS::EC2::Volume",
    service="ec2",
    list=Call("DescribeVolumes", out="Volumes", page_size=500),
    id="VolumeId",
    arn="arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}",
    created="CreateTime",
    tags="Tags",
)
