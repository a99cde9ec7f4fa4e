"""AWS CodeBuild: projects and report groups; no builds."""

from scanner.model.resource import Call, ResourceType

FLEET = ResourceType(
    "AWS::CodeBuild::Fleet",
    service="codebuild",
    list=Call("ListFleets", out="fleets[].{arn: @}"),
    id="arn",
    name="name",
    arn="arn",
    created="created",
    each=(Call("BatchGetFleets", {"names": ["$arn"]}, out="fleets", batch=100, match="arn=arn"),),
    tags="tags",
)

PROJECT = ResourceType(
    "AWS::CodeBuild::Project",
    service="codebuild",
    list=Call("ListProjects", out="projects[].{name: @}"),
    id="name",
    name="name",
    arn="arn",
    created="created",
    each=(
        Call(
            "BatchGetProjects", {"names": ["$name"]}, out="projects", batch=100, match="name=name"
        ),
    ),
    tags="tags",
    redact=(
        "environment.environmentVariables[].value",
        "secondarySources[].buildspec",
        "source.buildspec",
        "webhook.secret",
    ),
)

REPORT_GROUP = ResourceType(
    "AWS::CodeBuild::ReportGroup",
    service="codebuild",
    list=Call("ListReportGroups", out="reportGroups[].{arn: @}"),
    id="arn",
    name="name",
    arn="arn",
    created="created",
    each=(
        Call(
            "BatchGetReportGroups",
            {"reportGroupArns": ["$arn"]},
            out="reportGroups",
            batch=100,
            match="arn=arn",
        ),
    ),
    tags="tags",
)

SOURCE_CREDENTIAL = ResourceType(
    "AWS::CodeBuild::SourceCredential",
    service="codebuild",
    list=Call("ListSourceCredentials", out="sourceCredentialsInfos"),
    id="arn",
    arn="arn",
)
