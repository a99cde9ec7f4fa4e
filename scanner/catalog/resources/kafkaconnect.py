"""Amazon MSK Connect: connectors and what they run; no records."""

from scanner.model.resource import Call, ResourceType

CONNECTOR = ResourceType(
    "AWS::KafkaConnect::Connector",
    service="kafkaconnect",
    list=Call("ListConnectors", out="connectors"),
    id="connectorArn",
    name="connectorName",
    arn="connectorArn",
    created="creationTime",
    tags=Call(
        "ListTagsForResource", {"resourceArn": "$arn"}, out="tags", absent=("NotFoundException",)
    ),
)

CUSTOM_PLUGIN = ResourceType(
    "AWS::KafkaConnect::CustomPlugin",
    service="kafkaconnect",
    list=Call("ListCustomPlugins", out="customPlugins"),
    id="customPluginArn",
    name="name",
    arn="customPluginArn",
    created="creationTime",
    tags=Call(
        "ListTagsForResource", {"resourceArn": "$arn"}, out="tags", absent=("NotFoundException",)
    ),
)

WORKER_CONFIGURATION = ResourceType(
    "AWS::KafkaConnect::WorkerConfiguration",
    service="kafkaconnect",
    list=Call("ListWorkerConfigurations", out="workerConfigurations"),
    id="workerConfigurationArn",
    name="name",
    arn="workerConfigurationArn",
    created="creationTime",
    tags=Call(
        "ListTagsForResource", {"resourceArn": "$arn"}, out="tags", absent=("NotFoundException",)
    ),
)
