"""Recipes for networks and what runs in them: VPCs, instances, load balancers, containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.simulation.seed.place import pairs

if TYPE_CHECKING:
    from scanner.simulation.seed.place import Place

_IMAGE = "ami-0abcdef1234567890"
_SIZES = ("t3.micro", "t3.large", "m6i.xlarge", "r6g.2xlarge")


def network(place: Place, index: int) -> None:
    """Make a VPC with two subnets and security groups; some are open to the world."""
    vpc = place.make(
        "AWS::EC2::VPC",
        "ec2.create_vpc",
        CidrBlock=f"10.{place.random.randrange(1, 250)}.0.0/16",
        **_tagged(place, "vpc", f"{place.name(index)}-vpc"),
    )["Vpc"]
    block = vpc["CidrBlock"].split(".")[1]
    place.kept["vpc"] = vpc["VpcId"]
    place.kept["subnets"] = [
        place.make(
            "AWS::EC2::Subnet",
            "ec2.create_subnet",
            VpcId=vpc["VpcId"],
            CidrBlock=f"10.{block}.{number}.0/24",
            AvailabilityZone=f"{place.region}{zone}",
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    _security_group(place, index)


def _security_group(place: Place, index: int) -> None:
    group = place.make(
        "AWS::EC2::SecurityGroup",
        "ec2.create_security_group",
        GroupName=f"{place.name(index)}-app",
        Description="Application servers",
        VpcId=place.kept["vpc"],
        **_tagged(place, "security-group", f"{place.name(index)}-app"),
    )["GroupId"]
    place.kept["group"] = group
    source = "0.0.0.0/0" if place.chance(0.3) else "10.0.0.0/8"
    port = 22 if place.chance(0.5) else 443
    place.call(
        "ec2.authorize_security_group_ingress",
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                "IpRanges": [{"CidrIp": source}],
            }
        ],
    )


def instances(place: Place, index: int) -> None:
    """Make two instances, each with its root volume."""
    place.make(
        "AWS::EC2::Instance",
        "ec2.run_instances",
        ImageId=_IMAGE,
        InstanceType=place.random.choice(_SIZES),
        MinCount=2,
        MaxCount=2,
        SubnetId=place.kept["subnets"][index % 2],
        SecurityGroupIds=[place.kept["group"]],
        **_tagged(place, "instance", place.name(index)),
    )
    place.created["AWS::EC2::Instance"] += 1
    place.created["AWS::EC2::Volume"] += 2


def load_balancer(place: Place, index: int) -> None:
    """Make an application load balancer that listens for plain HTTP."""
    name = f"{place.name(index)}-alb"[:32]
    balancer = place.make(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "elbv2.create_load_balancer",
        Name=name,
        Subnets=place.kept["subnets"],
        Scheme="internet-facing",
        Tags=pairs(place.tags() | {"Name": name}),
    )["LoadBalancers"][0]
    group = place.make(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "elbv2.create_target_group",
        Name=name,
        Protocol="HTTP",
        Port=8080,
        VpcId=place.kept["vpc"],
    )["TargetGroups"][0]
    place.make(
        "AWS::ElasticLoadBalancingV2::Listener",
        "elbv2.create_listener",
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
    )


def scaling_group(place: Place, index: int) -> None:
    """Make a launch template and an Auto Scaling group that keeps nothing running yet."""
    name = f"{place.name(index)}-fleet"
    template = place.make(
        "AWS::EC2::LaunchTemplate",
        "ec2.create_launch_template",
        LaunchTemplateName=name,
        LaunchTemplateData={"ImageId": _IMAGE, "InstanceType": "t3.large"},
    )["LaunchTemplate"]
    place.make(
        "AWS::AutoScaling::AutoScalingGroup",
        "autoscaling.create_auto_scaling_group",
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"], "Version": "$Latest"},
        MinSize=0,
        MaxSize=6,
        DesiredCapacity=0,
        VPCZoneIdentifier=",".join(place.kept["subnets"]),
    )


def containers(place: Place, index: int) -> None:
    """Make a repository, and an ECS cluster with one service."""
    name = place.name(index)
    place.make("AWS::ECR::Repository", "ecr.create_repository", repositoryName=name)
    tags = pairs(place.tags(), "key", "value")
    place.make("AWS::ECS::Cluster", "ecs.create_cluster", clusterName=name, tags=tags)
    place.make(
        "AWS::ECS::TaskDefinition",
        "ecs.register_task_definition",
        family=name,
        containerDefinitions=[
            {
                "name": "web",
                "image": f"{place.account_id}.dkr.ecr.{place.region}.amazonaws.com/{name}:1",
                "memory": 512,
                "environment": [{"name": "DB_PASSWORD", "value": "demo-not-a-secret"}],
            }
        ],
    )
    place.make(
        "AWS::ECS::Service",
        "ecs.create_service",
        cluster=name,
        serviceName=f"{name}-web",
        taskDefinition=name,
        desiredCount=2,
    )


def kubernetes(place: Place, index: int) -> None:
    """Make an EKS cluster with one node group."""
    name = f"{place.name(index)}-k8s"
    place.make(
        "AWS::EKS::Cluster",
        "eks.create_cluster",
        name=name,
        roleArn=place.role_arn,
        resourcesVpcConfig={"subnetIds": place.kept["subnets"]},
        tags=place.tags(),
    )
    place.make(
        "AWS::EKS::Nodegroup",
        "eks.create_nodegroup",
        clusterName=name,
        nodegroupName="general",
        nodeRole=place.role_arn,
        subnets=place.kept["subnets"],
        scalingConfig={"minSize": 1, "maxSize": 4, "desiredSize": 2},
    )


def _tagged(place: Place, resource: str, name: str) -> dict[str, Any]:
    tags = place.tags() | {"Name": name}
    return {"TagSpecifications": [{"ResourceType": resource, "Tags": pairs(tags)}]}
