"""Settings: which source wins, what is refused and in which words, what stays secret."""

import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.errors import SettingsError
from scanner.settings import PREFIX, Settings, load

SECRET = "correct-horse-battery-staple"


@pytest.fixture(autouse=True)
def empty_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    return tmp_path


def write(directory, text, name="scanner.toml"):
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(options=None, **sources):
    with pytest.raises(SettingsError) as caught:
        load(options or {}, **{"environment": {}, **sources})
    message = str(caught.value)
    assert "\n" not in message
    return message


LAYERS = ("option", "environment", "scanner.toml", "the resumed run", "default")


@pytest.mark.parametrize("first", range(len(LAYERS)))
def test_the_nearest_source_wins_and_is_named_as_the_origin(empty_directory, first):
    given_in = {origin: f"role-{number}" for number, origin in enumerate(LAYERS[:-1])}
    present = {origin: role for origin, role in given_in.items() if LAYERS.index(origin) >= first}
    if "scanner.toml" in present:
        write(empty_directory, f'role = "{present["scanner.toml"]}"\n')
    environment = {"SCANNER_ROLE": present["environment"]} if "environment" in present else {}
    beneath = {"role": present["the resumed run"]} if "the resumed run" in present else None
    settings, origins = load({"role": present.get("option")}, None, environment, beneath)

    assert settings.role == given_in.get(LAYERS[first], "ScannerReadRole")
    assert origins["role"] == LAYERS[first]


def test_every_setting_has_an_origin():
    _, origins = load({"role": "audit"}, environment={"SCANNER_OUT": "elsewhere"})

    assert origins.keys() == Settings.model_fields.keys()
    assert {name for name, origin in origins.items() if origin != "default"} == {"role", "out"}


def test_a_named_file_is_the_origin_and_replaces_the_default_one(empty_directory):
    write(empty_directory, 'role = "unused"\n')
    path = write(empty_directory, "session-duration = 900\n", "mine.toml")
    settings, origins = load({}, path, {})

    assert (settings.role, settings.session_duration) == ("ScannerReadRole", 900)
    assert origins["session_duration"] == str(path)


def test_the_real_environment_is_read_unless_another_is_given(monkeypatch):
    monkeypatch.setenv("SCANNER_ROLE", "audit")

    assert load({})[0].role == "audit"
    assert load({}, environment={})[0].role == "ScannerReadRole"


def test_variables_that_name_no_setting_are_other_peoples_business():
    settings, _ = load(
        {}, environment={"SCANNER_COLOUR": "red", "ROLE": "no", "scanner_role": "no"}
    )

    assert settings == Settings()


