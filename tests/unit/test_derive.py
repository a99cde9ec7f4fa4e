"""The derivation: words, identity and secrets; what is committed is what it generates."""

import json

import pytest
from botocore.model import ServiceModel

from scanner.derive import cloudformation, models
from scanner.derive.__main__ import main
from scanner.derive.authorization import Authorization
from scanner.derive.endpoints import home_of
from scanner.derive.files import FOLDER, documents
from scanner.derive.identity import Identity, Subject, identify
from scanner.derive.judgements import Judgements
from scanner.derive.packages import versions
from scanner.derive.secrets import secret_paths
from scanner.derive.words import kebab, noun_of, one_of, singular

JUDGED = Judgements.load()
AUTHORIZATION = Authorization.load(JUDGED)


@pytest.fixture(scope="module")
def generated():
    committed = json.loads((FOLDER / "derived.jsonl").read_text().splitlines()[0])["from"]
    if committed != versions():
        pytest.skip(f"the files are of {committed}, installed are {versions()}")
    return documents()


def test_the_committed_files_are_what_is_generated(generated):
    stale = [name for name, text in generated.items() if (FOLDER / name).read_text() != text]
    assert stale == []


def test_the_same_is_generated_again(generated, capsys):
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == "up to date\n"


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("DescribeDBClusterSnapshots", "db-cluster-snapshot"),
        ("ListAnalyses", "analysis"),
        ("ListAggregatorsV2", "aggregator-v2"),
        ("GetWebACLs", "web-acl"),
        ("ListIndices", "index"),
        ("ListPolicies", "policy"),
        ("DescribeVpcs", "vpc"),
        ("ListCaches", "cache"),
        ("ListMailboxes", "mailbox"),
        ("ListOpsMetadata", "ops-metadata"),
        ("DescribeStatus", "status"),
    ],
)
def test_nouns_are_spelled_as_the_catalogue_does(operation, name):
    assert kebab(singular(noun_of(operation))) == name


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("QueueUrls", "QueueUrl"),
        ("clusterArns", "clusterArn"),
        ("tokenNameList", "tokenName"),
        ("policyNames", "policyName"),
    ],
)
def test_one_of_a_list_keeps_its_spelling(plural, one):
    assert one_of(plural) == one


def item_of(name="WidgetSummary", **members):
    kinds = {
        "string": {"type": "string"},
        "time": {"type": "timestamp"},
        "map": {"type": "map", "key": {"shape": "string"}, "value": {"shape": "string"}},
        "pair": {
            "type": "structure",
            "members": {n: {"shape": "string"} for n in ("Key", "Value")},
        },
        "pairs": {"type": "list", "member": {"shape": "pair"}},
    }
    shapes = {n: {"shape": kind} for n, kind in members.items()}
    document = {"metadata": {}, "shapes": kinds | {name: {"type": "structure", "members": shapes}}}
    return ServiceModel(document, "widgets").shape_for(name)


def identity_of(primary=(), patterns=None, *, own_resource=True, **members):
    subject = Subject.of("Widgets", item_of(**members), own_resource=own_resource)
    return identify(subject, primary, patterns or {})


def test_members_called_after_the_thing_identify_it():
    found = identity_of(
        WidgetId="string", WidgetName="string", WidgetArn="string", CreatedAt="time", Tags="pairs"
    )
    assert found == Identity("WidgetId", "WidgetArn", "WidgetName", "CreatedAt", "Tags")


def test_members_of_other_things_do_not():
    found = identity_of(RoleArn="string", VpcId="string", OwnerName="string", UpdatedAt="time")
    assert found == Identity()


def test_the_identifier_of_the_cloudformation_type_comes_first():
    assert identity_of(("WidgetName",), WidgetId="string", WidgetName="string").id == "WidgetName"


def test_several_members_identify_what_has_no_id():
    found = identity_of(("StudioId", "UserId"), StudioId="string", UserId="string")
    assert found.id == "{StudioId}|{UserId}"


def test_a_pattern_makes_an_arn_of_members():
    patterns = {"widget": "arn:${Partition}:wid:${Region}:${Account}:widget/${WidgetId}"}
    found = identity_of(patterns=patterns, Id="string")
    assert found.arn == "arn:{partition}:wid:{region}:{account}:widget/{Id}"


