"""Whatever AWS answers, a record is made of it: complete, unique, and without its secrets."""

from datetime import datetime

import orjson
from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.engine.records import Item, Seen, record_of, tags_of
from scanner.engine.secret_shapes import MARKER
from scanner.model.resource import Call, ResourceType
from scanner.output.encode import encode_record
from tests.unit.engine.scripted import NOW, context

names = st.text("ABCdef", min_size=1, max_size=4)
leaves = st.integers(-5, 5) | st.booleans() | st.text("abc ", max_size=5) | st.none()
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
secrets = st.text("bghjkqvwxyzBGHJKQVWXYZ", min_size=12, max_size=24)
steps = st.lists(names | st.sampled_from(["*", "Many[]"]), min_size=1, max_size=4)


def kind(**options):
    return ResourceType("svc:t", **{"service": "svc", "list": Call("L"), "id": "Id", **options})


def made(type_, members, **item):
    return record_of(context({}, ["svc:t"]), type_, Item(members, NOW, **item))


def planted(path, secret):
    value = secret
    for step in reversed(path):
        name = "any" if step == "*" else step.removesuffix("[]")
        value = {name: [1, value] if step.endswith("[]") else value}
    return value


def at(record, place):
    """Follow a place that `redacted` names."""
    value = orjson.loads(encode_record(record))
    for step in place.replace("[", ".[").split("."):
        value = value[int(step[1:-1])] if step.startswith("[") else value[step]
    return value


@given(st.dictionaries(names, trees, max_size=3), steps, secrets, st.booleans(), st.data())
def test_a_declared_secret_is_nowhere_in_the_line_whatever_is_made_of_it(
    members, path, secret, in_details, data
):
    assume(not path[0].startswith("*"))
    hidden, top = planted(path, secret), path[0].removesuffix("[]")
    members.pop(top, None)
    details = hidden if in_details else {}
    members |= {} if in_details else hidden
    made_of = data.draw(st.sampled_from(["Id", "", ".".join(path), f"{{{'.'.join(path)}}}/x"]))
    type_ = kind(id=made_of, name=".".join(path), created=".".join(path), redact=(".".join(path),))
    record = made(type_, members, supplementary=details)
    assert secret.encode() not in encode_record(record)
    where = "supplementary" if in_details else "configuration"
    assert record.redacted
    assert all(place.startswith(f"{where}.{top}") for place in record.redacted)
    assert all(at(record, place) == MARKER for place in record.redacted)


@given(secrets)
def test_what_looks_like_a_secret_is_in_no_tag_and_no_name(secret):
    tag = f"mysql://root:{secret}@db"
    pair = {"Key": "Name", "Value": tag}
    for record in (
        made(kind(tags="Tags"), {"Id": "i", "Tags": [dict(pair)]}),
        made(kind(tags=Call("ListTags")), {"Id": "i"}, tags=[dict(pair)]),
        made(kind(name="Url", id="Url"), {"Url": tag}),
    ):
        assert secret.encode() not in encode_record(record)
        assert record.redacted
        assert all(MARKER in at(record, place) for place in record.redacted)


@given(st.dictionaries(names, trees, max_size=4), trees, trees)
def test_a_record_is_made_of_anything_and_its_line_has_every_field(members, created, tags):
    type_ = kind(created="C", tags="T", arn="arn:{partition}:x:{region}:{account}:{ABC}", name="A")
    record = made(type_, {**members, "C": created, "T": tags})
    line = orjson.loads(encode_record(record))
    assert list(line) == list(record.__slots__)
    assert line["resource_id"]
    assert line["configuration"]["T"] == tags
    assert (line["arn"] is None) == (members.get("ABC") is None)


@given(
    st.integers(-(10**22), 10**22) | st.floats() | st.text("0123456789²³x", max_size=5000)
    | st.text(max_size=8)
)  # fmt: skip
def test_no_moment_costs_a_record(value):
    created = made(kind(created="C"), {"Id": "i", "C": value}).created_at
    assert isinstance(created, str)
    if type(value) is int and 0 <= value < 10**11:
        assert datetime.fromisoformat(created).timestamp() == value


@given(
    st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=5), max_size=4),
    st.sampled_from([("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")]),
)
def test_tags_mean_the_same_in_every_spelling_and_no_value_is_empty(tags, spelling):
    key, value = spelling
    pairs = [{key: name, value: text} for name, text in tags.items()]
    assert tags_of(tags) == tags_of([*pairs, {"Odd": "pair"}, "text"])
    assert tags_of(tags) == {name: text or "" for name, text in tags.items()}


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 3)), max_size=12))
def test_what_differs_is_kept_under_a_key_of_its_own_and_what_repeats_is_not(found):
    seen = Seen()
    records = [made(kind(), {"Id": id_, "X": number}) for id_, number in found]
    kept = [each for each in map(seen.once, records) if each is not None]
    assert len(kept) == len(set(found))
    assert len({each.key for each in kept}) == len(kept)
    assert {(each.configuration["Id"], each.configuration["X"]) for each in kept} == set(found)
