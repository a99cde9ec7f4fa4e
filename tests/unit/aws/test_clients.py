"""Models, endpoints, the shared wire and the pool."""

import gc
import json
import socket
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import aiohttp
import pytest
from botocore.loaders import Loader

from scanner.app.link import linked
from scanner.aws.central import Central
from scanner.aws.endpoints import Endpoints
from scanner.aws.fast.calls import Calls
from scanner.aws.models import LeanLoader
from scanner.aws.pages import ask
from scanner.aws.session import VisitCredentials
from scanner.aws.visit import Meter, visiting
from scanner.aws.wire import LoopbackResolver, Wire
from scanner.model.errors import DiscoveryError, SettingsError
from scanner.model.target import Account
from scanner.settings import Settings
from tests.faults.support import organization


def without_prose(value):
    if isinstance(value, Mapping):
        return {
            key: without_prose(each)
            for key, each in value.items()
            if key != "documentation" or isinstance(each, dict)
        }
    return [without_prose(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("service", ["sqs", "s3", "apigateway", "ec2"])
def test_a_lean_model_says_the_same_without_the_prose(service):
    full = json.loads(json.dumps(Loader().load_service_model(service, "service-2")))
    lean = LeanLoader().load_service_model(service, "service-2")
    assert without_prose(lean) == without_prose(full)


def test_what_is_taken_out_of_a_lean_model_is_the_takers_own():
    shapes = LeanLoader().load_service_model("sqs", "service-2")["shapes"]
    (name, *_), count = shapes, len(shapes)
    shapes[name]["type"] = "changed"
    assert shapes[name]["type"] != "changed"
    assert shapes.get("nonsense") is None
    assert len(shapes) == count


def test_a_model_is_whole_whoever_else_reads_it_at_the_same_time():
    loader, full = LeanLoader(), Loader().load_service_model("rds", "service-2")
    versions = [None, "2014-10-31", None, "2014-10-31"]
    with ThreadPoolExecutor(len(versions)) as threads:
        found = list(threads.map(partial(loader.load_service_model, "rds", "service-2"), versions))
    assert {frozenset(each["shapes"]) for each in found} == {frozenset(full["shapes"])}
    assert not [key for key in loader._cache if key[0].startswith("load_") and "rds" in key[1]]


def test_a_forgotten_model_is_read_again():
    loader = LeanLoader()
    first = loader.load_service_model("sqs", "service-2")
    kept = loader.load_service_model("sns", "service-2")
    assert loader.load_service_model("sqs", "service-2") is first
    loader.forget("sqs")
    assert loader.load_service_model("sqs", "service-2") is not first
    assert loader.load_service_model("sns", "service-2") is kept


def test_a_model_that_does_not_exist_is_not_found(tmp_path):
    loader = LeanLoader(str(tmp_path))
    assert str(tmp_path) in loader.search_paths
    with pytest.raises(Exception, match="Unknown service"):
        loader.load_service_model("nonsense", "service-2")


@pytest.mark.parametrize(
    ("service", "region", "served"),
    [
        ("sqs", "eu-west-1", True),
        ("apprunner", "sa-east-1", False),
        ("fis", "eu-west-1", None),
        ("sqs", "mars-north-1", None),
    ],
)
def test_endpoints_know_yes_no_and_nothing(service, region, served):
    table = Endpoints()
    assert table.serves(service, region) is served
    assert table.serves(service, region) is served


async def test_names_below_localhost_are_loopback():
    resolver = LoopbackResolver()
    (found, *_) = await resolver.resolve("123456789012.localhost", 80, socket.AF_INET)
    assert found["host"] == "127.0.0.1"
    (same, *_) = await resolver.resolve("127.0.0.1", 80, socket.AF_INET)
    assert same["host"] == "127.0.0.1"


async def test_all_clients_share_one_pool_of_connections(monkeypatch):
    made = []
    original = aiohttp.ClientSession.__init__

    def counted(self, *args, **options):
        made.append(self)
        original(self, *args, **options)

    monkeypatch.setattr(aiohttp.ClientSession, "__init__", counted)
    async with organization(monkeypatch), linked(Settings.of(role="R")) as link:
        with visiting(link.leases.of(Account("100000000000")), Meter()):
            for service in ("sqs", "sns", "rds"):
                for region in ("us-east-1", "eu-west-1"):
                    async with link.clients.use(service, region) as client:
                        await (
                            client.get_paginator(
                                {
                                    "sqs": "list_queues",
                                    "sns": "list_topics",
                                    "rds": "describe_db_instances",
                                }[service]
                            )
                            .paginate()
                            .build_full_result()
                        )
        assert len(made) == 1
    assert made[0].closed


async def test_a_wire_makes_one_session_a_configuration():
    wire, made = Wire(), []

    class Session:
        async def close(self):
            made.append("closed")

    assert wire.session(("a",), Session) is wire.session(("a",), Session)
    wire.session(("b",), Session)
    await wire.aclose()
    assert made == ["closed", "closed"]


async def test_methods_are_made_when_they_are_asked_for_and_all_are_there(monkeypatch):
    async with (
        organization(monkeypatch) as fake,
        linked(Settings.of(role="R")) as link,
        link.clients.use("sqs", "us-east-1") as client,
    ):
        assert not hasattr(type(client), "list_queues")
        assert client.can_paginate("list_queues")
        with pytest.raises(AttributeError, match="list_nonsense"):
            client.list_nonsense  # noqa: B018 — what it is asked for
        with visiting(link.leases.of(Account("100000000000")), Meter()):
            answer = await client.list_queues(QueueNamePrefix="a")
        assert answer["QueueUrls"]
        assert fake.journal.count(operation="ListQueues") == 1


async def test_clients_of_users_tasks_have_all_methods_at_hand(monkeypatch):
    async with (
        organization(monkeypatch),
        linked(Settings.of(role="R", task="t.py:f")) as link,
        link.guests.use("sqs", "us-east-1") as client,
    ):
        assert hasattr(type(client), "list_queues")


async def test_a_retired_client_is_made_anew_when_needed(monkeypatch):
    async with organization(monkeypatch), linked(Settings.of(role="R")) as link:
        async with link.clients.use("sqs", "eu-west-1") as first:
            pass
        await link.clients.retire("sqs", "eu-west-1")
        await link.clients.retire("sqs", "eu-west-1")
        async with link.clients.use("sqs", "eu-west-1") as second:
            assert first is not second
        paging = link.clients.paging(second, "ListQueues")
        assert (paging.inputs, paging.limit) == (("NextToken",), "MaxResults")
        assert link.clients.paging(second, "ListQueues") is paging
        assert link.clients.paging(second, "GetQueueAttributes").inputs == ()


async def test_with_its_last_client_a_service_is_forgotten_shapes_and_all(monkeypatch):
    async with organization(monkeypatch), linked(Settings.of(role="R")) as link:
        with visiting(link.leases.of(Account("100000000000")), Meter()):
            for region in ("us-east-1", "eu-west-1"):
                async with link.clients.use("sqs", region) as client:
                    await ask(link.gate, client, "ListQueues", {})
        model = weakref.ref(client.meta.service_model)
        del client
        await link.clients.retire("sqs", "us-east-1")
        assert "sqs" in link.clients._fast.readers._services
        await link.clients.retire("sqs", "eu-west-1")
        gc.collect()
        assert model() is None
        assert link.clients._fast.readers._services.keys() == set()


@pytest.mark.parametrize(("wire", "fast"), [("fast", True), ("stock", False)])
async def test_the_wire_is_chosen_by_the_settings(monkeypatch, wire, fast):
    async with (
        organization(monkeypatch),
        linked(Settings.of(role="R", wire=wire)) as link,
        link.clients.use("sqs", "us-east-1") as client,
    ):
        assert isinstance(client._send, Calls) is fast


def test_visit_credentials_have_nothing_of_their_own():
    credentials = VisitCredentials()
    for name in ("access_key", "secret_key", "token", "account_id"):
        with pytest.raises(LookupError):
            getattr(credentials, name)


async def test_visit_credentials_answer_with_the_visits(monkeypatch):
    async with organization(monkeypatch), linked(Settings.of(role="R")) as link:
        lease = link.leases.of(Account("100000000000"))
        await lease.fresh()
        with visiting(lease, Meter()):
            credentials = VisitCredentials()
            assert credentials.account_id == "100000000000"
            assert credentials.get_access_key() == lease.frozen.access_key
            assert credentials.get_secret_key() == lease.frozen.secret_key
            assert credentials.get_token() == lease.frozen.token
            assert await credentials.get_frozen_credentials() is lease.frozen


def test_an_unknown_profile_is_the_users_mistake():
    with pytest.raises(SettingsError, match="nowhere"):
        Central(profile="nowhere")


async def test_without_credentials_nothing_can_be_scanned():
    with pytest.raises(DiscoveryError, match="no AWS credentials"):
        async with linked(Settings.of(role="R")):
            pass


async def test_refused_central_credentials_are_told(monkeypatch):
    async with organization(monkeypatch):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
        with pytest.raises(DiscoveryError, match="GetCallerIdentity"):
            async with linked(Settings.of(role="R")):
                pass


def test_a_central_identity_has_no_credentials_before_it_signed_in():
    central = Central(region="cn-north-1")
    assert (central.partition, central.home) == ("aws-cn", "cn-northwest-1")
    assert central.reject(None) is False
    with pytest.raises(LookupError):
        _ = central.frozen
