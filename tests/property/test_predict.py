"""What a plan costs: more of anything never costs less, and the slowest bound decides."""

from dataclasses import replace
from functools import cache
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.workload import LISTINGS
from scanner.app.scan import UNITS_PER_SLOT
from scanner.aws.rates import Rate
from scanner.catalog import Catalog
from scanner.engine.history import History, Past
from scanner.engine.plan import make_plan
from scanner.engine.predict import CORE, MIB, Circumstances, predict
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.resource import BULK, Call, ResourceType
from scanner.model.target import GLOBAL, Account, Regions

REGIONS = ("eu-west-1", "sa-east-1", "us-east-1")


def kind(name, service, **options):
    return ResourceType(
        f"{service}:{name}", service=service, list=Call(f"List{name}"), id="I", arn="A", **options
    )


TAGGED = Call("ListTags", {"Id": "$I"})
CATALOG = {
    each.type: each
    for each in (
        kind("plain", "a", tags="Tags"),
        kind("bulk", "a", tags=BULK),
        kind("detailed", "b", tags=TAGGED, each=(Call("Get", {"Id": "$I"}),)),
        kind("child", "b", tags="Tags", parent="b:detailed"),
        kind("batched", "c", tags="Tags", each=(Call("Batch", {"Ids": ["$I"]}, batch=10),)),
        kind("world", "d", tags="Tags", scope="global"),
    )
}
TYPES = list(CATALOG.values())


def plan_of(accounts, types=TYPES, regions=REGIONS):
    visits = [(Account(f"{number:012d}"), Regions(tuple(regions))) for number in range(accounts)]
    return make_plan(visits, types)


plans = st.builds(
    lambda accounts, names, regions: plan_of(accounts, map(CATALOG.get, names), regions),
    st.integers(1, 40),
    st.lists(st.sampled_from(sorted(CATALOG)), min_size=1, unique=True),
    st.lists(st.sampled_from(REGIONS), min_size=1, unique=True),
)
circumstances = st.builds(
    Circumstances,
    concurrency=st.integers(1, 500),
    open_units=st.integers(1, 1000),
    latency=st.floats(0.001, 5),
    home=st.just("us-east-1"),
    entries=st.integers(0, 1000),
    calls=st.integers(0, 1000),
    seconds=st.floats(0, 100),
    items=st.dictionaries(st.sampled_from(sorted(CATALOG)), st.floats(0, 500)),
    pace=st.sampled_from([lambda *_: None, lambda *_: Rate(2, 5)]),
)


