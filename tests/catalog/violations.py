"""Plant in moto what each action is for; each returns the resource's record, as far as needed."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.catalog.acting import Planted

Clients = Callable[[str], Any]

PLANTS: dict[tuple[str, str], Callable[[Clients], Planted]] = {}


def plants(type: str, name: str):
    def keep(plant):
        PLANTS[type, name] = plant
        return plant

    return keep


@plants("AWS::S3::Bucket", "set-public-block")
def open_bucket(clients):
    return Planted(bucket(clients, "open"))


def bucket(clients, name) -> Mapping[str, Any]:
    clients("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return {"Name": name}


@plants("AWS::EC2::Volume", "delete")
def unused_volume(clients):
    made = clients("ec2").create_volume(AvailabilityZone="eu-west-1a", Size=1)
    return Planted({"VolumeId": made["VolumeId"]}, tags={"owner": "ann", "aws:of": "none"})


@plants("AWS::EC2::Instance", "set-metadata-access")
def instance_with_imdsv1(clients):
    return Planted(instance(clients), {"hop-limit": 2})


def instance(clients) -> Mapping[str, Any]:
    ec2 = clients("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    (made,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
    return {"InstanceId": made["InstanceId"]}


@plants("AWS::SQS::Queue", "set-encryption")
def plain_queue(clients):
    made = clients("sqs").create_queue(
        QueueName="plain", Attributes={"SqsManagedSseEnabled": "false"}
    )
    return Planted({"QueueUrl": made["QueueUrl"]}, {"key": "alias/aws/sqs"})


@plants("AWS::Logs::LogGroup", "retention")
def eternal_logs(clients):
    for name in ("eternal", "eternal/too"):
        clients("logs").create_log_group(logGroupName=name)
    return Planted({"logGroupName": "eternal"}, {"days": 365})
