"""What was found by hand to hold secrets, in redactions.json, is hidden or never asked for.

Its paths are those of answers: `{}` stands for the values of a map, `{A,*B}` for some of them,
`**` for any depth, and a first step may be what the item's own call leaves out.
"""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path

import pytest

from scanner.aws import shapes
from scanner.aws.request import Request
from scanner.catalog import Catalog
from scanner.engine.records import Item, record_of
from scanner.engine.secret_shapes import MARKER
from scanner.model.resource import Call, ResourceType
from scanner.output.encode import encode_record
from tests.catalog.lint import model_of, whole_of
from tests.catalog.planted import CANARY, SHAPES
from tests.unit.engine.scripted import NOW, context

LIST = json.loads(Path(__file__).with_name("redactions.json").read_text(encoding="utf-8"))
MODES = ("value", "digest", "drop", "keys")
HIDDEN = [row for row in LIST if row["mode"] in MODES and row["service"] != "*"]
KEPT = [row for row in LIST if row["mode"] == "keep"]
NEVER = [row for row in LIST if row["mode"] == "never-call"]
NAMES = (
    "password", "passwd", "passphrase", "pass", "DB_PASS", "secret", "client_secret", "token",
    "api_key", "api-key", "apikey", "private_key", "privatekey", "credential", "auth_key",
    "auth-key", "connection_string", "connectionString", "webhook", "SLACK_WEBHOOK_URL",
)  # fmt: skip
"""What the list's pattern of names is about."""

UNREAD = {
    "lambda:GetFunction:Code.Location",
    "ec2:DescribeInstanceAttribute:UserData.Value",
    "ecs:DescribeTasks:overrides.containerOverrides[].environment[].value",
    "elasticbeanstalk:DescribeConfigurationSettings:OptionSettings[].Value",
    "sagemaker:DescribeTrainingJob:HyperParameters{}",
    "sagemaker:DescribeNotebookInstanceLifecycleConfig:OnCreate[].Content",
    "sagemaker:DescribeNotebookInstanceLifecycleConfig:OnStart[].Content",
    "emr:ListSteps:Config.Args[]",
    "cloudformation:GetTemplate:TemplateBody",
    "ssm:GetParameters*:**.Value",
    "ssm:GetDocument:Content",
    "ssm:ListCommands:Parameters{}",
    "ssm:ListAssociations|DescribeAssociation:Parameters{}",
    "ssm:DescribeMaintenanceWindowTasks:TaskParameters{}",
    "cognito-idp:DescribeUserPoolClient:UserPoolClient.ClientSecret",
    "cognito-idp:DescribeIdentityProvider:ProviderDetails{client_secret}",
    "appsync:ListApiKeys:id",
    "appsync:ListDataSources:httpConfig.authorizationConfig",
    "events:ListConnections|DescribeConnection:AuthParameters.**",
    "quicksight:DescribeDataSource:DataSourceParameters.**",
    "firehose:DescribeDeliveryStream:**.Password",
}
"""Places that no type reads; when one begins to, the place is tested like the others."""

EVERYTHING = Catalog.load(everything=True).types.values()
STEPS = re.compile(r"\[\]|\{\}|[^.\[{]+")
ANYWHERE = r"(?:.*?[.\]}])?"


def label(row):
    return "{service}:{operation}:{path}".format_map(row)


def operations(row):
    return product(row["service"].split("|"), row["operation"].split("|"))


def readers(row):
    """List the types that make one of a row's calls."""
    wanted = set(operations(row))
    return [
        each
        for each in EVERYTHING
        if any(
            each.service == service and fnmatchcase(call.operation, operation)
            for service, operation in wanted
            for call in each.calls
        )
    ]


def leaves(kind, path="", seen=()) -> Iterator[str]:
    """List the paths of all texts of an item; an enumeration's are none."""
    if shapes.describe(kind) in seen or len(seen) > 12:
        return
    seen = (*seen, shapes.describe(kind))
    if shapes.is_list(kind):
        yield from leaves(shapes.element(kind), f"{path}[]", seen)
    elif shapes.is_map(kind):
        yield from leaves(kind.value, f"{path}{{}}", seen)
    elif shapes.is_structure(kind):
        for name, member in shapes.members(kind).items():
            yield from leaves(member, f"{path}.{name}".lstrip("."), seen)
    elif shapes.type_name(kind) in ("string", "any") and not getattr(kind, "enum", None):
        yield path


