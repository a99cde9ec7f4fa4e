import itertools

from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.plan import Plan, make_plan
from scanner.model.resource import Call, ResourceType
from scanner.model.target import GLOBAL, Account, Regions

NAMES = ("us-east-1", "eu-west-1", "ap-east-1", "sa-east-1")
names = st.lists(st.sampled_from(NAMES), unique=True, max_size=4)


@st.composite
def visits(draw):
    found = []
    for number in draw(st.sets(st.integers(0, 30), max_size=8)):
        regions = draw(names)
        split = draw(st.integers(0, len(regions)))
        secret = draw(st.none() | st.just("hush"))
        account = Account(f"{number:012d}", f"n{number}", roles=("R",), external_id=secret)
        found.append((account, Regions(tuple(regions[:split]), tuple(regions[split:]), "source")))
    return found


@st.composite
def kinds(draw):
    services = draw(st.dictionaries(st.sampled_from("abcde"), st.integers(1, 4), max_size=5))
    return [
        ResourceType(
            f"{service}:{number}", service=service, list=Call("L"), id="I",
            scope="global" if service in "ab" and number % 2 else "regional",
        )
        for service, count in services.items()
        for number in range(count)
    ]  # fmt: skip


@given(visits(), kinds())
def test_every_combination_is_planned_exactly_once(accounts, types):
    plan = make_plan(accounts, types)
    units = list(plan.units())
    wanted = {
        f"{account.id}/{region}/{each.service}"
        for account, regions in accounts
        for each in types
        for region in ((GLOBAL,) if each.scope == "global" else regions.enabled + regions.disabled)
    }
    assert {each.key for each in units} == wanted
    assert len(units) == len(plan) == len(wanted)


@given(visits(), kinds())
def test_a_region_that_is_not_enabled_is_planned_but_never_called(accounts, types):
    disabled = {
        (account.id, region) for account, regions in accounts for region in regions.disabled
    }
    for unit in make_plan(accounts, types).units():
        assert unit.enabled is ((unit.account.id, unit.region) not in disabled)


@given(visits(), kinds())
def test_a_plan_survives_being_written_and_holds_no_external_id(accounts, types):
    plan = make_plan(accounts, types)
    plain = plan.to_dict()
    assert "hush" not in repr(plain)
    secrets = {account.id: "hush" for account, _ in accounts if account.external_id}
    assert Plan.from_dict(plain, secrets) == plan
    assert [each.key for each in Plan.from_dict(plain).units()] == [
        each.key for each in plan.units()
    ]


@given(visits(), kinds(), st.sets(st.tuples(st.sampled_from("abcde"), st.sampled_from(NAMES))))
def test_what_can_not_exist_is_not_planned(accounts, types, absent):
    def serves(service, region):
        return False if (service, region) in absent else None

    plan = make_plan(accounts, types, serves)
    everything = {each.key for each in make_plan(accounts, types).units()}
    kept = {key for key in everything if (key.split("/")[2], key.split("/")[1]) not in absent}
    assert {each.key for each in plan.units()} == kept
    assert len(plan) == len(kept)
    assert [each.key for each in Plan.from_dict(plan.to_dict()).units()] == [
        each.key for each in plan.units()
    ]


@given(visits(), kinds())
def test_types_of_a_unit_are_those_of_its_service_and_scope(accounts, types):
    for unit in make_plan(accounts, types).units():
        scope = "global" if unit.region == GLOBAL else "regional"
        same = {each.type for each in types if each.service == unit.service and each.scope == scope}
        assert set(unit.types) == same


@given(visits(), kinds())
def test_shared_counts_the_units_that_need_a_client(accounts, types):
    plan = make_plan(accounts, types)
    assert plan.shared().total() == len(plan)


def test_neighbouring_units_burden_different_accounts_and_the_heaviest_service_comes_first():
    accounts = [(Account(f"{number:012d}"), Regions(NAMES[:2])) for number in range(5)]
    types = [
        ResourceType(f"{service}:{number}", service=service, list=Call("L"), id="I")
        for service, count in (("light", 1), ("heavy", 5))
        for number in range(count)
    ]
    units = list(make_plan(accounts, types).units())
    assert {each.service for each in units[:10]} == {"heavy"}
    for first, second in itertools.pairwise(units):
        assert first.account != second.account
