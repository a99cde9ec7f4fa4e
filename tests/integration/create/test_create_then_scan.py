"""What boto3 created in moto is what a scan finds: number, account, region, id, ARN and tags."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import anyio
import boto3
import pytest

import scanner
from scanner.model.outcome import Status
from scanner.simulation import _environment
from tests.integration.create import (
    analytics,
    application,
    compute,
    databases,
    edge,
    management,
    messaging,
    network,
    security,
    storage,
)
from tests.integration.create.place import GLOBAL, HOME, ROLE, Place

pytestmark = pytest.mark.timeout(180)

ROOT = Path(__file__).parents[3]
ACCOUNTS = ("210987654321", "456789012345")
REGIONS = (HOME, "eu-west-1")

MODULES = (
    network, edge, storage, security, messaging,
    compute, databases, application, management, analytics,
)  # fmt: skip
"""In an order in which each finds what it needs of those before."""
ONCE = {name: make for module in MODULES for name, make in module.ONCE.items()}
REGIONAL = {name: make for module in MODULES for name, make in module.REGIONAL.items()}
AT_HOME = {name: make for module in MODULES for name, make in module.AT_HOME.items()}
"""Services that moto has in few regions only."""
RECIPES = ONCE | REGIONAL | AT_HOME
# Left out, for moto answers wrongly: Network Manager and MediaLive (ARNs), EMR, S3 Vectors, access
# points and Storage Lens (the same in every region), Inspector (its account status), DHCP options
# (neither owner nor tags), ECS capacity providers and RDS option groups (only by name), public
# snapshots (every one is), scheduled actions (no ARN), Beanstalk environments (no id).

LACKING = {
    "AWS::Backup::BackupVault": "GetBackupVaultAccessPolicy",
    "AWS::Budgets::Budget": "ListTagsForResource",
    "AWS::CodeDeploy::DeploymentGroup": "BatchGetDeploymentGroups",
    "AWS::Cognito::IdentityPool": "GetIdentityPoolRoles",
    "AWS::Config::DeliveryChannel": "DescribeDeliveryChannelStatus",
    "AWS::EMRServerless::Application": "ListTagsForResource",
    "AWS::IAM::InstanceProfile": "ListInstanceProfileTags",
    "AWS::IAM::SAMLProvider": "ListSAMLProviderTags",
    "AWS::IAM::ServerCertificate": "ListServerCertificateTags",
    "AWS::IAM::VirtualMFADevice": "ListMFADeviceTags",
    "AWS::KinesisVideo::Stream": "ListTagsForStream",
    "AWS::SecurityHub::Hub": "ListTagsForResource",
    "AWS::WAFv2::WebACL": "ListResourcesForWebACL",
    "glacier:vault": "GetVaultAccessPolicy",
}
"""Types of which moto does not know a detail call: the scan must say so, and find them yet."""


@dataclass(frozen=True)
class World:
    """What was created where, by which recipe, and what a scan found of it."""

    places: list[Place]
    types: dict[str, set[str]]
    records: list[scanner.Record]
    outcomes: list[scanner.Outcome]

    def found(self, place: Place, type: str) -> list[scanner.Record]:
        """Return the records of a type in a place."""
        where = (place.account, place.region, type)
        return [r for r in self.records if (r.account_id, r.region, r.resource_type) == where]


@pytest.fixture(scope="module")
def url():
    """Run moto in a child that ends with this process."""
    environment = {
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.integration.create.server"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT,
        env=os.environ | environment,
    ) as child:  # fmt: skip
        try:
            child.stdin.write(json.dumps([ACCOUNTS, REGIONS]).encode() + b"\n")
            child.stdin.flush()
            yield json.loads(child.stdout.readline())["url"]
        finally:
            child.kill()


def enter(session, account, region):
    """Enter an account as the scanner does."""
    arn = f"arn:aws:iam::{account}:role/{ROLE}"
    entered = session.client("sts").assume_role(RoleArn=arn, RoleSessionName="creator")
    keys = entered["Credentials"]
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    arguments = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    named = {to: keys[name] for to, name in zip(arguments, names, strict=True)}
    return Place(account, region, session, named)


def create(session):
    """Run every recipe in every account, the regional ones in every region."""
    types = {name: set() for name in RECIPES}
    places = []
    for account in ACCOUNTS:
        for region in (GLOBAL, *REGIONS):
            place = enter(session, account, region)
            places.append(place)
            recipes = ONCE if region == GLOBAL else REGIONAL
            for name, make in (recipes | AT_HOME if region == HOME else recipes).items():
                before = Counter({kind: len(made) for kind, made in place.own.items()})
                make(place)
                types[name] |= {t for t, made in place.own.items() if len(made) > before[t]}
    return places, types


async def scan(types):
    sink = scanner.MemorySink()
    await scanner.scan(sink=sink, role=ROLE, accounts=ACCOUNTS, regions=REGIONS, types=types)
    return sink


@pytest.fixture(scope="module")
def world(url):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _environment(url, HOME).items():
            patch.setenv(name, value)
        places, types = create(boto3.Session())
        sink = anyio.run(scan, sorted(set.union(*types.values())))
    return World(places, types, sink.records, sink.outcomes)


@pytest.mark.parametrize("service", RECIPES)
def test_what_was_created_is_what_is_found(world, service):
    for place in world.places:
        for kind in sorted(world.types[service]):
            found = [
                (each.resource_id, each.arn, each.tags)
                for each in world.found(place, kind)
                if each.resource_id not in place.beside[kind]
            ]
            created = [(each.id, each.arn, each.tags) for each in place.own[kind]]

            assert sorted(found, key=str) == sorted(created, key=str)


def test_what_moto_added_is_found_once(world):
    for place in world.places:
        for kind in set.union(*world.types.values()):
            ids = Counter(each.resource_id for each in world.found(place, kind))
            beside = place.beside[kind]

            assert {each: ids[each] for each in beside} == dict.fromkeys(beside, 1)


def test_every_recipe_made_something_of_the_service_it_is_named_after(world):
    services = {each.resource_type: each.service for each in world.records}
    named = {name: {services[kind] for kind in types} for name, types in world.types.items()}

    assert named == {name: {name.partition(" ")[0]} for name in RECIPES}
    assert len(set.union(*named.values())) >= 60


def test_only_what_moto_lacks_is_not_complete(world):
    elsewhere = set.union(*(world.types[name] for name in AT_HOME))
    failed = {
        (kind, each.status, each.error.partition(":")[0])
        for outcome in world.outcomes
        for kind, each in outcome.types.items()
        if each.status != Status.COMPLETE
        if outcome.region != "eu-west-1" or kind not in elsewhere
    }

    assert failed == {(kind, Status.UNAVAILABLE, call) for kind, call in LACKING.items()}


def test_only_what_moto_lacks_is_unread(world):
    assert {each.resource_type for each in world.records if each.unread} == set(LACKING)


def test_what_guards_a_bucket_is_beside_it_by_name(world):
    for place in (each for each in world.places if each.region != GLOBAL):
        buckets = {r.resource_id: r.supplementary for r in world.found(place, "AWS::S3::Bucket")}
        guarded, bare = buckets[place.name("guarded")], buckets[place.name("bare")]

        assert guarded["Encryption"]["Rules"] == storage.ENCRYPTION["Rules"]
        assert guarded["Versioning"] == {"Status": "Enabled"}
        assert json.loads(guarded["Policy"]) == json.loads(storage.only_tls(place.name("guarded")))
        assert guarded["PublicAccessBlock"] == storage.CLOSED
        assert (bare["Policy"], bare["PublicAccessBlock"], bare["Versioning"]) == (None, None, {})
    for place in (each for each in world.places if each.region == GLOBAL):
        (account,) = world.found(place, "s3control:account")

        assert account.supplementary["PublicAccessBlock"] == storage.CLOSED


PARENTS = {
    "AWS::ApiGateway::Authorizer": "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Resource": "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage": "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Route": "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Stage": "AWS::ApiGatewayV2::Api",
    "AWS::CodeDeploy::DeploymentGroup": "AWS::CodeDeploy::Application",
    "AWS::Cognito::UserPoolClient": "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolGroup": "AWS::Cognito::UserPool",
    "AWS::ECS::Service": "AWS::ECS::Cluster",
    "AWS::EFS::MountTarget": "AWS::EFS::FileSystem",
    "AWS::EKS::FargateProfile": "AWS::EKS::Cluster",
    "AWS::EKS::Nodegroup": "AWS::EKS::Cluster",
    "AWS::ElasticLoadBalancingV2::Listener": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::Events::Rule": "AWS::Events::EventBus",
    "AWS::Glue::Table": "AWS::Glue::Database",
    "AWS::IAM::AccessKey": "AWS::IAM::User",
    "AWS::Kinesis::StreamConsumer": "AWS::Kinesis::Stream",
    "AWS::Lambda::Alias": "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion": "lambda:layer",
    "AWS::Lambda::Version": "AWS::Lambda::Function",
    "AWS::Route53::RecordSet": "AWS::Route53::HostedZone",
    "ec2:launch-template-version": "AWS::EC2::LaunchTemplate",
    "events:target": "AWS::Events::Rule",
    "iam:mfa-device": "AWS::IAM::User",
    "kms:grant": "AWS::KMS::Key",
}


@pytest.mark.parametrize("child", PARENTS)
def test_a_child_names_its_parent(world, child):
    for place in world.places:
        parents = {each.arn for each in world.found(place, PARENTS[child])}

        assert {each.parent_arn for each in world.found(place, child)} == parents
