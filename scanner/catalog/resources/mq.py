"""Amazon MQ: brokers and configurations; no messages."""

from scanner.model.resource import Call, ResourceType

BROKER = ResourceType(
    "AWS::AmazonMQ::Broker",
    service="mq",
    list=Call("ListBrokers", out="BrokerSummaries"),
    id="BrokerId",
    name="BrokerName",
    arn="BrokerArn",
    created="Created",
    each=(Call("DescribeBroker", {"BrokerId": "$BrokerId"}, absent=("NotFoundException",)),),
    tags="Tags",
)

CONFIGURATION = ResourceType(
    "AWS::AmazonMQ::Configuration",
    service="mq",
    list=Call("ListConfigurations", out="Configurations"),
    id="Id",
    name="Name",
    arn="Arn",
    created="Created",
    tags="Tags",
)
