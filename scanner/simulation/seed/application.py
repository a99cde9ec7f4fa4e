"""Recipes for applications: functions, queues, topics, streams, state machines, rules, watching."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile, ZipInfo

from scanner.simulation.seed.place import pairs
from scanner.simulation.seed.storage import FAKE_SECRET

if TYPE_CHECKING:
    from scanner.simulation.seed.place import Place

_RUNTIMES = ("python3.12", "nodejs20.x", "python3.8")


def function(place: Place, index: int) -> None:
    """Make a Lambda function; some carry what looks like a secret in their environment."""
    variables = {"LOG_LEVEL": "info"}
    if place.chance(0.4):
        variables["API_KEY"] = FAKE_SECRET
    place.make(
        "AWS::Lambda::Function",
        "lambda.create_function",
        FunctionName=f"{place.name(index)}-worker",
        Runtime=place.random.choice(_RUNTIMES),
        Role=place.role_arn,
        Handler="main.handle",
        Code={"ZipFile": _code()},
        Environment={"Variables": variables},
        Tags=place.tags(),
    )


def _code() -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr(ZipInfo("main.py"), "def handle(event, context):\n    return event\n")
    return archive.getvalue()


def queue(place: Place, index: int) -> None:
    """Make a queue."""
    place.make(
        "AWS::SQS::Queue",
        "sqs.create_queue",
        QueueName=place.name(index),
        Attributes={"SqsManagedSseEnabled": "true" if place.chance(0.6) else "false"},
        tags=place.tags(),
    )


def topic(place: Place, index: int) -> None:
    """Make a topic that feeds a queue of its own."""
    name = f"{place.name(index)}-topic"
    topic_arn = place.make(
        "AWS::SNS::Topic", "sns.create_topic", Name=name, Tags=pairs(place.tags())
    )["TopicArn"]
    place.make("AWS::SQS::Queue", "sqs.create_queue", QueueName=f"{name}-inbox")
    place.make(
        "AWS::SNS::Subscription",
        "sns.subscribe",
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=place.arn("sqs", f"{name}-inbox"),
    )


def stream(place: Place, index: int) -> None:
    """Make a Kinesis stream."""
    place.make(
        "AWS::Kinesis::Stream", "kinesis.create_stream", StreamName=place.name(index), ShardCount=1
    )


def state_machine(place: Place, index: int) -> None:
    """Make a Step Functions state machine."""
    place.make(
        "AWS::StepFunctions::StateMachine",
        "stepfunctions.create_state_machine",
        name=f"{place.name(index)}-flow",
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        roleArn=place.role_arn,
        tags=pairs(place.tags(), "key", "value"),
    )


def rule(place: Place, index: int) -> None:
    """Make a scheduled EventBridge rule."""
    place.make(
        "AWS::Events::Rule",
        "events.put_rule",
        Name=f"{place.name(index)}-nightly",
        ScheduleExpression="rate(1 day)",
        Tags=pairs(place.tags()),
    )


def log_group(place: Place, index: int) -> None:
    """Make a log group; every second one keeps its logs for ever."""
    name = f"/app/{place.name(index)}"
    place.make("AWS::Logs::LogGroup", "logs.create_log_group", logGroupName=name, tags=place.tags())
    if place.chance(0.5):
        place.call("logs.put_retention_policy", logGroupName=name, retentionInDays=30)


def alarm(place: Place, index: int) -> None:
    """Make a CloudWatch alarm."""
    place.make(
        "AWS::CloudWatch::Alarm",
        "cloudwatch.put_metric_alarm",
        AlarmName=f"{place.name(index)}-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )


def certificate(place: Place, index: int) -> None:
    """Ask for a certificate."""
    domain = f"{place.name(index)}.{place.account.environment}.acme.example"
    place.make(
        "AWS::CertificateManager::Certificate",
        "acm.request_certificate",
        DomainName=domain,
        ValidationMethod="DNS",
    )


def trail(place: Place, index: int) -> None:
    """Make a trail and the bucket that it writes to."""
    name = f"{place.account.product}-trail-{place.account_id}-{place.region}"
    where = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    where = {} if place.region == "us-east-1" else where
    place.make("AWS::S3::Bucket", "s3.create_bucket", Bucket=name, **where)
    place.make(
        "AWS::CloudTrail::Trail",
        "cloudtrail.create_trail",
        Name=f"trail-{index}",
        S3BucketName=name,
        IsMultiRegionTrail=False,
        EnableLogFileValidation=place.chance(0.5),
    )
