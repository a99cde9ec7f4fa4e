import re

import orjson
import pytest

from scanner.catalog import Catalog
from scanner.engine.records import Item, record_of
from scanner.engine.redact import Redactor
from scanner.engine.secret_shapes import MARKER
from scanner.model.errors import SettingsError
from scanner.model.resource import Call, ResourceType
from scanner.model.secret_names import Meaning, meaning_of
from scanner.settings import Settings
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
        ("xoxb-123456789012-" + "a" * 12, MARKER),
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


@pytest.mark.parametrize(
    "name",
    [
        "Password", "MasterUserPassword", "DB_PASSWORD", "ClientSecret", "SecretAccessKey",
        "AuthToken", "token", "GITHUB_TOKEN", "privateKey", "API_KEY", "PreSharedKey", "UserData",
        "credentials", "connectionString", "Authorization", "dbPwd",
        "SecretToAuthenticateInitiator",
    ],
)  # fmt: skip
def test_what_is_named_like_a_secret_is_hidden_in_any_type(name):
    found, members, _ = hidden({"Deep": [{name: "hush"}]})
    assert (found, members) == ([f"configuration.Deep[0].{name}"], {"Deep": [{name: MARKER}]})


@pytest.mark.parametrize(
    "name",
    [
        "NextToken", "ClientToken", "CreationToken", "LockToken", "HttpTokens", "TokenEndpoint",
        "SecretArn", "SecretId", "SecretName", "SecretStatus", "PasswordParam", "PasswordPolicy",
        "AuthenticationType", "AuthorizationType", "ApiKeySource", "CredentialsArn", "AccessKeyId",
        "ForgotPasswordLink", "password_last_changed", "DB_PASSWORD_ARN", "KeyName",
        "CrossAccountAuthorization",
    ],
)  # fmt: skip
def test_what_is_only_named_after_a_secret_stays(name):
    found, members, _ = hidden({name: "plain"})
    assert (found, members) == ([], {name: "plain"})


@pytest.mark.parametrize("value", [True, 12, None, "enabled", "REQUIRED", "days", "****", "${Ref}"])
def test_a_value_that_can_be_no_secret_stays(value):
    found, members, _ = hidden({"Password": value})
    assert (found, members) == ([], {"Password": value})


def test_all_variables_of_an_environment_are_hidden():
    _, members, _ = hidden({
        "Environment": {"Variables": {"A": "hush"}},
        "environment": [{"name": "B", "value": "hush"}, "C=hush", "D"],
        "runtimeEnvironment": {"E": "hush"},
    })  # fmt: skip
    assert members == {
        "Environment": {"Variables": {"A": MARKER}},
        "environment": [{"name": "B", "value": MARKER}, f"C={MARKER}", "D"],
        "runtimeEnvironment": {"E": MARKER},
    }


@pytest.mark.parametrize(
    "structure",
    [{"type": "LINUX", "image": "i"}, {"Type": "PROTON", "Version": "3"}, {"image": "i", "n": 1}],
)
def test_a_structure_that_is_called_environment_stays(structure):
    found, _, _ = hidden({"environment": structure})
    assert found == []


def test_the_name_of_a_pair_tells_that_its_value_is_secret():
    pairs = [{"Name": "DB_PASSWORD", "Value": "hush"}, {"Name": "DB_HOST", "Value": "db"}]
    found, members, _ = hidden({"Options": pairs})
    assert found == ["configuration.Options[0].Value"]
    assert [pair["Value"] for pair in members["Options"]] == [MARKER, "db"]


@pytest.mark.parametrize("store", ["PARAMETER_STORE", "SECRETS_MANAGER"])
def test_a_variable_that_is_kept_elsewhere_only_names_the_place(store):
    pair = {"name": "DB_PASSWORD", "value": "/app/db", "type": store}
    found, _, _ = hidden({"environmentVariables": [pair]}, "environmentVariables[].value")
    assert found == []


def test_secrets_in_tags_are_hidden_and_can_be_spared():
    tags = {"db_password": "hush", "url": "https://u:hush@h", "team": "a", "api_key": "open"}
    spared = {"svc:t": ("tags.api_key",)}
    found = Redactor(spared=spared).hide(kind(), {}, {}, tags)
    assert found == ["tags.db_password", "tags.url"]
    assert tags == {
        "db_password": MARKER, "url": f"https://u:{MARKER}@h", "team": "a", "api_key": "open",
    }  # fmt: skip


def test_declared_paths_do_not_reach_into_tags():
    tags = {"Notes": "a tag's name is the user's own"}
    found = Redactor().hide(kind("Notes"), {"Notes": "n"}, {}, tags)
    assert found == ["configuration.Notes"]
    assert tags == {"Notes": "a tag's name is the user's own"}


def test_a_tag_is_spared_by_its_key_whatever_is_in_it():
    tags = {"my.team:api_key": "open", "my.team:token": "hush"}
    redactor = Redactor(spared={"svc:t": ("tags.my.team:api_key",)})
    assert redactor.hide(kind(), {}, {}, tags) == ["tags.my.team:token"]
    assert tags == {"my.team:api_key": "open", "my.team:token": MARKER}


def test_only_the_secret_part_of_a_text_is_replaced():
    _, members, _ = hidden({"Text": "postgres://p:p@p/p and db_password=p p"})
    assert members == {"Text": f"postgres://p:{MARKER}@p/p and db_password={MARKER} p"}


def test_no_type_is_identified_by_or_asked_for_with_what_is_named_like_a_secret():
    """Children are asked for with their parent's members after these were redacted."""
    steps = {
        (each.type, step)
        for each in EVERYTHING.values()
        for path in (each.id, each.arn, each.name, *_placeholders(each))
        for step in re.split(r"[.{}/:]", path)
        if f"/{step}/" not in path
    }
    assert len(steps) > 1000
    assert [each for each in steps if meaning_of(each[1]) is Meaning.SECRET] == []


def _placeholders(declared):
    texts = [text for call in declared.calls for text in _texts(call.params)]
    return [text[1:] for text in texts if text.startswith("$")]


def _texts(value):
    if isinstance(value, str):
        return [value]
    inner = value.values() if hasattr(value, "values") else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


@pytest.mark.parametrize("path", ["svc:t:configuration.*", "svc:t:tags.**", "svc:t:configuration."])
def test_a_whole_record_can_not_be_spared(path):
    with pytest.raises(SettingsError, match=re.escape(path)):
        Settings.of(no_redact=[path])


def test_a_tag_may_be_spared():
    settings = Settings.of(no_redact=["svc:t:tags.aws:token", "svc:t:configuration.Env.*"])
    assert settings.spared() == {"svc:t": ("tags.aws:token", "configuration.Env.*")}


@pytest.mark.parametrize("key", ["", "short-and-secret"[:-1]])
def test_a_key_that_can_be_guessed_is_refused_and_not_shown(key):
    with pytest.raises(SettingsError, match="at least 16") as refused:
        Settings.of(redaction_key=key)
    assert not key or key not in str(refused.value)
    assert "short-and-secret" not in repr(Settings.of(redaction_key="short-and-secret"))


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
