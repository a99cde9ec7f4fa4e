"""Recipes for data, models and what learns from them, with what a scan must find."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place


def glue(place: Place) -> None:
    """Make a database with tables, jobs and what starts them."""
    client, kind = place("glue"), "AWS::Glue"
    client.create_database(DatabaseInput={"Name": "sales"}, Tags=place.tags)
    place.made(f"{kind}::Database", "sales", place.arn("glue", "database/sales"), place.tags)
    for name in ("orders", "returns"):
        client.create_table(DatabaseName="sales", TableInput={"Name": name})
        place.made(f"{kind}::Table", f"sales/{name}", place.arn("glue", f"table/sales/{name}"))
    client.create_job(
        Name="load", Role=place.role(), Command={"Name": "glueetl"}, Tags=place.tags
    )  # fmt: skip
    place.made(f"{kind}::Job", "load", place.arn("glue", "job/load"), place.tags)
    client.create_crawler(
        Name="files", Role=place.role(), Targets={"S3Targets": []}, Tags=place.tags
    )  # fmt: skip
    place.made(f"{kind}::Crawler", "files", place.arn("glue", "crawler/files"), place.tags)
    client.create_trigger(
        Name="nightly", Type="ON_DEMAND", Actions=[{"JobName": "load"}], Tags=place.tags
    )
    place.made(f"{kind}::Trigger", "nightly", place.arn("glue", "trigger/nightly"), place.tags)
    client.create_connection(
        ConnectionInput={"Name": "db", "ConnectionType": "JDBC", "ConnectionProperties": {}}
    )
    place.made(f"{kind}::Connection", "db", place.arn("glue", "connection/db"), {})
    arn = client.create_registry(RegistryName="shapes")["RegistryArn"]
    place.made(f"{kind}::Registry", arn, place.arn("glue", "registry/shapes"), {})
    client.create_security_configuration(Name="sealed", EncryptionConfiguration={})
    place.made(f"{kind}::SecurityConfiguration", "sealed", None)
    client.create_workflow(Name="all", Tags=place.tags)
    place.made(f"{kind}::Workflow", "all", place.arn("glue", "workflow/all"), place.tags)


def athena(place: Place) -> None:
    """Make a workgroup, a catalogue and a reservation."""
    client, kind = place("athena"), "AWS::Athena"
    place.known(f"{kind}::WorkGroup", "primary")
    client.create_work_group(Name="bi", Tags=place.pairs)
    place.made(f"{kind}::WorkGroup", "bi", place.arn("athena", "workgroup/bi"), place.tags)
    client.create_data_catalog(Name="legacy", Type="HIVE", Tags=place.pairs)
    arn = place.arn("athena", "datacatalog/legacy")
    place.made(f"{kind}::DataCatalog", "legacy", arn, place.tags)
    client.create_capacity_reservation(Name="peak", TargetDpus=24, Tags=place.pairs)
    arn = place.arn("athena", "capacity-reservation/peak")
    place.made(f"{kind}::CapacityReservation", "peak", arn, place.tags)


def lakeformation(place: Place) -> None:
    """Register a location and make a tag."""
    client, kind = place("lakeformation"), "AWS::LakeFormation"
    arn = f"arn:aws:s3:::{place.name('bare')}"
    client.register_resource(ResourceArn=arn, RoleArn=place.role())
    place.made(f"{kind}::Resource", arn, None)
    client.create_lf_tag(TagKey="level", TagValues=["secret", "open"])
    place.made(f"{kind}::Tag", f"{place.account}/level", None)


def databrew(place: Place) -> None:
    """Make a dataset and a job on it."""
    client = place("databrew")
    client.create_dataset(
        Name="orders", Input={"S3InputDefinition": {"Bucket": "raw"}}, Tags=place.tags
    )
    arn = place.arn("databrew", "dataset/orders")
    place.made("AWS::DataBrew::Dataset", "orders", arn, place.tags)
    client.create_profile_job(
        Name="look", DatasetName="orders", RoleArn=place.role(), Tags=place.tags,
        OutputLocation={"Bucket": "raw"},
    )  # fmt: skip
    place.made("AWS::DataBrew::Job", "look", place.arn("databrew", "job/look"), place.tags)


def datasync(place: Place) -> None:
    """Make two locations and a task between them."""
    client = place("datasync")
    ends = [
        client.create_location_s3(
            S3BucketArn=f"arn:aws:s3:::{bucket}", S3Config={"BucketAccessRoleArn": place.role()}
        )["LocationArn"]
        for bucket in ("from", "to")
    ]
    for arn in ends:
        place.made("datasync:location", arn, arn, {})
    arn = client.create_task(SourceLocationArn=ends[0], DestinationLocationArn=ends[1])["TaskArn"]
    place.made("AWS::DataSync::Task", arn, arn, {})


def quicksight(place: Place) -> None:
    """Make a data source."""
    place("quicksight").create_data_source(
        AwsAccountId=place.account, DataSourceId="sales", Name="sales", Type="ATHENA",
        Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("quicksight", "datasource/sales")
    place.made("AWS::QuickSight::DataSource", "sales", arn, place.tags)


def sagemaker(place: Place) -> None:
    """Make a model with its endpoint, a notebook, a package group and a pipeline."""
    client, kind = place("sagemaker"), "AWS::SageMaker"

    def made(type: str, name: str, resource: str) -> None:
        arn = place.arn("sagemaker", f"{resource}/{name}")
        place.made(f"{kind}::{type}", name, arn, place.tags)

    client.create_model(ModelName="rank", ExecutionRoleArn=place.role(), Tags=place.pairs)
    made("Model", "rank", "model")
    variant = {
        "VariantName": "all", "ModelName": "rank", "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }  # fmt: skip
    client.create_endpoint_config(EndpointConfigName="rank", ProductionVariants=[variant])
    # Without tags: moto's tagging API has a wrong ARN for it.
    place.made(
        f"{kind}::EndpointConfig", "rank", place.arn("sagemaker", "endpoint-config/rank"), {}
    )
    client.create_endpoint(EndpointName="live", EndpointConfigName="rank", Tags=place.pairs)
    made("Endpoint", "live", "endpoint")
    client.create_notebook_instance(
        NotebookInstanceName="lab", InstanceType="ml.t3.medium", RoleArn=place.role(),
        Tags=place.pairs,
    )  # fmt: skip
    made("NotebookInstance", "lab", "notebook-instance")
    client.create_model_package_group(ModelPackageGroupName="ranks", Tags=place.pairs)
    made("ModelPackageGroup", "ranks", "model-package-group")
    client.create_pipeline(
        PipelineName="train", ClientRequestToken="0" * 32, RoleArn=place.role(),
        PipelineDefinition="{}", Tags=place.pairs,
    )  # fmt: skip
    made("Pipeline", "train", "pipeline")


def comprehend(place: Place) -> None:
    """Make a classifier and a recognizer."""
    client, role = place("comprehend"), place.role()
    shared = {"DataAccessRoleArn": role, "LanguageCode": "en", "Tags": place.pairs}
    arn = client.create_document_classifier(
        DocumentClassifierName="mail", InputDataConfig={"S3Uri": "s3://x"}, **shared
    )["DocumentClassifierArn"]
    place.made("AWS::Comprehend::DocumentClassifier", arn, arn, place.tags)
    arn = client.create_entity_recognizer(
        RecognizerName="names",
        InputDataConfig={"EntityTypes": [{"Type": "PERSON"}], "Documents": {"S3Uri": "s3://x"}},
        **shared,
    )["EntityRecognizerArn"]
    place.made("comprehend:entity-recognizer", arn, arn, place.tags)


def bedrock_agent(place: Place) -> None:
    """Make an agent and a knowledge base."""
    client = place("bedrock-agent")
    made = client.create_agent(
        agentName="help", agentResourceRoleArn=place.role(), tags=place.tags
    )["agent"]["agentId"]  # fmt: skip
    place.made("AWS::Bedrock::Agent", made, place.arn("bedrock", f"agent/{made}"), place.tags)
    vector = {"embeddingModelArn": f"arn:aws:bedrock:{place.region}::foundation-model/x"}
    made = client.create_knowledge_base(
        name="docs", roleArn=place.role(), tags=place.tags,
        knowledgeBaseConfiguration={"type": "VECTOR", "vectorKnowledgeBaseConfiguration": vector},
        storageConfiguration={"type": "OPENSEARCH_SERVERLESS"},
    )["knowledgeBase"]["knowledgeBaseId"]  # fmt: skip
    arn = place.arn("bedrock", f"knowledge-base/{made}")
    place.made("AWS::Bedrock::KnowledgeBase", made, arn, place.tags)


def osis(place: Place) -> None:
    """Make a pipeline."""
    place("osis").create_pipeline(
        PipelineName="logs", MinUnits=1, MaxUnits=2, PipelineConfigurationBody="{}",
        Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("osis", "pipeline/logs")
    place.made("AWS::OSIS::Pipeline", "logs", arn, place.tags)


REGIONAL = {
    "glue": glue,
    "athena": athena,
    "lakeformation": lakeformation,
    "databrew": databrew,
    "datasync": datasync,
    "quicksight": quicksight,
    "sagemaker": sagemaker,
    "comprehend": comprehend,
    "bedrock-agent": bedrock_agent,
    "osis": osis,
}
AT_HOME = {}
ONCE = {}
