"""AWS CloudHSM: clusters and backups; no keys."""

from scanner.model.resource import Call, ResourceType

BACKUP = ResourceType(
    "cloudhsmv2:backup",
    service="cloudhsmv2",
    list=Call("DescribeBackups", out="Backups"),
    id="BackupId",
    arn="BackupArn",
    tags="TagList",
)

CLUSTER = ResourceType(
    "AWS::CloudHSM::Cluster",
    service="cloudhsmv2",
    list=Call("DescribeClusters", out="Clusters"),
    id="ClusterId",
    arn="arn:{partition}:cloudhsm:{region}:{account}:cluster/{ClusterId}",
    tags="TagList",
    redact=("PreCoPassword",),
)
