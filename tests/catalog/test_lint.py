"""Every declared resource type fits botocore's models; the lint itself catches what does not."""

from dataclasses import replace

import pytest

from scanner.catalog import Catalog
from scanner.model.resource import BULK, Call, ResourceType
from tests.catalog.exposure import exposed
from tests.catalog.lint import problems

CATALOG = Catalog.load()
EVERYTHING = Catalog.load(everything=True)
DERIVED = [each for each in EVERYTHING.types.values() if each.derived]

QUEUE = ResourceType(
    "AWS::SQS::Queue",
    service="sqs",
    list=Call("ListQueues", out="QueueUrls[].{QueueUrl: @}", page_size=1000),
    id="QueueUrl",
    each=(
        Call(
            "GetQueueAttributes",
            {"QueueUrl": "$QueueUrl", "AttributeNames": ["All"]},
            out="Attributes",
            absent=("QueueDoesNotExist",),
        ),
    ),
    tags=Call("ListQueueTags", {"QueueUrl": "$QueueUrl"}, out="Tags"),
)

CLUSTER = ResourceType(
    "AWS::EKS::Cluster",
    service="eks",
    list=Call("ListClusters", out="clusters[].{name: @}"),
    id="name",
)

NODEGROUP = ResourceType(
    "AWS::EKS::Nodegroup",
    service="eks",
    parent="AWS::EKS::Cluster",
    list=Call("ListNodegroups", {"clusterName": "$name"}, out="nodegroups[].{nodegroupName: @}"),
    id="{parent.name}/{nodegroupName}",
    each=(
        Call(
            "DescribeNodegroup",
            {"clusterName": "$parent.name", "nodegroupName": "$nodegroupName"},
            out="nodegroup",
        ),
    ),
)

BALANCER = ResourceType(
    "AWS::ElasticLoadBalancing::LoadBalancer",
    service="elb",
    list=Call("DescribeLoadBalancers", out="LoadBalancerDescriptions"),
    id="LoadBalancerName",
    each=(
        Call(
            "DescribeTags",
            {"LoadBalancerNames": ["$LoadBalancerName"]},
            out="TagDescriptions",
            batch=20,
            match="LoadBalancerName=LoadBalancerName",
        ),
    ),
    tags="Tags",
)

TYPES = {t.type: t for t in (QUEUE, CLUSTER, NODEGROUP, BALANCER)}


@pytest.mark.parametrize("name", CATALOG.types)
def test_a_declaration_fits_the_models(name):
    assert problems(CATALOG.types[name], CATALOG.types) == []


@pytest.mark.parametrize("name", CATALOG.types)
def test_what_is_named_like_a_secret_is_redacted(name):
    assert exposed(CATALOG.types[name]) == []


@pytest.mark.parametrize("service", sorted({each.service for each in DERIVED}))
def test_derived_types_fit_the_models_and_hide_secrets(service):
    for each in DERIVED:
        if each.service == service:
            assert (each.type, problems(each, EVERYTHING.types)) == (each.type, [])
            assert (each.type, exposed(each)) == (each.type, [])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("AWS::Lambda::Function", "Environment.Variables.*"),
        ("AWS::ECS::TaskDefinition", "containerDefinitions[].environment[].value"),
        ("AWS::AutoScaling::LaunchConfiguration", "UserData"),
        ("AWS::EC2::VPNConnection", "Options.TunnelOptions[].PreSharedKey"),
    ],
)
def test_a_secret_that_is_not_redacted_is_found(name, path):
    assert path in exposed(replace(CATALOG.types[name], redact=()))


def test_the_catalogue_is_broad():
    assert len(CATALOG.types) >= 520
    assert len(CATALOG.services) >= 150


@pytest.mark.parametrize("declared", TYPES.values(), ids=lambda t: t.type)
def test_the_lint_accepts_sound_declarations(declared):
    assert problems(declared, TYPES) == []


def _listing(**changes):
    return replace(QUEUE, list=replace(QUEUE.list, **changes))


def _describing(**changes):
    return replace(QUEUE, each=(replace(QUEUE.each[0], **changes),))


def _batching(**changes):
    return replace(BALANCER, each=(replace(BALANCER.each[0], **changes),))


def _in_nodegroup(**params):
    call = NODEGROUP.each[0]
    return replace(NODEGROUP, each=(replace(call, params={**call.params, **params}),))


