"""Recipes for what applications send, stream and schedule, with what a scan must find of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place

MACHINE = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})


def sqs(place: Place) -> None:
    """Make queues, tagged and not."""
    client = place("sqs")
    for name, tags in (("jobs", place.tags), ("spare", {})):
        url = client.create_queue(QueueName=name, tags=tags)["QueueUrl"]
        place.made("AWS::SQS::Queue", url, place.arn("sqs", name), tags)


def sns(place: Place) -> None:
    """Make a topic with two subscriptions and a platform application."""
    client = place("sns")
    topic = client.create_topic(Name="alarms", Tags=place.pairs)["TopicArn"]
    place.made("AWS::SNS::Topic", topic, place.arn("sns", "alarms"), place.tags)
    for endpoint in ("ops@acme.example", "dev@acme.example"):
        arn = client.subscribe(
            TopicArn=topic, Protocol="email", Endpoint=endpoint, ReturnSubscriptionArn=True
        )["SubscriptionArn"]
        place.made("AWS::SNS::Subscription", arn, arn)
    client.create_platform_application(
        Name="phones", Platform="GCM", Attributes={"PlatformCredential": "not-a-secret"}
    )
    arn = place.arn("sns", "app/GCM/phones")
    place.made("sns:platform-application", arn, arn)


def events(place: Place) -> None:
    """Make a bus with a rule and its targets, an archive, a connection and a destination."""
    client, kind = place("events"), "AWS::Events"
    place.known(f"{kind}::EventBus", "default")
    client.create_event_bus(Name="orders", Tags=place.pairs)
    bus = place.arn("events", "event-bus/orders")
    place.made(f"{kind}::EventBus", "orders", bus, place.tags)
    for name, where, path in (
        ("paid", {"EventBusName": "orders"}, "orders/paid"), ("nightly", {}, "nightly"),
    ):  # fmt: skip
        client.put_rule(Name=name, **where, EventPattern='{"source": ["x"]}')
        rule = place.arn("events", f"rule/{path}")
        place.made(f"{kind}::Rule", rule, rule, {})
        targets = [{"Id": name, "Arn": place.arn("sqs", "jobs")} for name in ("one", "two")]
        client.put_targets(Rule=name, **where, Targets=targets)
        for target in targets:
            place.made("events:target", f"{rule}/{target['Id']}", None)
    client.create_archive(ArchiveName="kept", EventSourceArn=bus)
    place.made(f"{kind}::Archive", "kept", place.arn("events", "archive/kept"))
    archiving = place.arn("events", "rule/orders/Events-Archive-kept")
    place.known(f"{kind}::Rule", archiving)
    for target in client.list_targets_by_rule(
        Rule="Events-Archive-kept", EventBusName="orders"
    )["Targets"]:  # fmt: skip
        place.known("events:target", f"{archiving}/{target['Id']}")
    connection = client.create_connection(
        Name="partner", AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "x", "ApiKeyValue": "not-a-secret"}},
    )["ConnectionArn"]  # fmt: skip
    place.made(f"{kind}::Connection", "partner", connection)
    place.known(
        "AWS::SecretsManager::Secret", client.describe_connection(Name="partner")["SecretArn"]
    )
    made = client.create_api_destination(
        Name="partner", ConnectionArn=connection, InvocationEndpoint="https://acme.example",
        HttpMethod="POST",
    )["ApiDestinationArn"]  # fmt: skip
    place.made(f"{kind}::ApiDestination", "partner", made)


def scheduler(place: Place) -> None:
    """Make a group with a schedule, and one in the default group."""
    client, kind = place("scheduler"), "AWS::Scheduler"
    place.known(f"{kind}::ScheduleGroup", "default")
    client.create_schedule_group(Name="nights", Tags=place.pairs)
    arn = place.arn("scheduler", "schedule-group/nights")
    place.made(f"{kind}::ScheduleGroup", "nights", arn, place.tags)
    for group in ("nights", "default"):
        client.create_schedule(
            Name="tidy", GroupName=group, ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": place.arn("sqs", "jobs"), "RoleArn": place.role()},
        )  # fmt: skip
        arn = place.arn("scheduler", f"schedule/{group}/tidy")
        place.made(f"{kind}::Schedule", f"{group}/tidy", arn)


def stepfunctions(place: Place) -> None:
    """Make a state machine and an activity."""
    client, kind = place("stepfunctions"), "AWS::StepFunctions"
    client.create_state_machine(
        name="order", definition=MACHINE, roleArn=place.role(), tags=place.lower_pairs
    )
    arn = place.arn("states", "stateMachine:order")
    place.made(f"{kind}::StateMachine", arn, arn, place.tags)
    client.create_activity(name="pack")
    arn = place.arn("states", "activity:pack")
    place.made(f"{kind}::Activity", arn, arn, {})


def kinesis(place: Place) -> None:
    """Make a stream with a consumer."""
    client, kind = place("kinesis"), "AWS::Kinesis"
    client.create_stream(StreamName="clicks", ShardCount=1)
    arn = place.arn("kinesis", "stream/clicks")
    place.made(f"{kind}::Stream", "clicks", arn, {})
    made = client.register_stream_consumer(StreamARN=arn, ConsumerName="counter")["Consumer"]
    place.made(f"{kind}::StreamConsumer", made["ConsumerARN"], made["ConsumerARN"])


def firehose(place: Place) -> None:
    """Make a delivery stream."""
    place("firehose").create_delivery_stream(
        DeliveryStreamName="clicks", Tags=place.pairs,
        S3DestinationConfiguration={"RoleARN": place.role(), "BucketARN": "arn:aws:s3:::clicks"},
    )  # fmt: skip
    arn = place.arn("firehose", "deliverystream/clicks")
    place.made("AWS::KinesisFirehose::DeliveryStream", "clicks", arn, place.tags)


def kinesisanalyticsv2(place: Place) -> None:
    """Make an application."""
    place("kinesisanalyticsv2").create_application(
        ApplicationName="counts", RuntimeEnvironment="FLINK-1_18",
        ServiceExecutionRole=place.role(), Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("kinesisanalytics", "application/counts")
    place.made("AWS::KinesisAnalyticsV2::Application", "counts", arn, place.tags)


def kinesisvideo(place: Place) -> None:
    """Make a stream."""
    arn = place("kinesisvideo").create_stream(StreamName="door")["StreamARN"]
    place.made("AWS::KinesisVideo::Stream", arn, arn)


def mq(place: Place) -> None:
    """Make a broker and a configuration."""
    client, kind = place("mq"), "AWS::AmazonMQ"
    made = client.create_broker(
        BrokerName="bus", EngineType="RABBITMQ", EngineVersion="3.13", HostInstanceType="mq.t3.micro",
        DeploymentMode="SINGLE_INSTANCE", PubliclyAccessible=False, AutoMinorVersionUpgrade=True,
        Users=[{"Username": "app", "Password": "not-a-secret-7"}], Tags=place.tags,
    )["BrokerId"]  # fmt: skip
    place.made(f"{kind}::Broker", made, place.arn("mq", f"broker:{made}"), place.tags)
    automatic = client.list_configurations()["Configurations"]
    place.known(f"{kind}::Configuration", *(each["Id"] for each in automatic))
    made = client.create_configuration(Name="bus", EngineType="ACTIVEMQ", EngineVersion="5.18")[
        "Id"
    ]
    place.made(f"{kind}::Configuration", made, place.arn("mq", f"configuration:{made}"), {})


def kafka(place: Place) -> None:
    """Make a provisioned cluster and a serverless one."""
    client = place("kafka")
    nodes = {"InstanceType": "kafka.t3.small", "ClientSubnets": place.kept["subnets"]}
    provisioned = client.create_cluster_v2(
        ClusterName="events", Tags=place.tags,
        Provisioned={
            "BrokerNodeGroupInfo": nodes, "KafkaVersion": "3.6.0", "NumberOfBrokerNodes": 2,
        },
    )["ClusterArn"]  # fmt: skip
    serverless = client.create_cluster_v2(
        ClusterName="spiky", Tags=place.tags,
        Serverless={"VpcConfigs": [{"SubnetIds": place.kept["subnets"]}]},
    )["ClusterArn"]  # fmt: skip
    for arn in (provisioned, serverless):
        place.made("AWS::MSK::Cluster", arn, arn, place.tags)


def pipes(place: Place) -> None:
    """Make a pipe."""
    place("pipes").create_pipe(
        Name="forward", Source=place.arn("sqs", "jobs"), Target=place.arn("sqs", "spare"),
        RoleArn=place.role(), Tags=place.tags,
    )  # fmt: skip
    arn = place.arn("pipes", "pipe/forward")
    place.made("AWS::Pipes::Pipe", arn, arn, place.tags)


def appsync(place: Place) -> None:
    """Make a GraphQL API and an event API."""
    client = place("appsync")
    made = client.create_graphql_api(name="shop", authenticationType="API_KEY", tags=place.tags)
    api = made["graphqlApi"]["apiId"]
    arn = place.arn("appsync", f"apis/{api}")
    place.made("AWS::AppSync::GraphQLApi", api, arn, place.tags)
    auth = [{"authType": "API_KEY"}]
    made = client.create_api(
        name="live", tags=place.tags,
        eventConfig={
            "authProviders": auth, "connectionAuthModes": auth,
            "defaultPublishAuthModes": auth, "defaultSubscribeAuthModes": auth,
        },
    )["api"]  # fmt: skip
    arn = place.arn("appsync", f"apis/{made['apiId']}")
    place.made("AWS::AppSync::Api", made["apiId"], arn, place.tags)


def swf(place: Place) -> None:
    """Register a domain."""
    place("swf").register_domain(
        name="old-orders", workflowExecutionRetentionPeriodInDays="7", tags=place.lower_pairs
    )
    arn = place.arn("swf", "/domain/old-orders")
    place.made("swf:domain", "old-orders", arn, place.tags)


REGIONAL = {
    "sqs": sqs,
    "sns": sns,
    "events": events,
    "scheduler": scheduler,
    "stepfunctions": stepfunctions,
    "kinesis": kinesis,
    "firehose": firehose,
    "kinesisanalyticsv2": kinesisanalyticsv2,
    "kinesisvideo": kinesisvideo,
    "mq": mq,
    "kafka": kafka,
    "pipes": pipes,
    "appsync": appsync,
    "swf": swf,
}
AT_HOME = {}
ONCE = {}
