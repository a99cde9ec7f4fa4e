"""The tag policies of an organization, over the wire and where AWS says no."""

import json

import boto3
import pytest
from aiobotocore.session import get_session
from moto.server import ThreadedMotoServer

from scanner.aws.directory import Directory
from scanner.aws.tag_policies import attached_policies, effective_texts


@pytest.fixture(scope="module")
def wire():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    where = {
        "region_name": "us-east-1", "endpoint_url": f"http://{host}:{port}",
        "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x",
    }  # fmt: skip
    client = boto3.client("organizations", **where)
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    unit = client.create_organizational_unit(
        ParentId=root, Name="prod", Tags=[{"Key": "team", "Value": "red"}]
    )
    ids = {"root": root, "unit": unit["OrganizationalUnit"]["Id"]}
    client.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    for name, targets in (("both", ("root", "unit")), ("idle", ()), ("one", ("unit",))):
        content = json.dumps({"tags": {name: {"tag_key": {"@@assign": name}}}})
        made = client.create_policy(Content=content, Description="", Name=name, Type="TAG_POLICY")
        for target in targets:
            client.attach_policy(
                PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=ids[target]
            )
    yield where, ids
    client.close()
    server.stop()


async def test_every_policy_that_is_attached_is_read_with_its_targets(wire):
    where, ids = wire
    async with get_session().create_client("organizations", **where) as client:
        found = await attached_policies(client)

    assert [(each.name, each.targets) for each in found] == [
        ("both", (ids["root"], ids["unit"])),
        ("one", (ids["unit"],)),
    ]
    assert json.loads(found[1].text) == {"tags": {"one": {"tag_key": {"@@assign": "one"}}}}


async def test_units_have_names_tags_and_roots(wire):
    where, ids = wire
    async with get_session().create_client("organizations", **where) as client:
        directory = Directory(client)

        assert await directory.roots() == [ids["root"]]
        assert await directory.unit_name(ids["unit"]) == "prod"
        assert await directory.tags(ids["unit"]) == {"team": "red"}


class Effective:
    """A client that knows the effective policy of one account."""

    class exceptions:  # noqa: N801 — botocore's name
        class EffectivePolicyNotFoundException(Exception):
            pass

    async def describe_effective_policy(self, **params):
        assert params["PolicyType"] == "TAG_POLICY"
        if params["TargetId"] != "1":
            raise self.exceptions.EffectivePolicyNotFoundException
        return {"EffectivePolicy": {"PolicyContent": '{"tags": {}}'}}


async def test_an_account_may_have_no_effective_policy():
    assert await effective_texts(Effective(), ["1", "2"]) == {"1": '{"tags": {}}', "2": None}
