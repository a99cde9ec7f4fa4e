"""Amazon ECS: clusters, services and task definitions; no running tasks."""

from scanner.model.resource import Call, ResourceType

_CLUSTER = "AWS::ECS::Cluster"

CAPACITY_PROVIDER = ResourceType(
    "AWS::ECS::CapacityProvider",
    service="ecs",
    list=Call("DescribeCapacityProviders", {"include": ["TAGS"]}, out="capacityProviders"),
    id="capacityProviderArn",
    name="name",
    arn="capacityProviderArn",
    tags="tags",
)

CLUSTER = ResourceType(
    _CLUSTER,
    service="ecs",
    list=Call("ListClusters", out="clusterArns[].{clusterArn: @}", page_size=100),
    id="clusterArn",
    name="clusterName",
    arn="clusterArn",
    each=(
        Call(
            "DescribeClusters",
            {
                "clusters": ["$clusterArn"],
                "include": ["CONFIGURATIONS", "SETTINGS", "TAGS"],
            },
            out="clusters",
            batch=100,
            match="clusterArn=clusterArn",
        ),
    ),
    tags="tags",
)

CONTAINER_INSTANCE = ResourceType(
    "ecs:container-instance",
    service="ecs",
    parent=_CLUSTER,
    list=Call(
        "ListContainerInstances",
        {"cluster": "$clusterArn"},
        out="containerInstanceArns[].{containerInstanceArn: @}",
        page_size=100,
    ),
    id="containerInstanceArn",
    name="ec2InstanceId",
    arn="containerInstanceArn",
    created="registeredAt",
    each=(
        Call(
            "DescribeContainerInstances",
            {
                "cluster": "$parent.clusterArn",
                "containerInstances": ["$containerInstanceArn"],
                "include": ["TAGS"],
            },
            out="containerInstances",
            batch=100,
            match="containerInstanceArn=containerInstanceArn",
        ),
    ),
    tags="tags",
)

SERVICE = ResourceType(
    "AWS::ECS::Service",
    service="ecs",
    parent=_CLUSTER,
    list=Call(
        "ListServices",
        {"cluster": "$clusterArn"},
        out="serviceArns[].{serviceArn: @}",
        page_size=100,  # ten a page unless asked
    ),
    id="serviceArn",
    name="serviceName",
    arn="serviceArn",
    created="createdAt",
    each=(
        Call(
            "DescribeServices",
            {"cluster": "$parent.clusterArn", "services": ["$serviceArn"], "include": ["TAGS"]},
            out="services",
            batch=10,
            match="serviceArn=serviceArn",
        ),
    ),
    tags="tags",
)

TASK_DEFINITION = ResourceType(
    "AWS::ECS::TaskDefinition",
    service="ecs",
    list=Call(
        "ListTaskDefinitions",
        {"status": "ACTIVE"},
        out="taskDefinitionArns[].{taskDefinitionArn: @}",
        page_size=100,
    ),
    id="taskDefinitionArn",
    name="family",
    arn="taskDefinitionArn",
    created="registeredAt",
    each=(
        Call(
            "DescribeTaskDefinition",
            {"taskDefinition": "$taskDefinitionArn", "include": ["TAGS"]},
            out="merge(taskDefinition, {tags: tags})",
        ),
    ),
    tags="tags",
    redact=(
        "containerDefinitions[].environment[].value",
        "containerDefinitions[].logConfiguration.options.splunk-token",
    ),
)
