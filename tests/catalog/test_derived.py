"""Derived types fill the gaps between declarations, never beside or instead of them."""

from collections import Counter
from dataclasses import replace

import pytest

from scanner.catalog import ALL, DEFAULT, Catalog, actions_of, serves
from scanner.catalog.derived import derived_types, exclusions
from scanner.catalog.facts import header, rows
from scanner.model.errors import CatalogError, SettingsError
from scanner.model.resource import Call, ResourceType

CURATED = Catalog.load()
EVERYTHING = Catalog.load(everything=True)
DERIVED = [each for each in EVERYTHING.types.values() if each.derived]
A_DERIVED = "AWS::IoT::JobTemplate"


def test_everything_is_the_curated_types_and_more():
    rest = {name: each for name, each in EVERYTHING.types.items() if not each.derived}
    assert rest == CURATED.types
    assert not any(each.derived for each in CURATED.types.values())


def test_everything_is_broad():
    assert len(EVERYTHING.types) >= 1500
    assert len(EVERYTHING.services) >= 300


def test_no_listing_is_derived_twice():
    calls = Counter(
        (each.service, each.list.operation, repr(sorted(each.list.params.items())))
        for each in DERIVED
    )
    assert [call for call, count in calls.items() if count > 1] == []


def test_a_declaration_of_the_same_name_stands_for_the_derived_type():
    (declared,) = [each for each in DERIVED if each.type == A_DERIVED]
    own = replace(declared, derived=False, list=Call("ListOtherThings", out="things"))
    assert A_DERIVED not in {each.type for each in derived_types([own])}


@pytest.mark.parametrize(
    ("params", "out", "is_absorbed"),
    [
        ({"Scope": "REGIONAL"}, "IPSets", True),
        ({"Scope": "REGIONAL"}, "IPSets[].{Name: Name}", True),
        ({}, "IPSets", True),
        ({"Scope": "REGIONAL"}, "Others", False),
        ({"Scope": "CLOUDFRONT"}, "IPSets", False),
    ],
)
def test_a_declaration_that_lists_the_same_stands_for_the_derived_type(params, out, is_absorbed):
    own = ResourceType("acme:ip-set", "wafv2", Call("ListIPSets", params, out=out), id="Id")
    regional = {
        each.type
        for each in derived_types([own])
        if (each.service, each.list.operation) == ("wafv2", "ListIPSets")
        and each.list.params["Scope"] == "REGIONAL"
    }
    assert bool(regional) is not is_absorbed


def names(types, services=()):
    return {each.type for each in EVERYTHING.select(types, services)}


def test_the_default_is_what_somebody_declared():
    assert names(()) == names((DEFAULT,)) == set(CURATED.types)


def test_all_is_everything():
    assert names((ALL,)) == names(("ALL",)) == names(("*",)) == set(EVERYTHING.types)


def test_globs_match_both():
    chosen = EVERYTHING.select(("AWS::EC2::*",), ())
    assert {each.derived for each in chosen} == {True, False}


def test_the_default_and_a_derived_type_go_together():
    assert names((DEFAULT, A_DERIVED)) == {*CURATED.types, A_DERIVED}


def test_services_narrow_all():
    chosen = EVERYTHING.select((ALL,), ("iot",))
    assert {each.service for each in chosen} == {"iot"}
    assert {each.derived for each in chosen} == {True, False}


def test_a_service_of_derived_types_alone_says_how_to_get_at_them():
    (service, *_) = sorted(set(EVERYTHING.services) - set(CURATED.services))
    with pytest.raises(SettingsError, match=f"in default and of {service}; types = all has more"):
        Catalog.load_for((), (service,)).select((), (service,))


def test_near_names_come_from_everything():
    with pytest.raises(SettingsError, match="did you mean AWS::IoT::JobTemplate"):
        Catalog.load_for(("AWS::IoT::JobTemplates",)).select(("AWS::IoT::JobTemplates",), ())


