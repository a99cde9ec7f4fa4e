"""Recipes for what keeps files and objects, with what a scan must find of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place

ENCRYPTION = {
    "Rules": [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
            "BucketKeyEnabled": True,
        }
    ]
}
CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def only_tls(bucket: str) -> str:
    """Write a bucket's policy."""
    statement = {
        "Sid": "OnlyTLS", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def s3(place: Place) -> None:
    """Make a guarded bucket and a bare one."""
    client = place("s3")
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    for noun in ("guarded", "bare"):
        bucket = place.name(noun)
        client.create_bucket(Bucket=bucket, **({} if place.region == "us-east-1" else elsewhere))
        tags = place.tags if noun == "guarded" else {}
        place.made("AWS::S3::Bucket", bucket, f"arn:aws:s3:::{bucket}", tags)
    guarded = {"Bucket": place.name("guarded")}
    client.put_bucket_tagging(**guarded, Tagging={"TagSet": place.pairs})
    client.put_bucket_encryption(**guarded, ServerSideEncryptionConfiguration=ENCRYPTION)
    client.put_bucket_versioning(**guarded, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_policy(**guarded, Policy=only_tls(guarded["Bucket"]))
    client.put_public_access_block(**guarded, PublicAccessBlockConfiguration=CLOSED)


def without_account(request, **_) -> None:
    """Ask localhost: there need be no DNS for ACCOUNT.localhost."""
    request.url = re.sub(r"//\d{12}\.", "//", request.url)


def s3control(place: Place) -> None:
    """Close the whole account to the public."""
    client = place("s3control")
    client.meta.events.register("before-send.s3-control", without_account)
    client.put_public_access_block(
        AccountId=place.account, PublicAccessBlockConfiguration=CLOSED
    )  # fmt: skip
    place.made("s3control:account", "account", None)


def s3tables(place: Place) -> None:
    """Make a table bucket."""
    arn = place.arn("s3tables", "bucket/tables")
    place("s3tables").create_table_bucket(name="tables")
    place.made("AWS::S3Tables::TableBucket", arn, arn, {})


def efs(place: Place) -> None:
    """Make a file system with a mount target and an access point."""
    client = place("efs")
    system = client.create_file_system(CreationToken="home", Tags=place.pairs)["FileSystemId"]
    arn = place.arn("elasticfilesystem", f"file-system/{system}")
    place.made("AWS::EFS::FileSystem", system, arn, place.tags)
    target = client.create_mount_target(FileSystemId=system, SubnetId=place.kept["subnets"][0])
    place.made("AWS::EFS::MountTarget", target["MountTargetId"], None)
    place.known("AWS::EC2::NetworkInterface", target["NetworkInterfaceId"])
    point = client.create_access_point(
        ClientToken="x", FileSystemId=system, Tags=place.pairs
    )["AccessPointId"]  # fmt: skip
    arn = place.arn("elasticfilesystem", f"access-point/{point}")
    place.made("AWS::EFS::AccessPoint", point, arn, place.tags)


def fsx(place: Place) -> None:
    """Make a file system and a backup of it."""
    client = place("fsx")
    system = client.create_file_system(
        FileSystemType="LUSTRE", StorageCapacity=1200, SubnetIds=place.kept["subnets"][:1],
        Tags=place.pairs,
    )["FileSystem"]["FileSystemId"]  # fmt: skip
    arn = place.arn("fsx", f"file-system/{system}")
    place.made("AWS::FSx::FileSystem", system, arn, place.tags)
    backup = client.create_backup(FileSystemId=system, Tags=place.pairs)["Backup"]["BackupId"]
    place.made("AWS::FSx::Backup", backup, place.arn("fsx", f"backup/{backup}"), place.tags)


def glacier(place: Place) -> None:
    """Make a vault."""
    place("glacier").create_vault(vaultName="attic")
    place.made("glacier:vault", "attic", place.arn("glacier", "vaults/attic"), {})


def backup(place: Place) -> None:
    """Make a vault, a plan and a report plan."""
    client = place("backup")
    client.create_backup_vault(BackupVaultName="nightly", BackupVaultTags=place.tags)
    arn = place.arn("backup", "backup-vault:nightly")
    place.made("AWS::Backup::BackupVault", "nightly", arn, place.tags)
    rule = {"RuleName": "daily", "TargetBackupVaultName": "nightly"}
    plan = client.create_backup_plan(BackupPlan={"BackupPlanName": "daily", "Rules": [rule]})[
        "BackupPlanId"
    ]
    arn = place.arn("backup", f"backup-plan:{plan}")
    place.made("AWS::Backup::BackupPlan", plan, arn, {})
    arn = client.create_report_plan(
        ReportPlanName="jobs",
        ReportDeliveryChannel={"S3BucketName": place.name("bare")},
        ReportSetting={"ReportTemplate": "BACKUP_JOB_REPORT"},
    )["ReportPlanArn"]
    place.made("AWS::Backup::ReportPlan", arn, arn, {})


REGIONAL = {
    "s3": s3,
    "efs": efs,
    "fsx": fsx,
    "glacier": glacier,
    "backup": backup,
}
AT_HOME = {"s3tables": s3tables}
ONCE = {"s3control": s3control}
