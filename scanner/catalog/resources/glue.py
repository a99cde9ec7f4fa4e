"""AWS Glue: databases, jobs and connections; no data, no passwords."""

from scanner.model.resource import Call, ResourceType

CONNECTION = ResourceType(
    "AWS::Glue::Connection",
    service="glue",
    list=Call("GetConnections", {"HidePassword": True}, out="ConnectionList"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:connection/{Name}",
    created="CreationTime",
    redact=(
        "ConnectionProperties.PASSWORD",
        "ConnectionProperties.ENCRYPTED_PASSWORD",
        "ConnectionProperties.JDBC_CONNECTION_URL",
        "AthenaProperties.*",
        "PythonProperties.*",
        "SparkProperties.*",
        "AuthenticationConfiguration.OAuth2Properties.TokenUrlParametersMap.*",
    ),
)

CRAWLER = ResourceType(
    "AWS::Glue::Crawler",
    service="glue",
    list=Call("GetCrawlers", out="Crawlers"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:crawler/{Name}",
    created="CreationTime",
)

DATABASE = ResourceType(
    "AWS::Glue::Database",
    service="glue",
    list=Call("GetDatabases", out="DatabaseList"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:database/{Name}",
    created="CreateTime",
)

DATA_CATALOG_ENCRYPTION_SETTINGS = ResourceType(
    "AWS::Glue::DataCatalogEncryptionSettings",
    service="glue",
    list=Call(
        "GetDataCatalogEncryptionSettings",
        out="[{Id: 'account', DataCatalogEncryptionSettings: DataCatalogEncryptionSettings}]",
    ),
    id="Id",
    arn="arn:{partition}:glue:{region}:{account}:catalog",
)

JOB = ResourceType(
    "AWS::Glue::Job",
    service="glue",
    list=Call("GetJobs", out="Jobs"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:job/{Name}",
    created="CreatedOn",
    redact=("DefaultArguments.*", "NonOverridableArguments.*", "SourceControlDetails.AuthToken"),
)

ML_TRANSFORM = ResourceType(
    "AWS::Glue::MLTransform",
    service="glue",
    list=Call("GetMLTransforms", out="Transforms"),
    id="TransformId",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:mlTransform/{TransformId}",
    created="CreatedOn",
)

REGISTRY = ResourceType(
    "AWS::Glue::Registry",
    service="glue",
    list=Call("ListRegistries", out="Registries"),
    id="RegistryArn",
    name="RegistryName",
    arn="RegistryArn",
    created="CreatedTime",
    tags=Call(
        "GetTags", {"ResourceArn": "$RegistryArn"}, out="Tags", absent=("EntityNotFoundException",)
    ),
)

SCHEMA = ResourceType(
    "AWS::Glue::Schema",
    service="glue",
    list=Call("ListSchemas", out="Schemas"),
    id="SchemaArn",
    name="SchemaName",
    arn="SchemaArn",
    created="CreatedTime",
    tags=Call(
        "GetTags", {"ResourceArn": "$SchemaArn"}, out="Tags", absent=("EntityNotFoundException",)
    ),
)

SECURITY_CONFIGURATION = ResourceType(
    "AWS::Glue::SecurityConfiguration",
    service="glue",
    list=Call("GetSecurityConfigurations", out="SecurityConfigurations"),
    id="Name",
    name="Name",
    created="CreatedTimeStamp",
)

TRIGGER = ResourceType(
    "AWS::Glue::Trigger",
    service="glue",
    list=Call("GetTriggers", out="Triggers"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:trigger/{Name}",
    redact=("Actions[].Arguments.*",),
)

WORKFLOW = ResourceType(
    "AWS::Glue::Workflow",
    service="glue",
    list=Call("ListWorkflows", out="Workflows[].{Name: @}"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:workflow/{Name}",
    created="CreatedOn",
    each=(
        Call(
            "BatchGetWorkflows", {"Names": ["$Name"]}, out="Workflows", batch=25, match="Name=Name"
        ),
    ),
    redact=("DefaultRunProperties.*",),
)
