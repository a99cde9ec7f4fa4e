"""Recipes for what watches, builds and governs, with what a scan must find."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place

TEMPLATE = json.dumps(
    {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "stacked"}}}}
)


def cloudwatch(place: Place) -> None:
    """Make an alarm and an insight rule, beside the alarms of Application Auto Scaling."""
    client, kind = place("cloudwatch"), "AWS::CloudWatch"
    before = client.describe_alarms()["MetricAlarms"]
    place.known(f"{kind}::Alarm", *(each["AlarmName"] for each in before))
    client.put_metric_alarm(
        AlarmName="errors", MetricName="Errors", Namespace="shop", Period=60, Threshold=1,
        Statistic="Sum", EvaluationPeriods=1, Tags=place.pairs,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    place.made(f"{kind}::Alarm", "errors", place.arn("cloudwatch", "alarm:errors"), place.tags)
    client.put_insight_rule(RuleName="top", RuleDefinition="{}", Tags=place.pairs)
    arn = place.arn("cloudwatch", "insight-rule/top")
    place.made(f"{kind}::InsightRule", "top", arn, place.tags)


def logs(place: Place) -> None:
    """Make a log group with a metric filter, a destination and a resource policy."""
    client, kind = place("logs"), "AWS::Logs"
    before = client.describe_log_groups()["logGroups"]
    place.known(f"{kind}::LogGroup", *(each["logGroupName"] for each in before))
    client.create_log_group(logGroupName="/shop/web", tags=place.tags)
    arn = place.arn("logs", "log-group:/shop/web")
    place.made(f"{kind}::LogGroup", "/shop/web", arn, place.tags)
    client.put_metric_filter(
        logGroupName="/shop/web", filterName="errors", filterPattern="ERROR",
        metricTransformations=[
            {"metricName": "Errors", "metricNamespace": "shop", "metricValue": "1"}
        ],
    )  # fmt: skip
    place.made(f"{kind}::MetricFilter", "/shop/web/errors", None)
    client.put_destination(
        destinationName="central", targetArn=place.arn("kinesis", "stream/x"), roleArn=place.role()
    )
    arn = place.arn("logs", "destination:central")
    place.made(f"{kind}::Destination", "central", arn, {})
    client.put_resource_policy(policyName="route53", policyDocument="{}")
    place.made(f"{kind}::ResourcePolicy", "route53", None)


def cloudtrail(place: Place) -> None:
    """Make a trail."""
    client, bucket = place("cloudtrail"), place.name("bare")
    client.create_trail(Name=place.name("trail"), S3BucketName=bucket)
    arn = place.arn("cloudtrail", f"trail/{place.name('trail')}")
    place.made("AWS::CloudTrail::Trail", arn, arn, {})


def config(place: Place) -> None:
    """Make a recorder with its channel, a rule, an aggregator and an authorization."""
    client, kind = place("config"), "AWS::Config"
    client.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": place.role()}
    )
    place.made(f"{kind}::ConfigurationRecorder", "default", None)
    client.put_delivery_channel(
        DeliveryChannel={"name": "default", "s3BucketName": place.name("bare")}
    )
    place.made(f"{kind}::DeliveryChannel", "default", None)
    client.put_config_rule(
        ConfigRule={
            "ConfigRuleName": "closed",
            "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_PUBLIC_READ_PROHIBITED"},
        }
    )  # fmt: skip
    (rule,) = client.describe_config_rules()["ConfigRules"]
    place.made(f"{kind}::ConfigRule", "closed", rule["ConfigRuleArn"], {})
    made = client.put_configuration_aggregator(
        ConfigurationAggregatorName="all",
        AccountAggregationSources=[{"AccountIds": [place.account], "AllAwsRegions": True}],
    )["ConfigurationAggregator"]["ConfigurationAggregatorArn"]
    place.made(f"{kind}::ConfigurationAggregator", "all", made, {})
    client.put_aggregation_authorization(
        AuthorizedAccountId="123456789012", AuthorizedAwsRegion="eu-central-1"
    )
    arn = place.arn("config", "aggregation-authorization/123456789012/eu-central-1")
    place.made(f"{kind}::AggregationAuthorization", arn, arn, {})


def ssm(place: Place) -> None:
    """Make parameters, a document, a window and a baseline."""
    client, kind = place("ssm"), "AWS::SSM"
    for name, form in (("/shop/url", "String"), ("token", "SecureString")):
        client.put_parameter(Name=name, Value="not-a-secret", Type=form, Tags=place.pairs)
        # Moto's DescribeParameters leaves the ARN out, by which the tags would be found.
        place.made(f"{kind}::Parameter", name, None, None)
    content = json.dumps({"schemaVersion": "2.2", "description": "x", "mainSteps": []})
    client.create_document(
        Name="patch", Content=content, DocumentType="Command", DocumentFormat="JSON",
        Tags=place.pairs,
    )  # fmt: skip
    place.made(f"{kind}::Document", "patch", place.arn("ssm", "document/patch"), place.tags)
    window = client.create_maintenance_window(
        Name="night", Schedule="rate(7 days)", Duration=2, Cutoff=1, AllowUnassociatedTargets=True
    )["WindowId"]
    arn = place.arn("ssm", f"maintenancewindow/{window}")
    place.made(f"{kind}::MaintenanceWindow", window, arn, {})
    baseline = client.create_patch_baseline(Name="strict")["BaselineId"]
    arn = place.arn("ssm", f"patchbaseline/{baseline}")
    place.made(f"{kind}::PatchBaseline", baseline, arn, {})


def cloudformation(place: Place) -> None:
    """Make a stack, with a queue in it, and a stack set."""
    client, kind = place("cloudformation"), "AWS::CloudFormation"
    stack = client.create_stack(StackName="shop", TemplateBody=TEMPLATE, Tags=place.pairs)[
        "StackId"
    ]
    place.made(f"{kind}::Stack", stack, stack, place.tags)
    (queue,) = place("sqs").list_queues(QueueNamePrefix="stacked")["QueueUrls"]
    place.known("AWS::SQS::Queue", queue)
    made = client.create_stack_set(StackSetName="base", TemplateBody=TEMPLATE, Tags=place.pairs)
    arn = place.arn("cloudformation", f"stackset/{made['StackSetId']}")
    place.made(f"{kind}::StackSet", made["StackSetId"], arn, place.tags)


def resource_groups(place: Place) -> None:
    """Make a group."""
    query = {
        "Type": "TAG_FILTERS_1_0",
        "Query": json.dumps(
            {
                "ResourceTypeFilters": ["AWS::AllSupported"],
                "TagFilters": [{"Key": "team", "Values": ["blue"]}],
            }
        ),
    }
    place("resource-groups").create_group(Name="blue", ResourceQuery=query, Tags=place.tags)
    arn = place.arn("resource-groups", "group/blue")
    place.made("AWS::ResourceGroups::Group", arn, arn, place.tags)


def servicecatalog(place: Place) -> None:
    """Make a portfolio."""
    made = place("servicecatalog").create_portfolio(
        DisplayName="tools", ProviderName="it", IdempotencyToken="1", Tags=place.pairs
    )["PortfolioDetail"]["Id"]
    arn = place.arn("catalog", f"portfolio/{made}")
    place.made("AWS::ServiceCatalog::Portfolio", made, arn, place.tags)


def codebuild(place: Place) -> None:
    """Make a project."""
    place("codebuild").create_project(
        name="web", serviceRole=place.role(), artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "S3", "location": "sources/web.zip"}, tags=place.lower_pairs,
        environment={
            "type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL",
        },
    )  # fmt: skip
    arn = place.arn("codebuild", "project/web")
    place.made("AWS::CodeBuild::Project", "web", arn, place.tags)


def codedeploy(place: Place) -> None:
    """Make an application with a deployment group."""
    client, kind = place("codedeploy"), "AWS::CodeDeploy"
    client.create_application(applicationName="web", computePlatform="Server", tags=place.pairs)
    arn = place.arn("codedeploy", "application:web")
    place.made(f"{kind}::Application", "web", arn, place.tags)
    client.create_deployment_group(
        applicationName="web", deploymentGroupName="live", serviceRoleArn=place.role(),
        tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("codedeploy", "deploymentgroup:web/live")
    place.made(f"{kind}::DeploymentGroup", "web/live", arn, place.tags)


def codepipeline(place: Place) -> None:
    """Make a pipeline."""

    def stage(name: str, category: str, provider: str) -> dict:
        action_type = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": name, "actions": [{"name": name, "actionTypeId": action_type}]}

    pipeline = {
        "name": "web", "roleArn": place.role(),
        "artifactStore": {"type": "S3", "location": place.name("bare")},
        "stages": [stage("Source", "Source", "S3"), stage("Build", "Build", "CodeBuild")],
    }  # fmt: skip
    place("codepipeline").create_pipeline(pipeline=pipeline)
    place.made("AWS::CodePipeline::Pipeline", "web", place.arn("codepipeline", "web"), {})


def amp(place: Place) -> None:
    """Make a workspace."""
    made = place("amp").create_workspace(alias="metrics", tags=place.tags)["workspaceId"]
    arn = place.arn("aps", f"workspace/{made}")
    place.made("AWS::APS::Workspace", made, arn, place.tags)


def fis(place: Place) -> None:
    """Make an experiment template."""
    made = place("fis").create_experiment_template(
        description="x", roleArn=place.role(), stopConditions=[{"source": "none"}],
        actions={"wait": {"actionId": "aws:fis:wait", "parameters": {"duration": "PT1M"}}},
        tags=place.tags,
    )["experimentTemplate"]["id"]  # fmt: skip
    arn = place.arn("fis", f"experiment-template/{made}")
    place.made("AWS::FIS::ExperimentTemplate", made, arn, place.tags)


def dashboards(place: Place) -> None:
    """Make a dashboard."""
    place("cloudwatch").put_dashboard(DashboardName="shop", DashboardBody='{"widgets": []}')
    arn = f"arn:aws:cloudwatch::{place.account}:dashboard/shop"
    place.made("AWS::CloudWatch::Dashboard", "shop", arn)


def budgets(place: Place) -> None:
    """Make a budget."""
    budget = {
        "BudgetName": "month", "TimeUnit": "MONTHLY", "BudgetType": "COST",
        "BudgetLimit": {"Amount": "10", "Unit": "USD"},
    }  # fmt: skip
    place("budgets").create_budget(AccountId=place.account, Budget=budget)
    place.made("AWS::Budgets::Budget", "month", place.arn("budgets", "budget/month"))


REGIONAL = {
    "cloudwatch": cloudwatch,
    "logs": logs,
    "cloudtrail": cloudtrail,
    "config": config,
    "ssm": ssm,
    "cloudformation": cloudformation,
    "resource-groups": resource_groups,
    "servicecatalog": servicecatalog,
    "codebuild": codebuild,
    "codedeploy": codedeploy,
    "codepipeline": codepipeline,
    "amp": amp,
    "fis": fis,
}
AT_HOME = {}
ONCE = {"budgets": budgets, "cloudwatch (dashboards)": dashboards}
