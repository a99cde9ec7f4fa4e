"""Accounts stay together while that leaves nobody idle; a unit that kills is found."""

from scanner.engine.deal import Deal
from scanner.engine.plan import Plan
from scanner.engine.schedule import Schedule
from scanner.model.target import Account, Regions

REGIONS = ("eu-west-1", "us-east-1")
SERVICES = {f"svc{number}": (f"svc{number}:a",) for number in range(10)}
EACH = len(REGIONS) * len(SERVICES)


def deal_of(accounts, workers, done=()):
    visits = tuple((Account(f"{n:012d}"), Regions(REGIONS)) for n in range(accounts))
    return Deal(Schedule(Plan(visits, SERVICES, {}), done), workers)


def accounts(units):
    return {unit.account.id for unit in units}


def test_accounts_are_divided_and_nobody_shares_one_while_all_have_work():
    deal = deal_of(40, 4)
    hands = [deal.take(who, 60) for who in range(4)]

    assert all(len(hand) == 60 for hand in hands)
    assert sum(len(accounts(hand)) for hand in hands) == len(set().union(*map(accounts, hands)))


def test_the_division_is_the_same_in_every_run():
    first, again = (
        [accounts(deal.take(who, 100)) for who in range(3)]
        for deal in (deal_of(30, 3), deal_of(30, 3))
    )
    assert first == again


def test_who_runs_dry_takes_whole_accounts():
    deal = deal_of(1, 2)
    owner = 0 if deal_has(deal, 0) else 1
    deal = deal_of(12, 2)
    mine = accounts(deal.take(owner, 1))
    taken = deal.take(1 - owner, 10_000)

    assert len(taken) + len(deal.take(owner, 10_000)) + 1 == 12 * EACH
    assert mine


def deal_has(deal, who):
    return deal._hands[who].left > 0


def test_a_single_account_is_split_where_somebody_would_be_idle():
    deal = deal_of(1, 2)
    first, second = deal.take(0, EACH // 2), deal.take(1, EACH // 2)

    assert (len(first), len(second)) == (EACH // 2, EACH // 2)
    assert not {unit.key for unit in first} & {unit.key for unit in second}


def test_the_thief_takes_about_half_and_leaves_what_comes_next():
    deal = deal_of(1, 2)
    owner = 0 if deal_has(deal, 0) else 1
    (begun,) = deal.take(owner, 1)
    (stolen,) = deal.take(1 - owner, 1)
    (following,) = deal.take(owner, 1)
    order = [unit.key for unit in deal_of(1, 1).take(0, EACH)]

    assert order.index(begun.key) == 0
    assert order.index(following.key) == 1
    assert order.index(stolen.key) == EACH // 2


def test_what_was_out_when_a_worker_died_is_dealt_one_by_one():
    deal = deal_of(4, 2)
    out = deal.take(0, 5)
    assert deal.died(0) == []
    again = deal.take(1, 1)
    more = deal.take(1, 10)

    assert again == out[:1]
    assert not {unit.key for unit in out} & {unit.key for unit in more}
    deal.ended(1, again[0].key)
    assert deal.take(1, 1) == out[1:2]


def test_the_unit_with_which_a_worker_died_twice_is_the_only_one_given_up():
    deal = deal_of(4, 2)
    killer = deal.take(0, 5)[0]
    deal.died(0)
    deal.take(1, 8)

    assert deal.died(1) == [killer]
    assert deal.died(1) == []


def test_a_suspect_that_ended_is_cleared():
    deal = deal_of(4, 2)
    (unit,) = deal.take(0, 1)
    deal.died(0)
    assert deal.take(1, 1) == [unit]
    deal.ended(1, unit.key)
    deal.take(1, 3)

    assert deal.died(1) == []


def test_what_waits_can_be_called_in():
    deal = deal_of(2, 2, done={"000000000000/eu-west-1/svc0"})
    out = deal.take(0, 3)
    deal.died(0)
    rest = list(deal.rest())

    assert len(rest) == 2 * EACH - 1
    assert {unit.key for unit in out} <= {unit.key for unit in rest}
    assert deal.take(1, 5) == []
    assert deal.over