def test_a_pattern_that_wants_more_makes_none():
    patterns = {"widget": "arn:${Partition}:wid:::${ShopId}/widget/${WidgetId}"}
    assert identity_of(patterns=patterns, Id="string").arn == ""


@pytest.mark.parametrize(("own", "arn"), [(True, "ResourceArn"), (False, "")])
def test_a_resources_arn_is_the_items_unless_judged_otherwise(own, arn):
    assert identity_of(own_resource=own, ResourceArn="string").arn == arn


@pytest.mark.parametrize(("kind", "found"), [("map", "Tags"), ("pairs", "Tags"), ("string", "")])
def test_tags_are_maps_or_pairs(kind, found):
    assert identity_of(Tags=kind).tags == found


@pytest.mark.parametrize(
    ("member", "is_secret"),
    [
        ("Password", True),
        ("MasterUserPassword", True),
        ("UserData", True),
        ("ClientSecret", True),
        ("AuthToken", True),
        ("PreSharedKey", True),
        ("NextToken", False),
        ("ClientToken", False),
        ("SecretArn", False),
        ("PasswordPolicy", False),
        ("KmsKeyId", False),
    ],
)
def test_members_named_like_secrets_are_found(member, is_secret):
    assert bool(secret_paths(item_of(**{member: "string"}))) is is_secret


def test_every_value_of_an_environment_is_a_secret():
    assert secret_paths(item_of(Environment="map")) == ("Environment.*",)
    assert secret_paths(item_of(environment="pairs")) == ("environment[].Value",)


@pytest.mark.parametrize(
    ("service", "operation", "actions", "access"),
    [
        ("sqs", "ListQueues", ("sqs:ListQueues",), "Read"),
        ("s3", "ListBuckets", ("s3:ListAllMyBuckets",), "List"),
        ("s3", "GetBucketEncryption", ("s3:GetEncryptionConfiguration",), "Read"),
        ("s3control", "GetPublicAccessBlock", ("s3:GetAccountPublicAccessBlock",), "Read"),
        ("apigatewayv2", "GetApis", ("apigateway:GET",), "Read"),
        ("dms", "DescribeDataProviders", ("dms:ListDataProviders",), "Read"),
        ("glue", "ListEntities", ("glue:ListEntities",), "Permissions management"),
    ],
)
def test_grants_come_from_the_reference(service, operation, actions, access):
    grant = AUTHORIZATION.grant(service, operation)
    assert (grant.actions, grant.access) == (actions, access)


def test_what_the_reference_does_not_know_has_no_grant():
    assert AUTHORIZATION.grant("sqs", "ListNothing") is None


def test_every_judged_operation_exists():
    keys = {*JUDGED.single, *JUDGED.foreign, *JUDGED.variants, *JUDGED.types, *JUDGED.results}
    keys |= {key for reason in JUDGED.reasons for key in (*reason.operations, *reason.kept)}
    keys |= {key for key in JUDGED.actions if not key.endswith(":*")}
    known = {
        f"{service}:{operation}"
        for service in models.services()
        for operation in models.model_of(service).operation_names
    }
    assert keys - known == set()


def test_no_operation_is_judged_twice():
    seen = [key for reason in JUDGED.reasons for key in reason.operations]
    assert len(seen) == len(set(seen))
    assert not JUDGED.single & set(seen)


@pytest.mark.parametrize(
    ("noun", "action", "service", "name"),
    [
        ("Queues", "sqs:ListQueues", "sqs", "AWS::SQS::Queue"),
        ("JobQueues", "batch:DescribeJobQueues", "batch", "AWS::Batch::JobQueue"),
        ("Relays", "ses:ListRelays", "mailmanager", "AWS::SES::MailManagerRelay"),
        ("Jobs", "s3:ListJobs", "s3control", None),
        ("Nothings", "sqs:ListNothings", "sqs", None),
    ],
)
def test_cloudformation_names_need_the_noun_and_the_service(noun, action, service, name):
    found = cloudformation.match(noun, [action], service)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("service", "home"),
    [("iam", "us-east-1"), ("networkmanager", "us-west-2"), ("sqs", None), ("s3", None)],
)
def test_endpoint_rules_tell_global_services(service, home):
    assert home_of(service) == home