BAD = {
    "accounts": ("12345", "account id"),
    "exclude_accounts": ("12345678901x", "account id"),
    "ou": ("production", "organizational unit"),
    "account_tag": ("production", "KEY=VALUE"),
    "session_tag": ("=x", "KEY=VALUE"),
    "regions": (" , ", "no region"),
    "session_name": ("a b", "letters"),
    "session_duration": ("899", "900"),
    "concurrency": ("many", "integer"),
    "request_timeout": ("0", "greater than 0"),
    "compress": ("rar", "gzip"),
    "fail_on": ("always", "partial"),
    "min_coverage": ("101", "100"),
    "include_management": ("perhaps", "boolean"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_one_line_that_names_its_source_and_what_is_wrong(empty_directory, name):
    value, problem = BAD[name]
    path = write(empty_directory, f'{name} = "{value}"\n', "mine.toml")
    of_option = refusal({name: value})
    of_variable = refusal(environment={f"SCANNER_{name.upper()}": value})
    of_file = refusal(file=path)

    assert of_option.startswith(f"--{name.replace('_', '-')}: ")
    assert of_variable.startswith(f"SCANNER_{name.upper()}: ")
    assert of_file.startswith(f"{path}: {name}: ")
    assert all(problem in message for message in (of_option, of_variable, of_file))


@pytest.mark.parametrize("name", ["accounts", "ou", "types", "services", "regions"])
@pytest.mark.parametrize("value", ["", " , ", []])
def test_a_selection_that_is_given_but_empty_never_means_everything(name, value):
    assert refusal({name: value}).startswith(f"--{name}: names no ")


def test_secrets_are_in_no_text_that_a_settings_object_can_become():
    settings = Settings.of(external_id=SECRET)
    texts = (repr(settings), str(settings), json.dumps(settings.public()))

    assert "external_id" not in settings.public()
    assert not any(SECRET in text for text in texts)
    assert settings.external_id.get_secret_value() == SECRET


def test_a_refusal_never_repeats_a_secret(empty_directory):
    path = write(empty_directory, f'external_id = ["{SECRET}"]\n')

    assert refusal({"external_id": [SECRET]}).startswith("--external-id: ")
    assert SECRET not in refusal({"external_id": [SECRET]})
    assert SECRET not in refusal(file=path)
    assert SECRET not in refusal({"external_id": SECRET, "concurrency": "none"})


@pytest.mark.parametrize("value", ["x", "x" * 1225, "with space", ""])
def test_an_external_id_that_sts_would_refuse_is_refused_without_being_shown(value):
    message = refusal({"external_id": value})

    assert message.startswith("--external-id: must be ")
    assert len(message) < 150


@pytest.mark.parametrize("name", ["colour", "external-ids", "progress"])
def test_a_file_with_an_unknown_key_is_refused(empty_directory, name):
    path = write(empty_directory, f'"{name}" = "{SECRET}"\n')

    assert refusal() == f"{path.name}: {name.replace('-', '_')!r} is no setting"


def test_a_library_option_that_is_no_setting_is_refused():
    with pytest.raises(SettingsError, match="'colour' is no setting"):
        Settings.of(colour="red")


def test_a_file_that_cannot_be_read_is_refused_with_its_name(empty_directory):
    missing = empty_directory / "missing.toml"
    latin = empty_directory / "latin.toml"
    latin.write_bytes('role = "é"'.encode("latin-1"))
    broken = write(empty_directory, "role = \n", "broken.toml")

    assert refusal(file=missing).startswith(f"{missing} can't be read: ")
    assert refusal(file=latin).startswith(f"{latin} can't be read: ")
    assert refusal(file=broken).startswith(f"{broken} is not TOML: ")
    assert refusal(file=empty_directory).startswith(f"{empty_directory} can't be read: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(empty_directory):
    path = write(empty_directory, "")
    path.chmod(stat.S_IWUSR)

    assert "can't be read" in refusal()


def test_a_file_may_spell_names_as_options_do_and_use_its_own_types(empty_directory):
    write(
        empty_directory,
        """
        accounts = ["111122223333", "@more.txt"]
        account-tag = { environment = "prod" }
        min_coverage = 99.5
        include-management = true
        regions = "eu-*, us-east-1"
        """,
    )
    settings, _ = load({}, environment={})

    assert settings.accounts == ("111122223333", "@more.txt")
    assert settings.account_tag == {"environment": "prod"}
    assert (settings.min_coverage, settings.include_management) == (99.5, True)
    assert settings.regions == ("eu-*", "us-east-1")


WORD = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


@given(st.lists(WORD, min_size=1))
def test_words_may_come_at_once_or_one_by_one(words):
    together = Settings.of(services=" , ".join(words))

    assert together.services == tuple(words)
    assert Settings.of(services=words) == together
    assert Settings.of(services=[",".join(words)]) == together


@given(st.dictionaries(WORD, st.text(st.characters(codec="ascii", exclude_characters=","))))
def test_pairs_may_come_as_words_or_as_a_map(tags):
    tags = {key: value.strip() for key, value in tags.items()}
    words = [f"{key}={value}" for key, value in tags.items()]

    assert Settings.of(account_tag=words).account_tag == tags
    assert Settings.of(account_tag=tags).account_tag == tags


def test_a_value_may_hold_an_equals_sign_but_a_key_must_be_there():
    assert Settings.of(session_tag="query=a=b").session_tag == {"query": "a=b"}
    assert "KEY=VALUE" in refusal({"session_tag": ["=b"]})


def test_a_tag_given_twice_is_refused():
    assert "'team' is given twice" in refusal({"account_tag": ["team=a", "team=b"]})


def test_settings_are_frozen_and_survive_a_plan():
    settings = Settings.of(accounts="@a.txt", account_tag="team=x", out="elsewhere", ou="r-ab12")
    stored = json.loads(json.dumps(settings.public()))

    assert load({}, environment={}, beneath={k: v for k, v in stored.items() if v})[0] == settings
    with pytest.raises(ValueError, match="frozen"):
        settings.role = "other"
