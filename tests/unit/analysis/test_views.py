"""Views have names that people guess, and SQL that says no more than it was given."""

import pytest

from scanner.analysis import views
from scanner.analysis.views import named_views, view_name
from scanner.catalog import Catalog

EVERYTHING = Catalog.load(everything=True).types


@pytest.mark.parametrize(
    ("type", "name"),
    [
        ("AWS::EC2::Instance", "ec2_instance"),
        ("AWS::S3::Bucket", "s3_bucket"),
        ("AWS::DynamoDB::Table", "dynamodb_table"),
        ("AWS::RDS::DBInstance", "rds_db_instance"),
        ("AWS::EC2::VPC", "ec2_vpc"),
        ("AWS::EC2::EC2Fleet", "ec2_ec2_fleet"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancingv2_load_balancer"),
        ("backup:protected-resource", "backup_protected_resource"),
        ("application-autoscaling:x", "application_autoscaling_x"),
    ],
)
def test_a_view_is_named_after_its_type(type, name):
    assert view_name(type) == name


def test_no_two_types_share_a_view():
    assert len({view_name(each) for each in EVERYTHING}) == len(EVERYTHING)


def test_views_are_found_in_a_statement_by_name():
    sql = "SELECT i.id FROM EC2_Instance i JOIN ec2_volume_x USING (id) -- s3_bucket"

    found = named_views(sql, ["AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::S3::Bucket"])

    assert found == {"ec2_instance": "AWS::EC2::Instance", "s3_bucket": "AWS::S3::Bucket"}


def test_members_never_hide_columns_of_the_record():
    sql = views.of_type(
        "A::B::C", {"Name": "string", "ID": "string", "Size": "long"}, ["Tags"], "s"
    )

    assert '"Size"' in sql
    assert not any(each in sql for each in ('"Name"', '"ID"', '"Tags"'))


def test_texts_are_quoted():
    assert views.literal("it's") == "'it''s'"
    assert views.quoted('a"b') == '"a""b"'
