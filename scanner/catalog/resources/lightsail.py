"""Amazon Lightsail: instances, databases and their network; no passwords, no keys."""

from scanner.model.resource import Call, ResourceType

BUCKET = ResourceType(
    "AWS::Lightsail::Bucket",
    service="lightsail",
    list=Call("GetBuckets", out="buckets"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
    tags="tags",
)

CONTAINER = ResourceType(
    "AWS::Lightsail::Container",
    service="lightsail",
    list=Call("GetContainerServices", out="containerServices"),
    id="containerServiceName",
    name="containerServiceName",
    arn="arn",
    created="createdAt",
    tags="tags",
    redact=(
        "currentDeployment.containers.*.environment.*",
        "nextDeployment.containers.*.environment.*",
    ),
)

DATABASE = ResourceType(
    "AWS::Lightsail::Database",
    service="lightsail",
    list=Call("GetRelationalDatabases", out="relationalDatabases"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
    tags="tags",
    redact=("pendingModifiedValues.masterUserPassword",),
)

DISK = ResourceType(
    "AWS::Lightsail::Disk",
    service="lightsail",
    list=Call("GetDisks", out="disks"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
    tags="tags",
)

INSTANCE = ResourceType(
    "AWS::Lightsail::Instance",
    service="lightsail",
    list=Call("GetInstances", out="instances"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
    tags="tags",
)

LOAD_BALANCER = ResourceType(
    "AWS::Lightsail::LoadBalancer",
    service="lightsail",
    list=Call("GetLoadBalancers", out="loadBalancers"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
    tags="tags",
)

STATIC_IP = ResourceType(
    "AWS::Lightsail::StaticIp",
    service="lightsail",
    list=Call("GetStaticIps", out="staticIps"),
    id="name",
    name="name",
    arn="arn",
    created="createdAt",
)
