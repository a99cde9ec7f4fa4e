"""Amazon SNS: topics and subscriptions; no messages."""

from scanner.model.resource import BULK, Call, ResourceType

PLATFORM_APPLICATION = ResourceType(
    "sns:platform-application",
    service="sns",
    list=Call("ListPlatformApplications", out="PlatformApplications"),
    id="PlatformApplicationArn",
    arn="PlatformApplicationArn",
)

SUBSCRIPTION = ResourceType(
    "AWS::SNS::Subscription",
    service="sns",
    # One that waits for its confirmation has no ARN yet, and no identity.
    list=Call("ListSubscriptions", out="Subscriptions[?starts_with(SubscriptionArn, 'arn:')]"),
    id="SubscriptionArn",
    arn="SubscriptionArn",
)

TOPIC = ResourceType(
    "AWS::SNS::Topic",
    service="sns",
    list=Call("ListTopics", out="Topics"),
    id="TopicArn",
    arn="TopicArn",
    each=(
        Call(
            "GetTopicAttributes", {"TopicArn": "$TopicArn"}, out="Attributes", absent=("NotFound",)
        ),
    ),
    tags=BULK,
)
