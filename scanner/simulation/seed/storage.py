"""Recipes for what keeps state: buckets, tables, databases, file systems, keys and secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scanner.simulation.seed.place import pairs

if TYPE_CHECKING:
    from scanner.simulation.seed.place import Place

FAKE_SECRET = "demo-not-a-secret"  # noqa: S105 — what the demo shows being redacted


def bucket(place: Place, index: int) -> None:
    """Make a bucket; some are encrypted, versioned, closed to the public, have a policy."""
    name = f"{place.name(index)}-{place.account_id}-{place.region}"
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    where = {} if place.region == "us-east-1" else elsewhere
    place.make("AWS::S3::Bucket", "s3.create_bucket", Bucket=name, **where)
    if tags := place.tags():
        place.call("s3.put_bucket_tagging", Bucket=name, Tagging={"TagSet": pairs(tags)})
    if place.chance(0.5):
        _protect(place, name)
    if place.chance(0.4):
        place.call(
            "s3.put_bucket_versioning",
            Bucket=name,
            VersioningConfiguration={"Status": "Enabled"},
        )
    if place.chance(0.3):
        place.call("s3.put_bucket_policy", Bucket=name, Policy=_only_tls(name))


def _protect(place: Place, bucket_name: str) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    place.call(
        "s3.put_bucket_encryption",
        Bucket=bucket_name,
        ServerSideEncryptionConfiguration={"Rules": [rule]},
    )
    place.call(
        "s3.put_public_access_block",
        Bucket=bucket_name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )


def _only_tls(bucket_name: str) -> str:
    statement = {
        "Sid": "OnlyTLS",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket_name}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def table(place: Place, index: int) -> None:
    """Make a DynamoDB table."""
    place.make(
        "AWS::DynamoDB::Table",
        "dynamodb.create_table",
        TableName=place.name(index),
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=pairs(place.tags()),
    )


def database(place: Place, index: int) -> None:
    """Make an RDS instance; half of them are not encrypted, some are public."""
    place.make(
        "AWS::RDS::DBInstance",
        "rds.create_db_instance",
        DBInstanceIdentifier=f"{place.name(index)}-db",
        Engine="postgres",
        DBInstanceClass="db.m6g.large",
        AllocatedStorage=100,
        MasterUsername="app",
        MasterUserPassword=FAKE_SECRET,
        StorageEncrypted=place.chance(0.5),
        PubliclyAccessible=place.chance(0.2),
        Tags=pairs(place.tags()),
    )


def database_cluster(place: Place, index: int) -> None:
    """Make an Aurora cluster."""
    place.make(
        "AWS::RDS::DBCluster",
        "rds.create_db_cluster",
        DBClusterIdentifier=f"{place.name(index)}-aurora",
        Engine="aurora-postgresql",
        MasterUsername="app",
        MasterUserPassword=FAKE_SECRET,
        Tags=pairs(place.tags()),
    )


def file_system(place: Place, index: int) -> None:
    """Make an EFS file system."""
    place.make(
        "AWS::EFS::FileSystem",
        "efs.create_file_system",
        CreationToken=place.name(index),
        Encrypted=place.chance(0.5),
        Tags=pairs(place.tags() | {"Name": place.name(index)}),
    )


def key(place: Place, index: int) -> None:
    """Make a KMS key with an alias; every second one rotates."""
    name = place.name(index)
    tags = pairs(place.tags(), "TagKey", "TagValue")
    made = place.make("AWS::KMS::Key", "kms.create_key", Description=f"Encrypts {name}", Tags=tags)
    key_id = made["KeyMetadata"]["KeyId"]
    place.make("AWS::KMS::Alias", "kms.create_alias", AliasName=f"alias/{name}", TargetKeyId=key_id)
    place.kept["key"] = key_id
    if place.chance(0.5):
        place.call("kms.enable_key_rotation", KeyId=key_id)


def volume(place: Place, index: int) -> None:
    """Make an unattached volume, encrypted where the account has a key here."""
    key_id = place.kept.get("key")
    encryption = {"Encrypted": True, "KmsKeyId": key_id} if key_id else {}
    tags = place.tags() | {"Name": f"{place.name(index)}-scratch"}
    place.make(
        "AWS::EC2::Volume",
        "ec2.create_volume",
        AvailabilityZone=f"{place.region}a",
        Size=place.random.choice((20, 100, 500)),
        VolumeType="gp3",
        TagSpecifications=[{"ResourceType": "volume", "Tags": pairs(tags)}],
        **encryption,
    )


def secret(place: Place, index: int) -> None:
    """Make a secret."""
    place.make(
        "AWS::SecretsManager::Secret",
        "secretsmanager.create_secret",
        Name=f"{place.account.product}/{place.name(index)}",
        SecretString=json.dumps({"password": FAKE_SECRET}),
        Tags=pairs(place.tags()),
    )


def parameter(place: Place, index: int) -> None:
    """Make a parameter; every third one is a secret."""
    place.make(
        "AWS::SSM::Parameter",
        "ssm.put_parameter",
        Name=f"/{place.account.environment}/{place.name(index)}",
        Value=FAKE_SECRET,
        Type="SecureString" if index % 3 == 0 else "String",
        Tags=pairs(place.tags()),
    )