def pattern(path):
    """Make of a listed path what matches the paths of texts there and below."""
    if path.endswith(("**", "}")) and "**{" in path:  # members, not the keys of a map
        name = path[path.index("{") + 1 : -1]
        return ANYWHERE + re.escape(name).replace(r"\*", r"[^.\[{]*")
    path = re.sub(r"\{[^}]+\}$", "{}", path).removesuffix(".**")
    return re.escape(path).replace(r"\*\*\.", ANYWHERE) + r"(?:[.\[{].*)?"


def keys_of(path):
    """List keys of a map that a path is about."""
    named = re.search(r"[^*]\{([^}]+)\}$", path)
    globs = named[1].split(",") if named else ["ANY"]
    return [re.sub(r"^\*", "My", glob).rstrip("*") for glob in globs]


def places(row, declared):
    """List the texts of a type that a row is about, with the keys of the map they are in."""
    texts = list(leaves(whole_of(declared)))
    steps = row["path"].split(".")
    for start in range(len(steps)):
        wanted = re.compile(pattern(".".join(steps[start:])))
        if found := [text for text in texts if wanted.fullmatch(text)]:
            return list(product(found, keys_of(row["path"])))
    return []


def lines(row, value):
    """Make records of all types that a row is about, each with this text in one of its places."""
    for declared in readers(row):
        for path, key in places(row, declared):
            yield line_with(declared, path, key, value).decode()


def line_with(declared, path, key, value):
    """Make the record of an item that has only this text, as it is written."""
    for step in reversed(STEPS.findall(path)):
        value = [value] if step == "[]" else {key if step == "{}" else step: value}
    details = {call.name for call in declared.each if call.name}
    item = Item({}, NOW)
    (item.supplementary if details & value.keys() else item.members).update(value)
    return encode_record(record_of(context({}, [declared.type]), declared, item))


def told(members, **tags):
    """Make a record of a type that nobody declared a secret of."""
    plain = ResourceType("svc:t", "svc", Call("L"), "Id", tags="Tags")
    item = Item({"Id": "i", **members, "Tags": tags}, NOW)
    return encode_record(record_of(context({}, ["svc:t"]), plain, item)).decode()


@pytest.mark.parametrize("row", HIDDEN, ids=label)
def test_a_listed_secret_is_in_no_record(row):
    made = list(lines(row, CANARY))
    assert bool(made) == (label(row) not in UNREAD)
    assert not any(CANARY in line for line in made)
    assert all(f'"{MARKER}"' in line for line in made)


@pytest.mark.parametrize("row", KEPT, ids=label)
def test_what_is_listed_to_be_kept_stays(row):
    assert all(CANARY in line for line in lines(row, CANARY))


def test_what_is_listed_to_be_kept_is_read_at_all():
    assert len([line for row in KEPT for line in lines(row, CANARY)]) > 1


def test_of_an_address_only_the_password_is_hidden():
    (row,) = (row for row in LIST if row["mode"] == "url-userinfo")
    (line,) = lines(row, f"https://user:{CANARY}@example.com/hook")
    assert f"https://user:{MARKER}@example.com/hook" in line


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_named_like_a_secret_is_hidden(name):
    assert CANARY not in told({"Map": {name: CANARY}}, **{name: CANARY})
    assert CANARY not in told({"Options": [{"Name": name, "Value": CANARY}]})


@pytest.mark.parametrize("text", SHAPES)
def test_whatever_looks_like_a_secret_is_hidden(text):
    assert CANARY not in told({"Notes": [text]}, notes=text)


@pytest.mark.parametrize("row", NEVER, ids=label)
def test_what_is_never_to_be_called_is_refused(row):
    found = [
        Request(service, "r", name)
        for service, glob in operations(row)
        for name in model_of(service).operation_names
        if fnmatchcase(name, glob)
    ]
    assert found
    assert all(request.refusal.endswith("hands out credentials") for request in found)


def test_no_type_makes_a_call_that_is_refused():
    calls = [
        Request(each.service, "r", call.operation) for each in EVERYTHING for call in each.calls
    ]
    assert len(calls) > 1_700
    assert [call.refusal for call in calls if call.refusal] == []
