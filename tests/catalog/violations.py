"""Plant in moto what each action is for; a plant returns the resource as far as it is needed."""

import json
from collections.abc import Callable
from typing import Any

from tests.catalog.acting import ACCOUNT, REGION, Planted

Clients = Callable[[str], Any]

PLANTS: dict[tuple[str, str], Callable[[Clients], Planted]] = {}
HERE = {"LocationConstraint": REGION}
OPEN = {"Sid": "open", "Effect": "Allow", "Principal": "*"}
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0d990263-018e-4e65-a703-eff731de951e"


def plants(type: str, *names: str):
    def keep(plant):
        PLANTS.update({(type, name): plant for name in names})
        return plant

    return keep


def policy(*statements) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def mine(resource: str, action: str) -> dict[str, Any]:
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    return {
        "Sid": "own",
        "Effect": "Allow",
        "Principal": root,
        "Action": action,
        "Resource": resource,
    }


def bucket(clients, name) -> dict[str, Any]:
    clients("s3").create_bucket(Bucket=name, CreateBucketConfiguration=HERE)
    return {"Name": name}


@plants("AWS::S3::Bucket", "set-public-block")
def unblocked_bucket(clients):
    return Planted(bucket(clients, "unblocked"))


@plants("AWS::S3::Bucket", "set-bucket-encryption")
def bucket_with_other_encryption(clients):
    return Planted(bucket(clients, "plain"), {"key": KEY})


@plants("AWS::S3::Bucket", "toggle-versioning")
def bucket_without_versions(clients):
    return Planted(bucket(clients, "unversioned"))


@plants("AWS::S3::Bucket", "toggle-logging")
def unlogged_bucket(clients):
    bucket(clients, "request-logs")
    grantee = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
    grants = [{"Grantee": grantee, "Permission": each} for each in ("WRITE", "READ_ACP")]
    clients("s3").put_bucket_acl(
        Bucket="request-logs", AccessControlPolicy={"Grants": grants, "Owner": {"ID": "x"}}
    )
    return Planted(bucket(clients, "unlogged"), {"target_bucket": "request-logs"})


@plants("AWS::S3::Bucket", "remove-website-hosting")
def bucket_as_website(clients):
    made = bucket(clients, "website")
    clients("s3").put_bucket_website(
        Bucket="website", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}
    )
    return Planted(made)


@plants("AWS::S3::Bucket", "delete-global-grants")
def bucket_for_everybody(clients):
    made = bucket(clients, "granted")
    clients("s3").put_bucket_acl(Bucket="granted", ACL="public-read")
    return Planted(made)


@plants("AWS::S3::Bucket", "remove-statements")
def bucket_with_open_policy(clients):
    made = bucket(clients, "open")
    statement = OPEN | {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}
    text = policy(statement, mine("arn:aws:s3:::open", "s3:*"))
    clients("s3").put_bucket_policy(Bucket="open", Policy=text)
    return Planted(made)


@plants("AWS::S3::Bucket", "set-statements")
def bucket_that_answers_http(clients):
    return Planted(bucket(clients, "http"))


@plants("s3control:account", "set-s3-public-block")
def account_with_open_buckets(clients):
    return Planted({"Id": "account"})


@plants("ec2:account", "set-ebs-encryption")
def account_with_plain_volumes(clients):
    return Planted({"Id": "account"})


@plants("iam:account", "set-password-policy")
def account_with_weak_passwords(clients):
    clients("iam").update_account_password_policy(MinimumPasswordLength=8, MaxPasswordAge=90)
    return Planted({"Id": "account"})


