"""AWS Lambda: functions, layers and event sources; never GetFunction, which links the code."""

from scanner.model.resource import BULK, Call, ResourceType

_GONE = ("ResourceNotFoundException",)

ALIAS = ResourceType(
    "AWS::Lambda::Alias",
    service="lambda",
    parent="AWS::Lambda::Function",
    list=Call("ListAliases", {"FunctionName": "$FunctionName"}, out="Aliases"),
    id="AliasArn",
    name="Name",
    arn="AliasArn",
)

CODE_SIGNING_CONFIG = ResourceType(
    "AWS::Lambda::CodeSigningConfig",
    service="lambda",
    list=Call("ListCodeSigningConfigs", out="CodeSigningConfigs"),
    id="CodeSigningConfigArn",
    name="CodeSigningConfigId",
    arn="CodeSigningConfigArn",
    tags=Call("ListTags", {"Resource": "$arn"}, out="Tags", absent=_GONE),
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
    tags=BULK,
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

LAYER_VERSION = ResourceType(
    "AWS::Lambda::LayerVersion",
    service="lambda",
    parent="lambda:layer",
    list=Call("ListLayerVersions", {"LayerName": "$LayerName"}, out="LayerVersions"),
    id="LayerVersionArn",
    arn="LayerVersionArn",
    created="CreatedDate",
)

VERSION = ResourceType(
    "AWS::Lambda::Version",
    service="lambda",
    parent="AWS::Lambda::Function",
    list=Call(
        "ListVersionsByFunction",
        {"FunctionName": "$FunctionName"},
        out="Versions[?Version != '$LATEST']",
    ),
    id="FunctionArn",
    name="FunctionName",
    arn="FunctionArn",
    redact=("Environment.Variables.*",),
)
