"""Amazon Comprehend: custom models and their endpoints; no jobs, no texts."""

from scanner.model.resource import BULK, Call, ResourceType

DOCUMENT_CLASSIFIER = ResourceType(
    "AWS::Comprehend::DocumentClassifier",
    service="comprehend",
    list=Call("ListDocumentClassifiers", out="DocumentClassifierPropertiesList"),
    id="DocumentClassifierArn",
    arn="DocumentClassifierArn",
    created="SubmitTime",
    tags=BULK,
)

ENDPOINT = ResourceType(
    "comprehend:endpoint",
    service="comprehend",
    list=Call("ListEndpoints", out="EndpointPropertiesList"),
    id="EndpointArn",
    arn="EndpointArn",
    created="CreationTime",
    tags=BULK,
)

ENTITY_RECOGNIZER = ResourceType(
    "comprehend:entity-recognizer",
    service="comprehend",
    list=Call("ListEntityRecognizers", out="EntityRecognizerPropertiesList"),
    id="EntityRecognizerArn",
    arn="EntityRecognizerArn",
    created="SubmitTime",
    tags=BULK,
)

FLYWHEEL = ResourceType(
    "AWS::Comprehend::Flywheel",
    service="comprehend",
    list=Call("ListFlywheels", out="FlywheelSummaryList"),
    id="FlywheelArn",
    arn="FlywheelArn",
    created="CreationTime",
    tags=BULK,
)
