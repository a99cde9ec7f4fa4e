"""Redaction hides what it should, names each place it changed, and comes to rest at once."""

import copy
import json

from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.engine.redact import Redactor
from scanner.model.resource import Call, ResourceType
from tests.catalog.planted import CANARY, SHAPES, sings

REFERENCES = (
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-AbCdEf",
    "{{resolve:secretsmanager:app:SecretString:password}}",
    "${DbPassword}",
    "REDACTED:0123456789ab",
    "****",
    "",
)
SECRET_NAMES = ("Password", "clientSecret", "DB_PASSWORD", "AuthToken", "privateKey", "UserData")
NAMES = (*SECRET_NAMES, "Name", "Value", "Variables", "environment", "Description", "NextToken")

keys = st.binary(min_size=16, max_size=32)
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
leaves |= st.sampled_from((*SHAPES, *REFERENCES, CANARY))
members = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=6),
    st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
        ),
        max_leaves=12,
    ),
    max_size=5,
)
redactors = st.one_of(st.none(), keys).map(Redactor)
words = st.sampled_from(["password", "pwd", "reset-password", "db-pwd", "secret_access_key", "x"])
parts = st.text("abcdef0123456789/-_.+=@", min_size=1, max_size=12)
glue = st.sampled_from(["", " ", "\n", '"', "',", "; ", "<a>", ")", "&x=1"])
paths = st.sets(st.sampled_from(("Description", "Variables.*", "Value[].Name", "Name")))


def kind(declared=()):
    return ResourceType("svc:t", "svc", Call("L"), "Id", redact=tuple(declared))


def children(value, place):
    if isinstance(value, dict):
        return [(each, f"{place}.{name}") for name, each in value.items()]
    if isinstance(value, list):
        return [(each, f"{place}[{index}]") for index, each in enumerate(value)]
    return []


def changes(before, after, place):
    """List the places where two items differ, the outermost of each."""
    inner = children(before, place)
    if before == after:
        return []
    if not inner or type(before) is not type(after):
        return [place]
    pairs = zip(inner, children(after, place), strict=True)
    return [each for (old, where), (new, _) in pairs for each in changes(old, new, where)]


@given(members, redactors, paths)
def test_a_second_pass_changes_nothing(item, redactor, declared):
    redactor.hide(kind(declared), item, {})
    before = copy.deepcopy(item)
    assert redactor.hide(kind(declared), item, {}) == []
    assert item == before


@given(members, redactors, paths)
def test_what_is_listed_is_what_changed(item, redactor, declared):
    before = copy.deepcopy(item)
    found = redactor.hide(kind(declared), item, {})
    assert sorted(found) == sorted(changes(before, item, "configuration"))


@given(members, redactors)
def test_no_text_that_looks_like_a_secret_is_left(item, redactor):
    item["Description"] = list(SHAPES)
    redactor.hide(kind(), item, {})
    assert not sings(json.dumps(item["Description"]).encode())


@given(st.sampled_from(SECRET_NAMES), st.sampled_from(REFERENCES), redactors)
def test_references_stay_wherever_they_stand(name, reference, redactor):
    item = {
        name: reference,
        "Deep": [{"Name": name, "Value": reference}],
        "Environment": {"Variables": {"X": reference}},
    }
    before = copy.deepcopy(item)
    assert redactor.hide(kind((name,)), item, {}) == []
    assert item == before


@given(st.text(min_size=1), keys, keys)
def test_a_value_and_a_key_make_the_fingerprint(value, key, other):
    assume(key != other)
    assert Redactor(key).marker(value) == Redactor(key).marker(value)
    assert Redactor(key).marker(value) != Redactor(other).marker(value)
    assert Redactor(key).marker(value) != Redactor(key).marker(f"{value}!")


@given(words, parts, st.sampled_from([":", "/", "="]), glue, glue, st.booleans())
def test_an_arn_stays_whole_whatever_its_names_are(word, part, separator, before, after, in_json):
    arn = f"arn:aws:lambda:eu-west-1:111122223333:function:{word}{separator}{part}"
    text = f"{before}{arn}{after}"
    if in_json:
        text = json.dumps({"Resource": text})
    members = {"Text": text}
    assert Redactor().hide(kind(), members, {}, {"tag": text}) == []
    assert members == {"Text": text}


@given(
    st.sampled_from([";", "&", "\n", " ", '","', "|", "<br>", ") "]),
    st.text("ghjkmnpqrtuvwxyz", min_size=8, max_size=16),
)
def test_an_arn_hides_no_secret_that_follows_it(end, secret):
    members = {"Text": f"arn:aws:rds:eu-west-1:111122223333:db:main{end}password={secret}"}
    assert Redactor().hide(kind(), members, {}) == ["configuration.Text"]
    assert secret not in members["Text"]
    assert members["Text"].startswith("arn:aws:rds:eu-west-1:111122223333:db:main")
