"""Amazon Application Recovery Controller: clusters and control panels; no routing states."""

from scanner.model.resource import Call, ResourceType

CLUSTER = ResourceType(
    "AWS::Route53RecoveryControl::Cluster",
    service="route53-recovery-control-config",
    scope="global",
    home="us-west-2",
    list=Call("ListClusters", out="Clusters"),
    id="ClusterArn",
    name="Name",
    arn="ClusterArn",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

CONTROL_PANEL = ResourceType(
    "AWS::Route53RecoveryControl::ControlPanel",
    service="route53-recovery-control-config",
    scope="global",
    home="us-west-2",
    parent="AWS::Route53RecoveryControl::Cluster",
    list=Call("ListControlPanels", {"ClusterArn": "$ClusterArn"}, out="ControlPanels"),
    id="ControlPanelArn",
    name="Name",
    arn="ControlPanelArn",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