def instance(clients) -> dict[str, Any]:
    ec2 = clients("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    (made,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
    return {"InstanceId": made["InstanceId"]}


@plants("AWS::EC2::Instance", "set-metadata-access")
def instance_with_imdsv1(clients):
    return Planted(instance(clients), {"hop-limit": 2})


@plants("AWS::EC2::Instance", "stop")
def running_instance(clients):
    return Planted(instance(clients))


@plants("AWS::EC2::Instance", "start")
def stopped_instance(clients):
    made = instance(clients)
    clients("ec2").stop_instances(InstanceIds=[made["InstanceId"]])
    return Planted(made)


@plants("AWS::EC2::Instance", "terminate")
def protected_instance(clients):
    made = instance(clients)
    clients("ec2").modify_instance_attribute(**made, DisableApiTermination={"Value": True})
    return Planted(made, {"force": True})


def volume(clients) -> dict[str, Any]:
    made = clients("ec2").create_volume(AvailabilityZone=f"{REGION}a", Size=1)
    return {"VolumeId": made["VolumeId"]}


@plants("AWS::EC2::Volume", "delete")
def unused_volume(clients):
    return Planted(volume(clients), tags={"owner": "ann", "aws:of": "none"})


def snapshot(clients) -> dict[str, Any]:
    return {"SnapshotId": clients("ec2").create_snapshot(**volume(clients))["SnapshotId"]}


@plants("ec2:snapshot", "delete")
def old_snapshot(clients):
    return Planted(snapshot(clients))


@plants("ec2:snapshot", "set-permissions")
@plants("ec2:public-snapshot", "set-permissions")
def shared_snapshot(clients):
    made = snapshot(clients)
    clients("ec2").modify_snapshot_attribute(
        **made, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"],
        UserIds=["210987654321"],
    )  # fmt: skip
    return Planted(made)


def image(clients) -> dict[str, Any]:
    made = clients("ec2").create_image(**instance(clients), Name="image")
    return {"ImageId": made["ImageId"]}


@plants("ec2:image", "set-permissions")
def shared_image(clients):
    made = image(clients)
    clients("ec2").modify_image_attribute(
        **made, LaunchPermission={"Add": [{"Group": "all"}, {"UserId": "210987654321"}]}
    )
    return Planted(made, {"remove": ["all"]})


@plants("ec2:image", "deregister")
def old_image(clients):
    return Planted(image(clients))


@plants("AWS::EC2::SecurityGroup", "remove-permissions")
def open_group(clients):
    ec2 = clients("ec2")
    made = ec2.create_security_group(GroupName="open", Description="open")
    near = {"CidrIp": "10.0.0.0/8", "Description": "office"}
    world = {"CidrIp": "0.0.0.0/0", "Description": "all"}
    ssh = {"IpProtocol": "tcp", "FromPort": 20, "ToPort": 30, "IpRanges": [near, world]}
    web = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [world]}
    six = {**ssh, "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[ssh, six, web])
    return Planted({"GroupId": made["GroupId"]}, {"ports": [22], "egress": "matched"})


@plants("AWS::EC2::EIP", "release")
def unused_address(clients):
    return Planted({"AllocationId": clients("ec2").allocate_address()["AllocationId"]})


def subnet(clients) -> dict[str, Any]:
    ec2 = clients("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]


@plants("AWS::EC2::NetworkInterface", "delete")
def unused_interface(clients):
    ec2 = clients("ec2")
    made = ec2.create_network_interface(SubnetId=subnet(clients)["SubnetId"])
    return Planted({"NetworkInterfaceId": made["NetworkInterface"]["NetworkInterfaceId"]})


@plants("AWS::EC2::Subnet", "modify")
def subnet_with_public_addresses(clients):
    made = {"SubnetId": subnet(clients)["SubnetId"]}
    clients("ec2").modify_subnet_attribute(**made, MapPublicIpOnLaunch={"Value": True})
    return Planted(made)


@plants("AWS::EC2::VPC", "set-flow-log")
def unrecorded_network(clients):
    bucket(clients, "flows")
    vpc = clients("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return Planted({"VpcId": vpc}, {"LogDestination": "arn:aws:s3:::flows"})


def queue(clients, name, **attributes) -> dict[str, Any]:
    made = clients("sqs").create_queue(QueueName=name, Attributes=attributes)
    return {"QueueUrl": made["QueueUrl"]}


@plants("AWS::SQS::Queue", "set-encryption")
def plain_queue(clients):
    return Planted(queue(clients, "plain", SqsManagedSseEnabled="false"), {"key": "alias/a"})


@plants("AWS::SQS::Queue", "remove-statements")
def open_queue(clients):
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:open"
    statement = OPEN | {"Action": "sqs:SendMessage", "Resource": arn}
    return Planted(queue(clients, "open", Policy=policy(statement, mine(arn, "sqs:*"))))


@plants("AWS::SQS::Queue", "set-retention-period")
def forgetful_queue(clients):
    return Planted(queue(clients, "forgetful", MessageRetentionPeriod="60"))


def topic(clients, name) -> dict[str, Any]:
    return {"TopicArn": clients("sns").create_topic(Name=name)["TopicArn"]}


@plants("AWS::SNS::Topic", "set-encryption")
def plain_topic(clients):
    return Planted(topic(clients, "plain"))


@plants("AWS::SNS::Topic", "remove-statements")
def open_topic(clients):
    made = topic(clients, "open")
    text = policy(OPEN | {"Action": "SNS:Publish", "Resource": made["TopicArn"]})
    clients("sns").set_topic_attributes(**made, AttributeName="Policy", AttributeValue=text)
    return Planted(made)


def log_group(clients, name) -> dict[str, Any]:
    for each in (name, f"{name}/too"):
        clients("logs").create_log_group(logGroupName=each)
    return {"logGroupName": name}


@plants("AWS::Logs::LogGroup", "retention")
def eternal_logs(clients):
    return Planted(log_group(clients, "eternal"), {"days": 365})


@plants("AWS::Logs::LogGroup", "delete")
def useless_logs(clients):
    return Planted(log_group(clients, "useless"))


def user(clients, name) -> dict[str, Any]:
    clients("iam").create_user(UserName=name)
    return {"UserName": name}


@plants("AWS::IAM::AccessKey", "disable")
def active_key(clients):
    made = clients("iam").create_access_key(**user(clients, "active"))["AccessKey"]
    return Planted({name: made[name] for name in ("UserName", "AccessKeyId")})


@plants("AWS::IAM::AccessKey", "delete")
def inactive_key(clients):
    made = clients("iam").create_access_key(**user(clients, "inactive"))["AccessKey"]
    key = {name: made[name] for name in ("UserName", "AccessKeyId")}
    clients("iam").update_access_key(**key, Status="Inactive")
    return Planted(key)


@plants("AWS::IAM::User", "delete-login-profile")
def user_with_password(clients):
    made = user(clients, "human")
    clients("iam").create_login_profile(**made, Password="correct horse Battery 9!")
    return Planted(made)


def managed_policy(clients, name) -> str:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    made = clients("iam").create_policy(PolicyName=name, PolicyDocument=policy(statement))
    return made["Policy"]["Arn"]


@plants("AWS::IAM::User", "set-policy")
def mighty_user(clients):
    made, arn = user(clients, "mighty"), managed_policy(clients, "user-might")
    clients("iam").attach_user_policy(**made, PolicyArn=arn)
    return Planted(made, {"arn": arn.replace(ACCOUNT, "{account_id}")})


@plants("AWS::IAM::Role", "set-policy")
def powerless_role(clients):
    clients("iam").create_role(RoleName="role", AssumeRolePolicyDocument=policy())
    arn = managed_policy(clients, "role-might")
    return Planted({"RoleName": "role"}, {"arn": arn, "state": "attached"})


@plants("AWS::IAM::Group", "set-policy")
def mighty_group(clients):
    clients("iam").create_group(GroupName="group")
    arn = managed_policy(clients, "group-might")
    clients("iam").attach_group_policy(GroupName="group", PolicyArn=arn)
    return Planted({"GroupName": "group"}, {"arn": arn})


@plants("AWS::KMS::Key", "set-rotation")
def eternal_key(clients):
    return Planted({"KeyId": clients("kms").create_key()["KeyMetadata"]["KeyId"]})


@plants("AWS::SecretsManager::Secret", "delete")
def useless_secret(clients):
    made = clients("secretsmanager").create_secret(Name="useless", SecretString="x")
    return Planted({"ARN": made["ARN"]})


def database(clients, name, **more) -> dict[str, Any]:
    one = {"DBInstanceIdentifier": name}
    clients("rds").create_db_instance(
        **one, DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=10,
        MasterUsername="root", MasterUserPassword="hunter22!", BackupRetentionPeriod=1,
        AutoMinorVersionUpgrade=False, **more,
    )  # fmt: skip
    return one


@plants("AWS::RDS::DBInstance", "modify-db")
def unprotected_database(clients):
    return Planted(database(clients, "unprotected"))


@plants("AWS::RDS::DBInstance", "set-public-access")
def public_database(clients):
    return Planted(database(clients, "public", PubliclyAccessible=True))


@plants("AWS::RDS::DBInstance", "auto-patch")
def old_database(clients):
    return Planted(database(clients, "old"))


@plants("AWS::RDS::DBInstance", "retention")
def forgetful_database(clients):
    return Planted(database(clients, "forgetful"), {"days": 7})


@plants("AWS::RDS::DBInstance", "set-snapshot-copy-tags")
def database_without_tags(clients):
    return Planted(database(clients, "untagged"))


@plants("AWS::RDS::DBInstance", "stop")
def running_database(clients):
    return Planted(database(clients, "running"))


@plants("AWS::RDS::DBInstance", "start")
def stopped_database(clients):
    made = database(clients, "stopped")
    clients("rds").stop_db_instance(**made)
    return Planted(made)


@plants("AWS::RDS::DBInstance", "delete")
def useless_database(clients):
    return Planted(database(clients, "useless"))


def cluster(clients, name) -> dict[str, Any]:
    one = {"DBClusterIdentifier": name}
    clients("rds").create_db_cluster(
        **one, Engine="aurora-postgresql", MasterUsername="root", MasterUserPassword="hunter22!"
    )
    return one


@plants("AWS::RDS::DBCluster", "modify-db-cluster")
def unprotected_cluster(clients):
    return Planted(cluster(clients, "unprotected"))


@plants("AWS::RDS::DBCluster", "retention")
def forgetful_cluster(clients):
    return Planted(cluster(clients, "forgetful"), {"days": 7})


@plants("AWS::RDS::DBCluster", "stop")
def running_cluster(clients):
    return Planted(cluster(clients, "running"))


@plants("AWS::RDS::DBCluster", "start")
def stopped_cluster(clients):
    made = cluster(clients, "stopped")
    clients("rds").stop_db_cluster(**made)
    return Planted(made)


@plants("AWS::RDS::DBSnapshot", "set-permissions")
def shared_database_snapshot(clients):
    rds, one = clients("rds"), {"DBSnapshotIdentifier": "shared"}
    rds.create_db_snapshot(**one, **database(clients, "shared"))
    rds.modify_db_snapshot_attribute(
        **one, AttributeName="restore", ValuesToAdd=["all", "210987654321"]
    )
    return Planted(one, {"remove": ["all"]})


@plants("AWS::RDS::ClusterSnapshot", "set-permissions")
def shared_cluster_snapshot(clients):
    rds, one = clients("rds"), {"DBClusterSnapshotIdentifier": "shared"}
    rds.create_db_cluster_snapshot(**one, **cluster(clients, "shared"))
    rds.modify_db_cluster_snapshot_attribute(
        **one, AttributeName="restore", ValuesToAdd=["210987654321"]
    )
    return Planted(one)


@plants("AWS::DynamoDB::Table", "set-continuous-backup", "update")
def unguarded_table(clients):
    return Planted(table(clients, "unguarded"))


def table(clients, name) -> dict[str, Any]:
    made = [each for each in clients("dynamodb").list_tables()["TableNames"] if each == name]
    if not made:
        clients("dynamodb").create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )  # fmt: skip
    return {"TableName": name}


def function(clients, name) -> dict[str, Any]:
    role = f"runs-{name}"
    made = clients("iam").create_role(RoleName=role, AssumeRolePolicyDocument=policy())
    clients("lambda").create_function(
        FunctionName=name, Runtime="python3.13", Handler="x.y", Role=made["Role"]["Arn"],
        Code={"ZipFile": b"x"},
    )  # fmt: skip
    return {"FunctionName": name}


@plants("AWS::Lambda::Function", "set-concurrency")
def unbounded_function(clients):
    return Planted(function(clients, "unbounded"), {"value": 0})


@plants("AWS::Lambda::Function", "delete")
def useless_function(clients):
    return Planted(function(clients, "useless"))


@plants("AWS::Lambda::Function", "remove-statements")
def open_function(clients):
    made = function(clients, "open")
    for sid, principal in (("ours", "s3.amazonaws.com"), ("open", "*")):
        clients("lambda").add_permission(
            **made, StatementId=sid, Action="lambda:InvokeFunction", Principal=principal
        )
    return Planted(made)


def repository(clients, name) -> dict[str, Any]:
    clients("ecr").create_repository(repositoryName=name)
    return {"repositoryName": name}


@plants("AWS::ECR::Repository", "set-scanning")
def unscanned_repository(clients):
    return Planted(repository(clients, "unscanned"))


@plants("AWS::ECR::Repository", "set-immutability")
def mutable_repository(clients):
    return Planted(repository(clients, "mutable"))


@plants("AWS::ECR::Repository", "set-lifecycle")
def growing_repository(clients):
    selection = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return Planted(repository(clients, "growing"), {"rules": [rule]})


@plants("AWS::ECR::Repository", "remove-statements")
def open_repository(clients):
    made = repository(clients, "open")
    text = policy(OPEN | {"Action": "ecr:BatchGetImage"})
    clients("ecr").set_repository_policy(**made, policyText=text)
    return Planted(made)


def file_system(clients) -> dict[str, Any]:
    return {"FileSystemId": clients("efs").create_file_system()["FileSystemId"]}


@plants("AWS::EFS::FileSystem", "configure-lifecycle-policy")
def costly_file_system(clients):
    return Planted(file_system(clients))


@plants("AWS::ElasticLoadBalancingV2::LoadBalancer", "modify-attributes")
def unprotected_balancer(clients):
    return Planted(balancer(clients, "unprotected"))


@plants("AWS::ElasticLoadBalancingV2::LoadBalancer", "set-s3-logging")
def unlogged_balancer(clients):
    bucket(clients, "requests")
    arn = "arn:aws:s3:::requests/*"
    clients("s3").put_bucket_policy(Bucket="requests", Policy=policy(mine(arn, "s3:PutObject")))
    return Planted(balancer(clients, "unlogged"), {"bucket": "requests"})


def balancer(clients, name) -> dict[str, Any]:
    zone = clients("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])
    subnets = [each["SubnetId"] for each in zone["Subnets"]][:2]
    made = clients("elbv2").create_load_balancer(Name=name, Subnets=subnets)
    return {"LoadBalancerArn": made["LoadBalancers"][0]["LoadBalancerArn"]}


def trail(clients, name) -> dict[str, Any]:
    bucket(clients, f"trail-{name}")
    made = clients("cloudtrail").create_trail(Name=name, S3BucketName=f"trail-{name}")
    return {"TrailARN": made["TrailARN"]}


@plants("AWS::CloudTrail::Trail", "set-logging")
def idle_trail(clients):
    return Planted(trail(clients, "idle"))


@plants("AWS::CloudTrail::Trail", "update-trail")
def unsigned_trail(clients):
    return Planted(trail(clients, "unsigned"))


@plants("AWS::OpenSearchService::Domain", "update-tls-config")
def lax_domain(clients):
    clients("opensearch").create_domain(
        DomainName="lax",
        DomainEndpointOptions={
            "EnforceHTTPS": False,
            "TLSSecurityPolicy": "Policy-Min-TLS-1-0-2019-07",
        },
    )
    return Planted({"DomainName": "lax"})


def warehouse(clients, name, **more) -> dict[str, Any]:
    one = {"ClusterIdentifier": name}
    clients("redshift").create_cluster(
        **one, NodeType="ra3.large", MasterUsername="root", MasterUserPassword="Hunter22", **more
    )
    return one


@plants("AWS::Redshift::Cluster", "set-public-access")
def public_warehouse(clients):
    return Planted(warehouse(clients, "public", PubliclyAccessible=True))


@plants("AWS::Redshift::Cluster", "enable-vpc-routing", "set-attributes")
def lax_warehouse(clients):
    name = f"lax-{len(clients('redshift').describe_clusters()['Clusters'])}"
    return Planted(warehouse(clients, name, AllowVersionUpgrade=False))


@plants("AWS::Redshift::Cluster", "retention")
def forgetful_warehouse(clients):
    return Planted(warehouse(clients, "forgetful"), {"days": 30})


def group(clients, name) -> dict[str, Any]:
    scaling = clients("autoscaling")
    scaling.create_launch_configuration(
        LaunchConfigurationName=name, InstanceType="t3.micro",
        ImageId=clients("ec2").describe_images()["Images"][0]["ImageId"],
    )  # fmt: skip
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=name, LaunchConfigurationName=name, MinSize=0, MaxSize=0,
        AvailabilityZones=[f"{REGION}a"],
    )  # fmt: skip
    return {"AutoScalingGroupName": name}


@plants("AWS::AutoScaling::AutoScalingGroup", "suspend")
def busy_group(clients):
    return Planted(group(clients, "busy"), {"processes": ["Launch", "Terminate"]})


@plants("AWS::AutoScaling::AutoScalingGroup", "resume")
def idle_group(clients):
    made = group(clients, "idle")
    clients("autoscaling").suspend_processes(**made, ScalingProcesses=["Launch", "AZRebalance"])
    return Planted(made, {"processes": ["Launch", "Terminate"]})


@plants("AWS::Kinesis::Stream", "encrypt")
def plain_stream(clients):
    clients("kinesis").create_stream(StreamName="plain", ShardCount=1)
    return Planted({"StreamName": "plain"})
