"""AWS Lambda: functions, layers and event sources; never GetFunction, which links the code."""

from scanner.model.resource import Call, ResourceType

_GONE = ("ResourceNotFoundException",)

CODE_SIGNING_CONFIG = ResourceType(
    "AWS::Lambda::CodeSigningConfig",
    service="lambda",
    list=Call("ListCodeSigningConfigs", out="CodeSigningConfigs"),
    id="CodeSigningConfigArn",
    name="CodeSigningConfigId",
    arn="CodeSigningConfigArn",
)

EVENT_SOURCE_MAPPING = ResourceType(
    "AWS::Lambda::EventSourceMapping",
    service="lambda",
    list=Call("ListEventSourceMappings", out="EventSourceMappings"),
    id="UUID",
    arn="EventSourceMappingArn",
    tags=Call("ListTags", {"Resource": "$EventSourceMappingArn"}, out="Tags", absent=_GONE),
)

FUNCTION = ResourceType(
    "AWS::Lambda::Function",
    service="lambda",
    list=Call("ListFunctions", out="Functions"),
    id="FunctionName",
    name="FunctionName",
    arn="FunctionArn",
    each=(
        Call(
            "GetPolicy",
            {"FunctionName": "$FunctionName"},
            out="Policy",
            name="Policy",
            absent=_GONE,
        ),
        Call(
            "GetFunctionUrlConfig",
            {"FunctionName": "$FunctionName"},
            name="UrlConfig",
            absent=_GONE,
        ),
    ),
    tags=Call("ListTags", {"Resource": "$FunctionArn"}, out="Tags", absent=_GONE),
    redact=("Environment.Variables.*",),
)

LAYER = ResourceType(
    "lambda:layer",
    service="lambda",
    list=Call("ListLayers", out="Layers"),
    id="LayerName",
    name="LayerName",
    arn="LayerArn",
    created="LatestMatchingVersion.CreatedDate",
)
