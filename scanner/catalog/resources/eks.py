"""Amazon EKS: clusters and what runs their workloads; no Kubernetes objects."""

from scanner.model.resource import Call, ResourceType

_CLUSTER = "AWS::EKS::Cluster"
_GONE = ("ResourceNotFoundException",)

ADDON = ResourceType(
    "AWS::EKS::Addon",
    service="eks",
    parent=_CLUSTER,
    list=Call("ListAddons", {"clusterName": "$name"}, out="addons[].{addonName: @}"),
    id="{parent.name}/{addonName}",
    name="addonName",
    arn="addonArn",
    created="createdAt",
    each=(
        Call(
            "DescribeAddon",
            {"clusterName": "$parent.name", "addonName": "$addonName"},
            out="addon",
            absent=_GONE,
        ),
    ),
    tags="tags",
)

CLUSTER = ResourceType(
    _CLUSTER,
    service="eks",
    list=Call("ListClusters", out="clusters[].{name: @}"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
    each=(Call("DescribeCluster", {"name": "$name"}, out="cluster", absent=_GONE),),
    tags="tags",
)

FARGATE_PROFILE = ResourceType(
    "AWS::EKS::FargateProfile",
    service="eks",
    parent=_CLUSTER,
    list=Call(
        "ListFargateProfiles",
        {"clusterName": "$name"},
        out="fargateProfileNames[].{fargateProfileName: @}",
    ),
    id="{parent.name}/{fargateProfileName}",
    name="fargateProfileName",
    arn="fargateProfileArn",
    created="createdAt",
    each=(
        Call(
            "DescribeFargateProfile",
            {"clusterName": "$parent.name", "fargateProfileName": "$fargateProfileName"},
            out="fargateProfile",
            absent=_GONE,
        ),
    ),
    tags="tags",
)

NODEGROUP = ResourceType(
    "AWS::EKS::Nodegroup",
    service="eks",
    parent=_CLUSTER,
    list=Call("ListNodegroups", {"clusterName": "$name"}, out="nodegroups[].{nodegroupName: @}"),
    id="{parent.name}/{nodegroupName}",
    name="nodegroupName",
    arn="nodegroupArn",
    created="createdAt",
    each=(
        Call(
            "DescribeNodegroup",
            {"clusterName": "$parent.name", "nodegroupName": "$nodegroupName"},
            out="nodegroup",
            absent=_GONE,
        ),
    ),
    tags="tags",
)
