"""What both contenders list: ten paginated, regional operations without detail calls."""

from __future__ import annotations

from typing import NamedTuple


class Listing(NamedTuple):
    """One resource type, in the scanner's words and in boto3's."""

    type: str
    service: str
    operation: str
    items: str


LISTINGS = (
    Listing("AWS::EC2::VPC", "ec2", "describe_vpcs", "Vpcs"),
    Listing("AWS::EC2::Subnet", "ec2", "describe_subnets", "Subnets"),
    Listing("AWS::EC2::Volume", "ec2", "describe_volumes", "Volumes"),
    Listing("AWS::RDS::DBInstance", "rds", "describe_db_instances", "DBInstances"),
    Listing(
        "AWS::AutoScaling::AutoScalingGroup",
        "autoscaling",
        "describe_auto_scaling_groups",
        "AutoScalingGroups",
    ),
    Listing("AWS::CloudFormation::Stack", "cloudformation", "describe_stacks", "Stacks"),
    Listing(
        "AWS::Redshift::ClusterSubnetGroup",
        "redshift",
        "describe_cluster_subnet_groups",
        "ClusterSubnetGroups",
    ),
    Listing("AWS::FSx::FileSystem", "fsx", "describe_file_systems", "FileSystems"),
    Listing("AWS::Batch::JobQueue", "batch", "describe_job_queues", "jobQueues"),
    Listing("AWS::ApiGateway::RestApi", "apigateway", "get_rest_apis", "items"),
)
"""Tags come with each of these answers, so neither contender asks for more."""
