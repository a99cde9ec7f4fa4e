"""Amazon SQS: queues; no messages."""

from scanner.model.resource import BULK, Call, ResourceType

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")

QUEUE = ResourceType(
    "AWS::SQS::Queue",
    service="sqs",
    # Without a page size SQS stops at 1,000 queues and gives no token.
    list=Call("ListQueues", out="QueueUrls[].{QueueUrl: @}", page_size=1000),
    id="QueueUrl",
    name="QueueUrl/",
    arn="QueueArn",
    created="CreatedTimestamp",
    each=(
        Call(
            "GetQueueAttributes",
            {"QueueUrl": "$QueueUrl", "AttributeNames": ["All"]},
            out="Attributes",
            absent=_GONE,
        ),
    ),
    tags=BULK,
)
