"""Apply, then undo, is the identity on what a plan touched, whatever befell the writes."""

import tempfile
from copy import deepcopy
from pathlib import Path

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.app.remediation.undo import reverse
from scanner.model.errors import Denied
from tests.unit.engine.store import ACCOUNTS, TYPE, Store, apply, change

VALUES = st.none() | st.integers(0, 3) | st.text("ab", max_size=2)
NAMES = ("x", "y", "z")
THINGS = st.dictionaries(
    st.tuples(
        st.sampled_from(ACCOUNTS), st.just("eu-west-1"), st.just(TYPE), st.sampled_from("abc")
    ),
    st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)),
    min_size=1,
)
FATES = st.sampled_from(
    [None, None, None, "lost", "vain", Denied("PutThing", "AccessDenied", "no")]
)


@st.composite
def worlds(draw):
    """Draw things, a plan of changes of them, and what befalls the writes."""
    things = draw(THINGS)
    changes = []
    for resource in sorted(things):
        state = dict(things[resource])
        for names in draw(st.lists(st.sets(st.sampled_from(NAMES), min_size=1), max_size=2)):
            values = {name: draw(VALUES) for name in sorted(names)}
            if any(state[name] != value for name, value in values.items()):
                changes.append(change(resource[0], resource[3], values, state))
                state |= values
    fates = {each: draw(st.lists(FATES, max_size=4)) for each in "abc"}
    return things, list({each.id: each for each in changes}.values()), fates


async def there_and_back(things, changes, fates):
    store = Store(deepcopy(things), fates={name: list(each) for name, each in fates.items()})
    with tempfile.TemporaryDirectory() as folder:
        applied = await apply(Path(folder) / "there", store, changes, canary=0, max_errors=100)
        between = deepcopy(store.things)
        done = [(each, applied.results[each.id]) for each in changes]
        undo, skipped = reverse(done, {})
        store.fates = {}
        back = await apply(Path(folder) / "back", store, undo, canary=0)
    return store, applied, between, done, back, skipped


@settings(max_examples=30)
@given(worlds())
def test_undo_gives_back_what_was_there(world):
    things, changes, _ = world
    store, applied, between, done, back, skipped = anyio.run(there_and_back, *world)

    assert skipped == []
    assert len(applied.results) == len(changes)
    assert store.things == things
    broken = {each.resource for each, result in done if not result.ending.good}
    for each, result in done:
        assert result.verified or each.resource in broken
    assert all(result.ending.good for result in back.results.values())
    assert {key for key in between if between[key] != things[key]} <= {
        each.resource for each in changes
    }


@settings(max_examples=10)
@given(worlds())
def test_undoing_the_undo_makes_the_changes_again(world):
    things, changes, _ = world
    store, _, between, done, back, _ = anyio.run(there_and_back, things, changes, {})

    async def again():
        undone = [(each, back.results[each.id]) for each in reverse(done, {})[0]]
        with tempfile.TemporaryDirectory() as folder:
            await apply(Path(folder), store, reverse(undone, {})[0], canary=0)

    anyio.run(again)
    assert store.things == between