@given(plans, circumstances)
def test_more_accounts_cost_no_less(plan, about):
    fewer = replace(plan, accounts=plan.accounts[: len(plan.accounts) // 2])
    less, more = (predict(each, CATALOG, about) for each in (fewer, plan))

    assert less.units <= more.units == len(plan)
    assert less.calls <= more.calls
    assert less.records <= more.records
    assert less.seconds <= more.seconds
    assert less.output_bytes <= more.output_bytes


@given(plans, circumstances, st.integers(1, 500))
def test_more_requests_in_flight_take_no_longer_and_no_less_memory(plan, about, further):
    wider = replace(
        about, concurrency=about.concurrency + further, open_units=about.open_units + further
    )
    narrow, wide = (predict(plan, CATALOG, each) for each in (about, wider))

    assert wide.calls == narrow.calls
    assert wide.seconds <= narrow.seconds
    assert wide.memory_bytes >= narrow.memory_bytes


@given(plans, circumstances, st.floats(0, 5))
def test_slower_answers_and_more_items_take_no_less_time(plan, about, slower):
    first = predict(plan, CATALOG, about)
    late = predict(plan, CATALOG, replace(about, latency=about.latency + slower))
    crowded = replace(about, items={name: about.items.get(name, 1) + 1 for name in CATALOG})

    assert late.seconds >= first.seconds
    assert predict(plan, CATALOG, crowded).calls >= first.calls


@given(plans, circumstances)
def test_no_bound_is_undercut(plan, about):
    found = predict(plan, CATALOG, about)
    seconds = found.seconds - about.seconds + 1e-6

    assert seconds >= (found.calls - about.calls) / CORE
    assert seconds >= (found.calls - about.calls) * about.latency / about.concurrency
    assert found.calls >= about.calls + about.entries + found.units


BASE = Circumstances(concurrency=64, open_units=128, latency=0.1, home="us-east-1")


@pytest.mark.parametrize(
    ("types", "items", "calls", "records"),
    [
        (["a:plain"], {}, 3, 3),
        (["a:bulk"], {}, 3 + 3, 3),
        (["b:detailed"], {"b:detailed": 4}, 3 * (1 + 4 + 4), 12),
        (["b:child"], {"b:detailed": 4, "b:child": 2}, 3 * (1 + 0 + 4 + 4), 24),
        (["c:batched"], {"c:batched": 20}, 3 * (1 + 2), 60),
        (["c:batched"], {"c:batched": 5}, 3 * (1 + 1), 15),
        (["c:batched"], {"c:batched": 0.5}, 5, 2),
        (["b:detailed"], {"b:detailed": 0.5}, 3 * (1 + 1), 2),
        (["d:world"], {}, 1, 1),
        (["a:plain"], {"a:plain": 0}, 3, 0),
    ],
)
def test_calls_follow_from_the_types(types, items, calls, records):
    plan = plan_of(1, [CATALOG[name] for name in types])
    found = predict(plan, CATALOG, replace(BASE, items=items))

    assert (found.calls, found.records, found.known) == (calls, records, 0)


def test_the_parents_own_details_are_read_for_its_children_and_nothing_else():
    parent = kind("p", "e", each=(Call("Get", {"I": "$I"}), Call("Extra", {"I": "$I"}, name="X")))
    child = kind("q", "e", tags="Tags", parent="e:p")
    catalog = {each.type: each for each in (parent, child)}
    found = predict(plan_of(1, [child], ["us-east-1"]), catalog, BASE)

    assert (found.calls, found.records) == (1 + 1 + 1, 1)


def test_tags_are_swept_once_at_home_for_global_and_regional_types_together():
    world = kind("w", "w", tags=BULK, scope="global")
    catalog = {"w:w": world, "a:bulk": CATALOG["a:bulk"]}

    def calls(*types, regions=REGIONS):
        return predict(plan_of(1, types, regions), catalog, BASE).calls

    assert calls(world) == 1 + 1
    assert calls(world, CATALOG["a:bulk"]) == 1 + 3 + 3
    assert calls(world, CATALOG["a:bulk"], regions=["eu-west-1"]) == 1 + 1 + 2


@pytest.mark.parametrize(
    ("about", "bound"),
    [
        (replace(BASE, latency=0.001), "one core"),
        (replace(BASE, concurrency=1), "AWS's answers, 100 ms each, 1 at a time"),
        (replace(BASE, pace=lambda service, _: Rate(0.001, 0) if service == "b" else None), "the rate of b in "),
        (replace(BASE, entries=500, pace=lambda service, _: Rate(1, 1) if service == "sts" else None), "sts:AssumeRole"),
    ],
)  # fmt: skip
def test_the_forecast_says_what_the_time_is_spent_waiting_for(about, bound):
    assert bound in predict(plan_of(3), CATALOG, about).bound


def test_a_bucket_is_filled_by_the_largest_unit_less_its_burst():
    plan = plan_of(2, [CATALOG["a:plain"]], ["us-east-1"])
    history = history_of(
        outcome("a", "us-east-1", 1000, types=("a:plain",)),
        outcome("a", "us-east-1", 10, types=("a:plain",)),
    )
    about = replace(BASE, history=history, pace=lambda *_: Rate(5, 100))

    assert predict(plan, CATALOG, about).seconds == (1000 - 100) / 5


def outcome(service, region, requests, records=0, types=("a:plain",), status=Status.COMPLETE):
    kinds = {
        name: TypeOutcome(status, records if not index else 0) for index, name in enumerate(types)
    }
    return Outcome("1", region, service, status, kinds, requests=requests)


def history_of(*outcomes):
    return History.of(outcomes)


def test_an_earlier_run_is_believed_before_any_guess():
    history = history_of(*(outcome("a", name, 7, 5) for name in REGIONS))
    plan = plan_of(10, [CATALOG["a:plain"]])
    found = predict(plan, CATALOG, replace(BASE, history=history, items={"a:plain": 100}))

    assert (found.calls, found.records, found.known) == (10 * 3 * 7, 10 * 3 * 5, 1.0)


def test_what_a_service_cost_elsewhere_stands_for_a_region_that_is_new():
    history = history_of(outcome("a", "eu-west-1", 4), outcome("a", "sa-east-1", 8))

    assert history.find("a", "us-east-1", ["a:plain"]) == Past(2, 12, 0, 8)
    assert history.find("a", "eu-west-1", ["a:plain"]) == Past(1, 4, 0, 4)


def test_a_run_for_other_types_tells_nothing():
    history = history_of(outcome("a", "eu-west-1", 4))

    assert history.find("a", "eu-west-1", ["a:plain", "a:bulk"]) is None
    assert history.find("b", "eu-west-1", ["a:plain"]) is None


def test_global_and_regional_types_of_a_service_are_told_apart():
    history = history_of(outcome("a", GLOBAL, 3, types=("a:world",)), outcome("a", "eu-west-1", 5))

    assert history.find("a", GLOBAL, ["a:world"]).requests == 3
    assert history.find("a", "sa-east-1", ["a:plain"]).requests == 5
    assert history.find("a", GLOBAL, ["a:plain"]) is None


@given(st.lists(st.tuples(st.sampled_from(REGIONS), st.integers(0, 50), st.integers(0, 9))))
def test_the_same_plan_again_costs_what_it_cost(units):
    """A ledger's mean times its units is its sum; units never visited count for nothing."""
    visited = [outcome("a", region, requests, records) for region, requests, records in units]
    history = history_of(*visited)
    seen = {
        region: [each for each in visited if each.region == region and each.requests]
        for region in REGIONS
    }

    for region, those in seen.items():
        past = history.places.get(("a", region))
        assert (past is None) == (not those)
        if past:
            assert (past.units, past.requests) == (len(those), sum(each.requests for each in those))
            assert past.most == max(each.requests for each in those)
            assert past.records == sum(each.records for each in those)


builtin = cache(Catalog.load)
WORKLOAD = [listing.type for listing in LISTINGS]


@pytest.mark.parametrize(
    ("types", "concurrency", "accounts", "regions", "mebibytes"),
    [
        (WORKLOAD, 16, 100, 4, 98),
        (WORKLOAD, 64, 100, 4, 104),
        (WORKLOAD, 256, 100, 4, 144),
        (WORKLOAD, 1000, 100, 4, 214),
        ((), 4, 1, 1, 132),
        ((), 16, 1, 1, 164),
        ((), 64, 1, 1, 235),
        ((), 64, 8, 1, 172),
    ],
)
def test_memory_is_what_the_benchmarks_took(types, concurrency, accounts, regions, mebibytes):
    catalog = builtin()
    plan = plan_of(accounts, catalog.select(types, ()), range(regions))
    about = replace(BASE, concurrency=concurrency, open_units=concurrency * UNITS_PER_SLOT)

    assert predict(plan, catalog.types, about).memory_bytes / MIB == pytest.approx(
        mebibytes, rel=0.3
    )


def test_output_grows_with_the_records():
    found = predict(plan_of(400), CATALOG, BASE)

    assert found.output_bytes == ceil(found.records * BASE.record_bytes)


def test_a_plan_without_units_costs_what_comes_before():
    found = predict(plan_of(0), CATALOG, replace(BASE, calls=5, seconds=1.5))

    assert (found.units, found.calls, found.known) == (0, 5, 0.0)
    assert found.seconds == 1.5
