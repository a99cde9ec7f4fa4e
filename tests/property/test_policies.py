"""The algebra of filters, whatever they ask and whatever the resource is."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scanner.policies import compile_filters, match
from scanner.policies.operators import OPERATORS, PATTERNS
from scanner.policies.syntax import Scope
from scanner.policies.versions import version_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEYS = ("A", "B", "C.D", "tag:t")

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "1"])
values = scalars | st.lists(scalars, max_size=3)
resources = st.fixed_dictionaries(
    {},
    optional={
        "A": values,
        "B": values,
        "C": st.dictionaries(st.sampled_from(["D", "E"]), values, max_size=2),
        "Tags": st.lists(
            st.fixed_dictionaries({"Key": st.sampled_from("tu"), "Value": scalars}), max_size=2
        ),
    },
)
comparing = sorted(set(OPERATORS) - set(PATTERNS))
leaves = st.builds(
    lambda key, value, op: {"type": "value", "key": key, "value": value} | op,
    st.sampled_from(KEYS),
    values | st.sampled_from(["present", "absent", "empty", "not-null"]),
    st.just({}) | st.builds(lambda op: {"op": op}, st.sampled_from(comparing)),
) | st.builds(lambda key, value: {key: value}, st.sampled_from(KEYS), values)
filters = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda name, parts: {name: parts},
        st.sampled_from(["and", "or", "not"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


def holds(one, resource):
    return match([one], resource, now=NOW)


@given(filters, resources)
def test_not_not_is_nothing(one, resource):
    assert holds({"not": [{"not": [one]}]}, resource) == holds(one, resource)


@given(filters, filters, resources)
def test_de_morgan(one, other, resource):
    neither = {"and": [{"not": [one]}, {"not": [other]}]}
    not_both = {"or": [{"not": [one]}, {"not": [other]}]}

    assert holds({"not": [{"or": [one, other]}]}, resource) == holds(neither, resource)
    assert holds({"not": [one, other]}, resource) == holds(not_both, resource)


@given(st.lists(filters, min_size=1, max_size=4), resources, st.randoms())
def test_the_order_of_filters_does_not_matter(several, resource, random):
    shuffled = random.sample(several, k=len(several))

    assert match(several, resource, now=NOW) == match(shuffled, resource, now=NOW)
    assert holds({"or": several}, resource) == holds({"or": shuffled}, resource)


@given(filters, st.lists(resources, max_size=5))
def test_selecting_is_judging_each(one, several):
    chosen = compile_filters([one], Scope(NOW))

    assert chosen.select(several) == [each for each in several if chosen.match(each)]


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
)
def test_versions_of_numbers_compare_as_their_numbers(one, other):
    first, second = (version_of(".".join(map(str, each))) for each in (one, other))

    assert (first < second) == (one < other)
    assert (first == second) == (one == other)
    assert (first >= second) == (one >= other)


@given(st.text(), st.text())
def test_versions_of_any_text_compare_or_have_no_order(one, other):
    first, second = version_of(one), version_of(other)
    try:
        orders = [first < second, first == second, first > second]
    except TypeError:
        return
    assert orders.count(True) == 1
