"""Amazon EKS: clusters and what runs their workloads; no Kubernetes objects."""

from scanner.model.resource import Call, ResourceType

_CLUSTER = "AWS::EKS::Cluster"
_GONE = ("ResourceNotFoundException",)

ACCESS_ENTRY = ResourceType(
    "AWS::EKS::AccessEntry",
    service="eks",
    parent="AWS::EKS::Cluster",
    list=Call(
        "ListAccessEntries", {"clusterName": "$name"}, out="accessEntries[].{principalArn: @}"
    ),
    id="{parent.name}/{principalArn}",
    name="username",
    arn="accessEntryArn",
    created="createdAt",
    each=(
        Call(
            "DescribeAccessEntry",
            {"clusterName": "$parent.name", "principalArn": "$principalArn"},
            out="accessEntry",
            absent=_GONE,
        ),
    ),
    tags="tags",
)

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

IDENTITY_PROVIDER_CONFIG = ResourceType(
    "AWS::EKS::IdentityProviderConfig",
    service="eks",
    parent="AWS::EKS::Cluster",
    list=Call(
        "ListIdentityProviderConfigs", {"clusterName": "$name"}, out="identityProviderConfigs"
    ),
    id="{parent.name}/{type}/{name}",
    name="name",
    arn="identityProviderConfigArn",
    each=(
        Call(
            "DescribeIdentityProviderConfig",
            {
                "clusterName": "$parent.name",
                "identityProviderConfig": {"type": "$type", "name": "$name"},
            },
            out="identityProviderConfig.oidc",
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

POD_IDENTITY_ASSOCIATION = ResourceType(
    "AWS::EKS::PodIdentityAssociation",
    service="eks",
    parent="AWS::EKS::Cluster",
    list=Call("ListPodIdentityAssociations", {"clusterName": "$name"}, out="associations"),
    id="associationArn",
    name="serviceAccount",
    arn="associationArn",
    created="createdAt",
    each=(
        Call(
            "DescribePodIdentityAssociation",
            {"clusterName": "$parent.name", "associationId": "$associationId"},
            out="association",
            absent=_GONE,
        ),
    ),
    tags="tags",
)
