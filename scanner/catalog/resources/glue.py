"""AWS Glue: databases, tables, jobs and connections; no rows, no passwords."""

from scanner.model.resource import BULK, Call, ResourceType

CLASSIFIER = ResourceType(
    "AWS::Glue::Classifier",
    service="glue",
    list=Call("GetClassifiers", out="Classifiers"),
    id="{CsvClassifier.Name}{GrokClassifier.Name}{JsonClassifier.Name}{XMLClassifier.Name}",
)

CONNECTION = ResourceType(
    "AWS::Glue::Connection",
    service="glue",
    list=Call("GetConnections", {"HidePassword": True}, out="ConnectionList"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:connection/{Name}",
    created="CreationTime",
    tags=BULK,
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
    tags=BULK,
)

DATABASE = ResourceType(
    "AWS::Glue::Database",
    service="glue",
    list=Call("GetDatabases", out="DatabaseList"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:database/{Name}",
    created="CreateTime",
    tags=BULK,
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

DEV_ENDPOINT = ResourceType(
    "AWS::Glue::DevEndpoint",
    service="glue",
    list=Call("GetDevEndpoints", out="DevEndpoints"),
    id="EndpointName",
    name="EndpointName",
    arn="arn:{partition}:glue:{region}:{account}:devEndpoint/{EndpointName}",
    created="CreatedTimestamp",
    tags=BULK,
    redact=("Arguments.*",),
)

JOB = ResourceType(
    "AWS::Glue::Job",
    service="glue",
    list=Call("GetJobs", out="Jobs"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:job/{Name}",
    created="CreatedOn",
    tags=BULK,
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
    tags=BULK,
)

REGISTRY = ResourceType(
    "AWS::Glue::Registry",
    service="glue",
    list=Call("ListRegistries", out="Registries"),
    id="RegistryArn",
    name="RegistryName",
    arn="RegistryArn",
    created="CreatedTime",
    tags=BULK,
)

SCHEMA = ResourceType(
    "AWS::Glue::Schema",
    service="glue",
    list=Call("ListSchemas", out="Schemas"),
    id="SchemaArn",
    name="SchemaName",
    arn="SchemaArn",
    created="CreatedTime",
    tags=BULK,
)

SECURITY_CONFIGURATION = ResourceType(
    "AWS::Glue::SecurityConfiguration",
    service="glue",
    list=Call("GetSecurityConfigurations", out="SecurityConfigurations"),
    id="Name",
    name="Name",
    created="CreatedTimeStamp",
)

TABLE = ResourceType(
    "AWS::Glue::Table",
    service="glue",
    parent="AWS::Glue::Database",
    list=Call("GetTables", {"DatabaseName": "$Name"}, out="TableList"),
    id="{parent.Name}/{Name}",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:table/{parent.Name}/{Name}",
    created="CreateTime",
)

TRIGGER = ResourceType(
    "AWS::Glue::Trigger",
    service="glue",
    list=Call("GetTriggers", out="Triggers"),
    id="Name",
    name="Name",
    arn="arn:{partition}:glue:{region}:{account}:trigger/{Name}",
    tags=BULK,
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
    tags=BULK,
    redact=("DefaultRunProperties.*",),
)
