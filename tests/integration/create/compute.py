"""Recipes for what computes: instances, functions, containers, with what a scan must find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.create.network import IMAGE, noted
from tests.integration.create.place import archive

if TYPE_CHECKING:
    from tests.integration.create.place import Place


def machines(place: Place) -> None:
    """Make instances and what belongs to them: volumes, snapshots, an image, a template."""
    ec2, tagged = place("ec2"), place.specification
    launched = ec2.run_instances(
        ImageId=IMAGE, InstanceType="t3.micro", MinCount=2, MaxCount=2,
        SubnetId=place.kept["subnets"][0], TagSpecifications=tagged("instance"),
    )["Instances"]  # fmt: skip
    described = ec2.describe_instances(InstanceIds=[each["InstanceId"] for each in launched])
    for each in described["Reservations"][0]["Instances"]:
        noted(place, "AWS::EC2::Instance", each["InstanceId"], "instance")
        (root,), (interface,) = each["BlockDeviceMappings"], each["NetworkInterfaces"]
        place.known("AWS::EC2::Volume", root["Ebs"]["VolumeId"])
        place.known("AWS::EC2::NetworkInterface", interface["NetworkInterfaceId"])
    place.kept["instance"] = launched[0]["InstanceId"]
    volume = ec2.create_volume(
        AvailabilityZone=f"{place.region}a", Size=8, TagSpecifications=tagged("volume")
    )["VolumeId"]
    noted(place, "AWS::EC2::Volume", volume, "volume")
    image = ec2.create_image(
        InstanceId=place.kept["instance"], Name="golden", TagSpecifications=tagged("image")
    )["ImageId"]
    place.made("ec2:image", image, f"arn:aws:ec2:{place.region}::image/{image}", place.tags)
    mine = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    place.known("ec2:snapshot", *(each["SnapshotId"] for each in mine))
    made = ec2.create_snapshot(VolumeId=volume, TagSpecifications=tagged("snapshot"))["SnapshotId"]
    place.made("ec2:snapshot", made, f"arn:aws:ec2:{place.region}::snapshot/{made}", place.tags)


def templates(place: Place) -> None:
    """Make a key pair, a launch template of two versions and a dedicated host."""
    ec2, tagged = place("ec2"), place.specification
    pair = ec2.create_key_pair(KeyName="ops", TagSpecifications=tagged("key-pair"))["KeyPairId"]
    place.made("AWS::EC2::KeyPair", pair, place.arn("ec2", "key-pair/ops"), place.tags)
    template = ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": IMAGE},
        TagSpecifications=tagged("launch-template"),
    )["LaunchTemplate"]["LaunchTemplateId"]  # fmt: skip
    noted(place, "AWS::EC2::LaunchTemplate", template, "launch-template")
    ec2.create_launch_template_version(
        LaunchTemplateId=template, LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.nano"}
    )
    for version in (1, 2):
        place.made("ec2:launch-template-version", f"{template}/{version}", None)
    (host,) = ec2.allocate_hosts(
        AvailabilityZone=f"{place.region}a", InstanceType="m5.large", Quantity=1,
        TagSpecifications=tagged("dedicated-host"),
    )["HostIds"]  # fmt: skip
    noted(place, "AWS::EC2::Host", host, "dedicated-host")


def autoscaling(place: Place) -> None:
    """Make a group with a policy, and a launch configuration."""
    client, kind = place("autoscaling"), "AWS::AutoScaling"
    client.create_launch_configuration(
        LaunchConfigurationName="old", ImageId=IMAGE, InstanceType="t3.micro"
    )
    (old,) = client.describe_launch_configurations()["LaunchConfigurations"]
    place.made(f"{kind}::LaunchConfiguration", "old", old["LaunchConfigurationARN"])
    client.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="old", MinSize=0, MaxSize=2,
        VPCZoneIdentifier=place.kept["subnets"][0],
        Tags=[{**each, "PropagateAtLaunch": True} for each in place.pairs],
    )  # fmt: skip
    (group,) = client.describe_auto_scaling_groups()["AutoScalingGroups"]
    place.made(f"{kind}::AutoScalingGroup", "web", group["AutoScalingGroupARN"], place.tags)
    client.put_scaling_policy(
        AutoScalingGroupName="web", PolicyName="out",
        AdjustmentType="ChangeInCapacity", ScalingAdjustment=1,
    )  # fmt: skip
    (policy,) = client.describe_policies()["ScalingPolicies"]
    place.made(f"{kind}::ScalingPolicy", policy["PolicyARN"], policy["PolicyARN"])


def functions(place: Place) -> None:
    """Make a function with two versions, an alias and a source, and a layer."""
    client, kind = place("lambda"), "AWS::Lambda"
    client.create_function(
        FunctionName="resize", Runtime="python3.11", Role=place.role(), Handler="main.handle",
        Code={"ZipFile": archive()}, Tags=place.tags,
    )  # fmt: skip
    arn = place.arn("lambda", "function:resize")
    place.made(f"{kind}::Function", "resize", arn, place.tags)
    client.publish_version(FunctionName="resize")
    place.made(f"{kind}::Version", f"{arn}:1", f"{arn}:1")  # not $LATEST: no version yet
    client.create_alias(FunctionName="resize", Name="live", FunctionVersion="1")
    place.made(f"{kind}::Alias", f"{arn}:live", f"{arn}:live")
    mapping = client.create_event_source_mapping(
        FunctionName="resize", EventSourceArn=place.arn("sqs", "jobs"), Tags=place.tags
    )["UUID"]
    source = place.arn("lambda", f"event-source-mapping:{mapping}")
    place.made(f"{kind}::EventSourceMapping", mapping, source, place.tags)
    client.publish_layer_version(LayerName="pillow", Content={"ZipFile": archive()})
    layer = place.arn("lambda", "layer:pillow")
    place.made("lambda:layer", "pillow", layer)
    place.made(f"{kind}::LayerVersion", f"{layer}:1", f"{layer}:1")


def ecr(place: Place) -> None:
    """Make a repository."""
    place("ecr").create_repository(repositoryName="team/web")
    arn = place.arn("ecr", "repository/team/web")
    place.made("AWS::ECR::Repository", "team/web", arn, {})
    place.made("ecr:registry", place.account, None)


def ecs(place: Place) -> None:
    """Make a cluster with a service and a task definition of two revisions."""
    client, kind, tags = place("ecs"), "AWS::ECS", place.lower_pairs
    client.create_cluster(clusterName="apps", tags=tags)
    arn = place.arn("ecs", "cluster/apps")
    place.made(f"{kind}::Cluster", arn, arn, place.tags)
    container = {"name": "web", "image": "web:1", "memory": 128}
    for _ in range(2):
        client.register_task_definition(family="web", containerDefinitions=[container], tags=tags)
    for revision in (1, 2):
        arn = place.arn("ecs", f"task-definition/web:{revision}")
        place.made(f"{kind}::TaskDefinition", arn, arn, place.tags)
    client.create_service(
        cluster="apps", serviceName="web", taskDefinition="web", desiredCount=0, tags=tags
    )
    arn = place.arn("ecs", "service/apps/web")
    place.made(f"{kind}::Service", arn, arn, place.tags)


def eks(place: Place) -> None:
    """Make a cluster with a node group and a Fargate profile."""
    client, kind = place("eks"), "AWS::EKS"
    arn = client.create_cluster(
        name="apps", roleArn=place.role(), tags=place.tags,
        resourcesVpcConfig={"subnetIds": place.kept["subnets"]},
    )["cluster"]["arn"]  # fmt: skip
    assert arn == place.arn("eks", "cluster/apps")
    place.made(f"{kind}::Cluster", "apps", arn, place.tags)
    with place.side_effects():
        made = client.create_nodegroup(
            clusterName="apps", nodegroupName="spot", nodeRole=place.role(), tags=place.tags,
            subnets=place.kept["subnets"],
        )["nodegroup"]  # fmt: skip
    place.made(f"{kind}::Nodegroup", "apps/spot", made["nodegroupArn"], place.tags)
    made = client.create_fargate_profile(
        clusterName="apps", fargateProfileName="jobs", podExecutionRoleArn=place.role(),
        selectors=[{"namespace": "jobs"}], tags=place.tags,
    )["fargateProfile"]  # fmt: skip
    arn = made["fargateProfileArn"]
    place.made(f"{kind}::FargateProfile", "apps/jobs", arn, place.tags)


def elasticbeanstalk(place: Place) -> None:
    """Make an application; moto gives its environments no ids."""
    client, kind = place("elasticbeanstalk"), "AWS::ElasticBeanstalk"
    client.create_application(ApplicationName="shop")
    arn = place.arn("elasticbeanstalk", "application/shop")
    place.made(f"{kind}::Application", "shop", arn, {})


def emr_serverless(place: Place) -> None:
    """Make an application."""
    made = place("emr-serverless").create_application(
        name="etl", releaseLabel="emr-7.0.0", type="SPARK"
    )
    arn = place.arn("emr-serverless", f"/applications/{made['applicationId']}")
    place.made("AWS::EMRServerless::Application", made["applicationId"], arn)


def application_autoscaling(place: Place) -> None:
    """Make a target and a policy for the ECS service and a table."""
    client = place("application-autoscaling")
    for namespace, resource, dimension in (
        ("ecs", "service/apps/web", "ecs:service:DesiredCount"),
        ("dynamodb", "table/orders", "dynamodb:table:ReadCapacityUnits"),
    ):
        shared = {
            "ServiceNamespace": namespace, "ResourceId": resource, "ScalableDimension": dimension,
        }  # fmt: skip
        client.register_scalable_target(
            **shared, MinCapacity=1, MaxCapacity=4, RoleARN=place.role()
        )  # fmt: skip
        (target,) = client.describe_scalable_targets(ServiceNamespace=namespace)["ScalableTargets"]
        place.made(
            f"application-autoscaling:{namespace}-target", f"{resource}/{dimension}",
            target["ScalableTargetARN"],
        )  # fmt: skip
        arn = client.put_scaling_policy(
            **shared, PolicyName="busy", PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 70.0},
        )["PolicyARN"]  # fmt: skip
        place.made(f"application-autoscaling:{namespace}-policy", arn, arn)


def workspaces(place: Place) -> None:
    """Register the directory and make a workspace in it."""
    client, directory = place("workspaces"), place.kept["directory"]
    with place.side_effects():
        client.register_workspace_directory(DirectoryId=directory, Tags=place.pairs)
    arn = place.arn("workspaces", f"directory/{directory}")
    place.made("AWS::WorkSpaces::Directory", directory, arn, place.tags)
    (made,) = client.create_workspaces(
        Workspaces=[
            {
                "DirectoryId": directory, "UserName": "ada", "BundleId": "wsb-0a1b2c3d4",
                "Tags": place.pairs,
            }
        ]
    )["PendingRequests"]  # fmt: skip
    arn = place.arn("workspaces", f"workspace/{made['WorkspaceId']}")
    place.made("AWS::WorkSpaces::Workspace", made["WorkspaceId"], arn, place.tags)


def synthetics(place: Place) -> None:
    """Make a canary."""
    made = place("synthetics").create_canary(
        Name="front", Code={"Handler": "main.handle"}, ArtifactS3Location="s3://x",
        ExecutionRoleArn=place.role(), Schedule={"Expression": "rate(5 minutes)"},
        RuntimeVersion="syn-python-selenium-4.0", Tags=place.tags,
    )["Canary"]["Id"]  # fmt: skip
    arn = place.arn("synthetics", "canary:front")
    place.made("AWS::Synthetics::Canary", made, arn, place.tags)


def ec2(place: Place) -> None:
    """Make instances and what belongs to them."""
    machines(place)
    templates(place)


REGIONAL = {
    "ec2 (instances)": ec2,
    "autoscaling": autoscaling,
    "lambda": functions,
    "ecr": ecr,
    "ecs": ecs,
    "eks": eks,
    "elasticbeanstalk": elasticbeanstalk,
    "emr-serverless": emr_serverless,
    "application-autoscaling": application_autoscaling,
    "workspaces": workspaces,
    "synthetics": synthetics,
}
AT_HOME = {}
ONCE = {}
