"""Amazon EMR: clusters that live, security configurations and studios."""

from scanner.model.resource import Call, ResourceType

BLOCK_PUBLIC_ACCESS = ResourceType(
    "emr:block-public-access",
    service="emr",
    list=Call(
        "GetBlockPublicAccessConfiguration",
        out="[{Id: 'account', BlockPublicAccessConfiguration: BlockPublicAccessConfiguration}]",
    ),
    id="Id",
)

CLUSTER = ResourceType(
    "AWS::EMR::Cluster",
    service="emr",
    list=Call(
        "ListClusters",
        {"ClusterStates": ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]},
        out="Clusters",
    ),
    id="Id",
    name="Name",
    arn="ClusterArn",
    created="Status.Timeline.CreationDateTime",
    each=(Call("DescribeCluster", {"ClusterId": "$Id"}, out="Cluster"),),
    tags="Tags",
    redact=(
        "Configurations[].Properties.*",
        "Configurations[].Configurations[].Properties.*",
        "KerberosAttributes.ADDomainJoinPassword",
        "KerberosAttributes.CrossRealmTrustPrincipalPassword",
        "KerberosAttributes.KdcAdminPassword",
    ),
)

SECURITY_CONFIGURATION = ResourceType(
    "AWS::EMR::SecurityConfiguration",
    service="emr",
    list=Call("ListSecurityConfigurations", out="SecurityConfigurations"),
    id="Name",
    name="Name",
    created="CreationDateTime",
    each=(Call("DescribeSecurityConfiguration", {"Name": "$Name"}),),
)

STUDIO = ResourceType(
    "AWS::EMR::Studio",
    service="emr",
    list=Call("ListStudios", out="Studios"),
    id="StudioId",
    name="Name",
    arn="arn:{partition}:elasticmapreduce:{region}:{account}:studio/{StudioId}",
    created="CreationTime",
    each=(Call("DescribeStudio", {"StudioId": "$StudioId"}, out="Studio"),),
    tags="Tags",
)
