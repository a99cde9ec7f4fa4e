"""The catalogue finds declarations, refuses wrong ones, and selects by globs."""

import sys
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoint
from pkgutil import iter_modules
from types import ModuleType

import pytest

import scanner.catalog
from scanner.catalog import Catalog, resources
from scanner.model.errors import CatalogError, SettingsError
from scanner.model.resource import Call, ResourceType

CLUSTER = ResourceType("AWS::EKS::Cluster", service="eks", list=Call("ListClusters"), id="name")
NODEGROUP = ResourceType(
    "AWS::EKS::Nodegroup",
    service="eks",
    list=Call("ListNodegroups"),
    id="nodegroupName",
    parent="AWS::EKS::Cluster",
)
ROLE = ResourceType(
    "AWS::IAM::Role", service="iam", list=Call("ListRoles"), id="RoleName", scope="global"
)

FILE = """
from scanner.catalog.resources.sqs import QUEUE as ALREADY_KNOWN
from scanner.model.resource import Call, ResourceType

LIST = Call("ListThings", out="things")
THING = ResourceType("acme:thing", service="iot", list=LIST, id="thingName")
"""


@pytest.fixture
def catalog():
    return Catalog.of([ROLE, NODEGROUP, CLUSTER])


def test_types_are_sorted_and_cannot_be_changed(catalog):
    assert list(catalog.types) == ["AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::IAM::Role"]
    with pytest.raises(TypeError):
        catalog.types["AWS::SQS::Queue"] = CLUSTER


def test_services_are_listed_once(catalog):
    assert catalog.services == ("eks", "iam")


def test_children_are_found_by_their_parent(catalog):
    assert catalog.children_of("AWS::EKS::Cluster") == (NODEGROUP,)
    assert catalog.children_of("AWS::IAM::Role") == ()


def test_a_name_declared_twice_is_refused():
    with pytest.raises(CatalogError, match="more than once: AWS::EKS::Cluster"):
        Catalog.of([CLUSTER, replace(CLUSTER, id="arn")])


def test_one_value_met_twice_is_no_double():
    assert Catalog.of([CLUSTER, CLUSTER]).types == {"AWS::EKS::Cluster": CLUSTER}


def test_an_unknown_parent_is_refused():
    with pytest.raises(CatalogError, match=r"Nodegroup.*AWS::EKS::Cluster"):
        Catalog.of([NODEGROUP])


@pytest.mark.parametrize("change", [{"service": "ecs"}, {"scope": "global"}])
def test_a_parent_of_another_service_or_scope_is_refused(change):
    with pytest.raises(CatalogError, match="another service or scope"):
        Catalog.of([replace(CLUSTER, **change), NODEGROUP])


def test_a_circle_of_parents_is_refused():
    with pytest.raises(CatalogError, match="its own ancestors"):
        Catalog.of([replace(CLUSTER, parent="AWS::EKS::Nodegroup"), NODEGROUP])


@pytest.mark.parametrize(
    ("types", "services", "chosen"),
    [
        ((), (), ["AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::IAM::Role"]),
        (("*",), (), ["AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::IAM::Role"]),
        (("aws::eks::*",), (), ["AWS::EKS::Cluster", "AWS::EKS::Nodegroup"]),
        (("*Cluster", "*role"), (), ["AWS::EKS::Cluster", "AWS::IAM::Role"]),
        ((), ("IAM",), ["AWS::IAM::Role"]),
        ((), ("e*", "iam"), ["AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::IAM::Role"]),
        (("*::Cluster", "*::Role"), ("eks",), ["AWS::EKS::Cluster"]),
    ],
)
def test_globs_select_types(catalog, types, services, chosen):
    assert [t.type for t in catalog.select(types, services)] == chosen


@pytest.mark.parametrize(
    ("types", "services", "message"),
    [
        (("AWS::EKS::Custer",), (), r"'AWS::EKS::Custer'; did you mean AWS::EKS::Cluster"),
        (("*", "Nope*"), (), r"no resource type matches 'Nope\*'$"),
        ((), ("ekss",), r"no service matches 'ekss'; did you mean eks\?"),
        (("AWS::IAM::Role",), ("eks",), "both in AWS::IAM::Role and of eks"),
    ],
)
def test_a_glob_that_matches_nothing_is_refused(catalog, types, services, message):
    with pytest.raises(SettingsError, match=message):
        catalog.select(types, services)


def test_a_users_file_adds_its_types(tmp_path):
    path = tmp_path / "things.py"
    path.write_text(FILE)
    catalog = Catalog.load([path])
    assert catalog.types["acme:thing"].service == "iot"
    assert set(catalog.types) - set(Catalog.load().types) == {"acme:thing"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("X = (", "SyntaxError"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("X = 1", "declares no ResourceType"),
        (FILE.replace("acme:thing", "AWS::SQS::Queue"), "more than once: AWS::SQS::Queue"),
    ],
)
def test_a_users_file_that_does_not_load_is_named(tmp_path, text, message):
    path = tmp_path / "wrong.py"
    path.write_text(text)
    with pytest.raises(CatalogError, match=message):
        Catalog.load([path])


def test_a_users_file_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(CatalogError, match=r"nowhere\.py: FileNotFoundError"):
        Catalog.load([tmp_path / "nowhere.py"])


def _modules():
    return [
        import_module(found.name)
        for found in iter_modules(resources.__path__, f"{resources.__name__}.")
    ]


@pytest.mark.parametrize("module", _modules(), ids=lambda m: m.__name__.rpartition(".")[2])
def test_a_module_holds_one_service_in_order(module):
    types = [value for value in vars(module).values() if isinstance(value, ResourceType)]
    nouns = [t.type.rpartition(":")[2].replace("-", "").lower() for t in types]
    assert nouns == sorted(nouns)
    (service,) = {t.service.replace("-", "_") for t in types}
    assert f"{module.__name__.rpartition('.')[2]}_".startswith(f"{service}_")


def _plug(monkeypatch, name):
    entry = EntryPoint("acme", name, "scanner.resources")
    monkeypatch.setattr(
        scanner.catalog.find, "entry_points", lambda group: {entry} if group else set()
    )


def test_a_plugin_adds_its_types(monkeypatch):
    plugin = ModuleType("acme_types")
    plugin.THING = replace(CLUSTER, type="acme:thing")
    monkeypatch.setitem(sys.modules, "acme_types", plugin)
    _plug(monkeypatch, "acme_types")
    assert Catalog.load().types["acme:thing"] is plugin.THING


def test_a_plugin_that_does_not_load_is_named(monkeypatch):
    _plug(monkeypatch, "no_such_module")
    with pytest.raises(CatalogError, match=r"plugin acme \(no_such_module\)"):
        Catalog.load()