WRONG = {
    "an unknown service": (replace(QUEUE, service="sqz"), "sqz"),
    "an unknown operation": (_listing(operation="ListQueue"), "ListQueue"),
    "a write": (
        ResourceType(
            "ec2:run", service="ec2", list=Call("RunInstances", out="Instances"), id="State"
        ),
        "may change something",
    ),
    "a broken expression": (_listing(out="QueueUrls["), "expression"),
    "an unknown result": (_listing(out="Queues[]"), "Queues"),
    "items that are strings": (_listing(out="QueueUrls"), "no structures"),
    "a result that is no list": (_listing(out="NextToken"), "no list"),
    "a missing page size": (_listing(page_size=None), "pages only if asked"),
    "an unknown parameter": (_listing(params={"Prefix": "a"}), "Prefix"),
    "a parameter of the wrong kind": (_listing(params={"QueueNamePrefix": 1}), "Prefix"),
    "a detail's field on a list call": (_listing(name="Queues"), "only detail calls"),
    "a missing required parameter": (_describing(params={}), "QueueUrl"),
    "a placeholder for nothing": (_describing(params={"QueueUrl": "$Url"}), "Url"),
    "a constant that is no value of the enum": (
        _describing(params={"QueueUrl": "$QueueUrl", "AttributeNames": ["Everything"]}),
        "Everything",
    ),
    "a placeholder of the wrong kind": (
        _describing(params={"QueueUrl": "$QueueUrl", "AttributeNames": "$QueueUrl"}),
        "list",
    ),
    "a merged value that is no mapping": (_describing(out="Attributes.QueueArn"), "merges"),
    "an undeclared error": (_describing(absent=("NoSuchQueue",)), "NoSuchQueue"),
    "unless on nothing": (_describing(unless="Nothing"), "Nothing"),
    "batch without match": (_batching(match=""), "go together"),
    "a match without its member": (_batching(match="Name=LoadBalancerName"), "Name"),
    "a match without its result": (_batching(match="LoadBalancerName=Arn"), "Arn"),
    "a batch of one": (_batching(params={"LoadBalancerNames": []}), "batched call has"),
    "an unknown id": (replace(QUEUE, id="Url"), "Url"),
    "an unknown name": (replace(QUEUE, name="QueueName"), "QueueName"),
    "an unknown birthday": (replace(QUEUE, created="Birthday"), "Birthday"),
    "an unknown home": (replace(QUEUE, home="us-east-1"), "home"),
    "an ARN of an unknown member": (replace(QUEUE, arn="arn:{partition}:sqs:{Name}"), "Name"),
    "an ARN in one partition": (replace(QUEUE, arn="arn:aws:sqs:{QueueUrl}"), "partition"),
    "a redaction of nothing": (replace(QUEUE, redact=("Secret",)), "Secret"),
    "a redaction through a scalar": (replace(QUEUE, redact=("QueueUrl.*",)), "map"),
    "tags of the wrong form": (replace(QUEUE, tags=QUEUE.list), "pairs"),
    "tags in bulk without an ARN": (replace(QUEUE, tags=BULK), "give one"),
    "an ARN to fill in where there is none": (
        replace(QUEUE, tags=Call("ListQueueTags", {"QueueUrl": "$arn"}, out="Tags")),
        "arn",
    ),
    "unknown tags": (replace(QUEUE, tags="Tags"), "Tags"),
    "a batched tag call": (replace(BALANCER, tags=BALANCER.each[0]), "merge"),
    "doubled details": (
        replace(QUEUE, each=(replace(QUEUE.each[0], name="Attributes"),) * 2),
        "doubled",
    ),
    "a bad type name": (replace(QUEUE, type="sqs.queue"), "sqs.queue"),
    "another service's noun": (replace(QUEUE, type="sns:queue"), "sns:queue"),
    "a parent's member that is none": (_in_nodegroup(clusterName="$parent.arn"), "arn"),
    "a parent where there is none": (replace(QUEUE, id="{parent.name}/{QueueUrl}"), "name"),
    "a secret": (
        ResourceType(
            "secretsmanager:value",
            service="secretsmanager",
            list=Call("BatchGetSecretValue", out="SecretValues"),
            id="ARN",
        ),
        "secrets",
    ),
    "a listing that can't be followed": (
        ResourceType(
            "firehose:stream",
            service="firehose",
            list=Call("ListDeliveryStreams", out="DeliveryStreamNames[].{Name: @}"),
            id="Name",
        ),
        "can't be paged",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_the_lint_rejects(fault):
    declared, sign = WRONG[fault]
    found = problems(declared, {**TYPES, declared.type: declared})
    assert any(sign.lower() in problem.lower() for problem in found), found
