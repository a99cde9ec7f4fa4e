"""Amazon Managed Workflows for Apache Airflow: environments; no tokens."""

from scanner.model.resource import Call, ResourceType

ENVIRONMENT = ResourceType(
    "AWS::MWAA::Environment",
    service="mwaa",
    list=Call("ListEnvironments", out="Environments[].{Name: @}"),
    id="Name",
    name="Name",
    arn="arn:{partition}:airflow:{region}:{account}:environment/{Name}",
    created="CreatedAt",
    each=(
        Call(
            "GetEnvironment",
            {"Name": "$Name"},
            out="Environment",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="Tags",
    redact=("AirflowConfigurationOptions.*",),
)
