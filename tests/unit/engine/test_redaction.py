import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalog import Catalog
from scanner.engine.records import Item, record_of
from scanner.engine.redact import MARKER, Redactor
from scanner.model.resource import Call, ResourceType
from tests.unit.engine.scripted import NOW, context

KEY = b"an organization's own key"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"  # gitleaks:allow


def kind(*paths):
    return ResourceType("svc:t", service="svc", list=Call("L"), id="Id", redact=paths)


def hidden(members, *paths, supplementary=None, **options):
    details = supplementary or {}
    found = Redactor(**options).hide(kind(*paths), members, details)
    return found, members, details


def test_a_declared_secret_is_replaced_and_its_place_named():
    members = {"Env": {"Variables": {"A": "hush"}}, "Steps": [{"Secret": "hush"}, {}], "Id": "i"}
    found, members, _ = hidden(members, "Env.Variables.*", "Steps[].Secret")
    assert sorted(found) == ["configuration.Env.Variables.A", "configuration.Steps[0].Secret"]
    assert members == {
        "Env": {"Variables": {"A": MARKER}}, "Steps": [{"Secret": MARKER}, {}], "Id": "i",
    }  # fmt: skip


def test_details_are_redacted_too():
    found, _, details = hidden({}, "UserData", supplementary={"UserData": "hush"})
    assert (found, details) == (["supplementary.UserData"], {"UserData": MARKER})


@pytest.mark.parametrize(
    "harmless",
    ["", None, {}, [], "arn:aws:secretsmanager:eu-west-1:1:secret:x", "{{resolve:ssm:x}}"],
)
def test_a_reference_and_nothing_at_all_stay(harmless):
    found, members, _ = hidden({"P": harmless}, "P")
    assert (found, members) == ([], {"P": harmless})


def test_a_whole_structure_can_be_secret():
    found, members, _ = hidden({"P": {"a": ["b"]}}, "P")
    assert (found, members) == (["configuration.P"], {"P": MARKER})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (PEM, MARKER),
        (f"before {PEM} after", f"before {MARKER} after"),
        (f"Bearer {JWT}", f"Bearer {MARKER}"),
        ("https://user:hush-hush@host/db", f"https://user:{MARKER}@host/db"),
        ("redis://:hush-hush@host:6379", f"redis://:{MARKER}@host:6379"),
        ("Server=db;Password=hush-hush;Port=1", f"Server=db;Password={MARKER};Port=1"),
        ('{"password": "hush-hush"}', f'{{"password": "{MARKER}"}}'),
        ("ghp_" + "a" * 36, MARKER),
        ("xoxb-123456789012-abc", MARKER),
        ("glpat-" + "x" * 20, MARKER),
        ("secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", f"secret_access_key = {MARKER}"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden_wherever_it_stands(text, left):
    found, members, _ = hidden({"Description": {"Deep": [text]}})
    assert members == {"Description": {"Deep": [left]}}
    assert found == ["configuration.Description.Deep[0]"]


@pytest.mark.parametrize(
    "text",
    [
        "https://sqs.eu-west-1.amazonaws.com/111122223333/queue",
        "https://host/path@2x.png",
        "arn:aws:iam::111122223333:role/password-reset",
        "minimum password length",
        "Password policy: strict",
        "SG.1",
        "sg-0123456789abcdef0",
        '{"Condition": {"StringEquals": {"aws:PrincipalTag/team": "x"}}}',
        "user@example.com",
        "password={{resolve:secretsmanager:x}}",
        "eyJ",
    ],
)
def test_what_only_sounds_like_a_secret_stays(text):
    found, members, _ = hidden({"Text": text})
    assert (found, members) == ([], {"Text": text})


def test_with_a_key_a_change_shows_and_the_secret_does_not():
    _, first, _ = hidden({"P": "hush"}, "P", key=KEY)
    _, again, _ = hidden({"P": "hush"}, "P", key=KEY)
    _, changed, _ = hidden({"P": "hush2"}, "P", key=KEY)
    _, other, _ = hidden({"P": "hush"}, "P", key=b"another")
    assert first == again
    assert len({first["P"], changed["P"], other["P"]}) == 3
    assert all(each["P"].startswith(f"{MARKER}:") for each in (first, changed, other))
    assert "own key" not in repr(Redactor(KEY))


def test_what_is_spared_stays_and_only_that():
    spared = {"svc:t": ("configuration.Env.OPEN", "configuration.Notes")}
    members = {"Env": {"OPEN": "a", "CLOSED": "b"}, "Notes": PEM, "Other": PEM}
    found, members, _ = hidden(members, "Env.*", spared=spared)
    assert members == {"Env": {"OPEN": "a", "CLOSED": MARKER}, "Notes": PEM, "Other": MARKER}
    assert sorted(found) == ["configuration.Env.CLOSED", "configuration.Other"]


names = st.text("abcXYZ", min_size=1, max_size=4)
trees = st.recursive(
    st.sampled_from(["plain", PEM, JWT, "x://u:hushhush@h", "arn:aws:x", ""]) | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(names, trees, max_size=4), st.sets(st.sampled_from(["a", "b.*", "X[].c"])))
def test_no_secret_is_left_every_change_is_named_and_a_second_pass_changes_nothing(members, paths):
    before = json.loads(json.dumps(members))
    found, members, _ = hidden(members, *paths)
    text = orjson.dumps(members)
    assert b"PRIVATE KEY" not in text
    assert JWT.encode() not in text
    assert b"hushhush" not in text
    assert (before != members) == bool(found)
    assert len(found) == len(set(found))
    again, _, _ = hidden(members, *paths)
    assert again == []


def planted(path, canary):
    """Make an item with a canary at a declared path."""
    value = canary
    for step in reversed(path.split(".")):
        name, many = step.removesuffix("[]"), step.endswith("[]")
        value = {"CANARY" if name == "*" else name: [value] if many else value}
    return value


EVERYTHING = Catalog.load(everything=True).types
SECRETIVE = [name for name, each in EVERYTHING.items() if each.redact]


@pytest.mark.parametrize("name", SECRETIVE)
def test_no_canary_leaves_any_declared_place_of_any_type(name):
    canary = "canary-8f14e45f-not-to-be-seen"
    for path in EVERYTHING[name].redact:
        for where in ("members", "supplementary"):
            parts = {"members": {"Id": "i"}, "supplementary": {}}
            parts[where] |= planted(path, canary)
            item = Item(parts["members"], NOW, supplementary=parts["supplementary"])
            record = record_of(context({}, [name]), EVERYTHING[name], item)
            assert canary.encode() not in orjson.dumps(record)
            assert record.redacted


def test_many_types_have_something_to_hide():
    assert len(SECRETIVE) > 60
