from hypothesis import given
from hypothesis import strategies as st

from scanner.model.paths import fill, has_gap, lookup

names = st.text("abcXYZ019", min_size=1, max_size=5)
leaves = st.integers() | st.booleans() | st.text("abc/$", max_size=8) | st.none()
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def members(value, path=()):
    """Yield the path and value of every member that is reached through mappings alone."""
    if path:
        yield ".".join(path), value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from members(inner, (*path, name))


def leaves_of(value):
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves_of(inner)
    else:
        yield value


@given(st.dictionaries(names, trees, max_size=4))
def test_every_member_is_found_and_a_tail_follows_its_last_slash(item):
    for path, value in members(item):
        assert lookup(item, path) == value
        tail = lookup(item, f"{path}/")
        assert tail == (value.split("/")[-1] if isinstance(value, str) else value)


@given(trees, st.lists(names, max_size=4))
def test_looking_up_never_fails(item, steps):
    lookup(item, ".".join(steps))


@given(trees)
def test_filling_asks_for_each_placeholder_and_changes_nothing_else(value):
    asked = []

    def find(name):
        asked.append(name)
        return f"<{name}>"

    filled = fill(value, find)
    wanted = [each for each in leaves_of(value) if isinstance(each, str) and each[:1] == "$"]
    assert asked == [each[1:] for each in wanted]
    assert list(leaves_of(filled)) == [
        f"<{each[1:]}>" if isinstance(each, str) and each[:1] == "$" else each
        for each in leaves_of(value)
    ]


@given(trees)
def test_there_is_a_gap_exactly_where_a_leaf_is_missing(value):
    assert has_gap(value) == (None in list(leaves_of(value)))