@pytest.mark.parametrize(
    ("types", "services", "is_everything"),
    [
        ((), (), False),
        ((DEFAULT,), (), False),
        (("aws::sqs::queue",), ("sqs",), False),
        ((ALL,), (), True),
        ((A_DERIVED,), (), True),
        (("AWS::SQS::*",), (), True),
        ((), ("iot*",), True),
    ],
)
def test_derived_types_are_loaded_only_where_they_may_be_meant(types, services, is_everything):
    expected = EVERYTHING if is_everything else CURATED
    assert Catalog.load_for(types, services).types == expected.types


def test_a_users_type_stands_for_a_derived_one(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from scanner.model.resource import Call, ResourceType\n"
        f"MINE = ResourceType({A_DERIVED!r}, service='iot', id='jobTemplateArn',\n"
        "    list=Call('ListJobTemplates', out='jobTemplates'))\n"
    )
    mine = Catalog.load_for((ALL,), extra=[path]).types[A_DERIVED]
    assert not mine.derived
    assert mine.id == "jobTemplateArn"


def test_exclusions_have_reasons_and_are_no_types():
    listed = {(each.service, each.list.operation) for each in EVERYTHING.types.values()}
    excluded = EVERYTHING.excluded()
    assert len(excluded) > 500
    assert not listed & {(each.service, each.operation) for each in excluded}
    assert all(each.text for each in excluded)


def test_facts_exclude_nothing_that_they_derive():
    derived = {(row["service"], row["operation"]) for row in rows("derived")}
    assert not derived & {(each.service, each.operation) for each in exclusions()}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (("ec2", "DescribeInstanceTypes"), "aws-owned"),
        (("rds", "DescribeEvents"), "activity"),
        (("service-quotas", "ListServices"), "aws-owned"),
        (("organizations", "ListAccounts"), "organization"),
        (("glue", "ListConnectionTypes"), "not-read-only"),
        (("ecr", "GetAuthorizationToken"), "secret"),
        (("docdb", "DescribeDBClusters"), "duplicate"),
    ],
)
def test_what_is_not_inventory_is_left_out(key, reason):
    found = {(each.service, each.operation): each.reason for each in exclusions()}
    assert found[key] == reason


def test_other_peoples_images_and_snapshots_are_not_asked_for():
    params = {each.list.operation: each.list.params for each in DERIVED}
    assert params["DescribeFpgaImages"] == {"Owners": ["self"]}


def test_derived_types_are_read_only():
    levels = {row["access"] for row in rows("derived")}
    assert levels == {"List", "Read"}


@pytest.mark.parametrize("service", EVERYTHING.services)
def test_the_actions_of_every_call_are_known(service):
    for each in EVERYTHING.types.values():
        if each.service == service:
            assert all(":" in action for action in actions_of(each))


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("AWS::S3::Bucket", {"s3:ListAllMyBuckets", "s3:GetEncryptionConfiguration"}),
        ("AWS::ApiGateway::RestApi", {"apigateway:GET"}),
        ("AWS::Budgets::Budget", {"budgets:ViewBudget"}),
        ("AWS::EMR::Cluster", {"elasticmapreduce:ListClusters"}),
        ("AWS::Cassandra::Keyspace", {"cassandra:Select"}),
    ],
)
def test_actions_that_are_not_called_like_the_operation(name, actions):
    assert actions <= set(actions_of(EVERYTHING.types[name]))


def test_an_unknown_action_is_an_error():
    unknown = ResourceType("acme:thing", "iot", Call("ListNothing", out="nothing"), id="x")
    with pytest.raises(CatalogError, match="acme:thing: the IAM actions of iot:ListNothing"):
        actions_of(unknown)


@pytest.mark.parametrize(
    ("service", "region", "answer"),
    [
        ("sqs", "eu-west-1", True),
        ("apprunner", "me-south-1", False),
        ("bedrock-agent", "us-east-1", True),
        ("bedrock-agent", "us-iso-east-1", None),
        ("sqs", "xx-new-1", None),
        ("no-such-service", "us-east-1", None),
    ],
)
def test_where_services_are(service, region, answer):
    assert serves(service, region) is answer


def test_most_services_are_known_somewhere():
    known = header("regions")["regions"]
    missing = [
        service
        for service in EVERYTHING.services
        if not any(serves(service, region) for region in known)
    ]
    assert len(missing) < 0.05 * len(EVERYTHING.services)
