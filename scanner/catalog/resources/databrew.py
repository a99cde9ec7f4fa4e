"""AWS Glue DataBrew: projects, recipes and jobs; no runs, no data."""

from scanner.model.resource import Call, ResourceType

DATASET = ResourceType(
    "AWS::DataBrew::Dataset",
    service="databrew",
    list=Call("ListDatasets", out="Datasets"),
    id="Name",
    name="Name",
    arn="ResourceArn",
    created="CreateDate",
    tags="Tags",
)

JOB = ResourceType(
    "AWS::DataBrew::Job",
    service="databrew",
    list=Call("ListJobs", out="Jobs"),
    id="Name",
    name="Name",
    arn="ResourceArn",
    created="CreateDate",
    tags="Tags",
)

PROJECT = ResourceType(
    "AWS::DataBrew::Project",
    service="databrew",
    list=Call("ListProjects", out="Projects"),
    id="Name",
    name="Name",
    arn="ResourceArn",
    created="CreateDate",
    tags="Tags",
)

RECIPE = ResourceType(
    "AWS::DataBrew::Recipe",
    service="databrew",
    list=Call("ListRecipes", out="Recipes"),
    id="Name",
    name="Name",
    arn="ResourceArn",
    created="CreateDate",
    tags="Tags",
)
