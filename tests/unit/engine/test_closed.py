from collections import Counter

import pytest

from scanner.engine.closed import EXEMPT, SERVICES_DENIED, ClosedPlaces
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.target import GLOBAL, Account, Unit
from tests.unit.engine.workbench import Bench, record

S = Status
SERVICES = ("ec2", "glue", "rds", "sqs", "sns", "sagemaker")


def ended(service, *statuses, account="1", region="eu-west-1", started="t"):
    types = {f"{service}:{n}": TypeOutcome(status) for n, status in enumerate(statuses)}
    return Outcome(account, region, service, S.ERROR, types, started_at=started)


def unit(service="sqs", account="1", region="eu-west-1"):
    return Unit(Account(account), region, service, ("svc:a",))


def learned(*outcomes):
    places = ClosedPlaces()
    for each in outcomes:
        places.learn(each)
    return places


DENIALS = tuple(ended(service, S.DENIED_SCP) for service in SERVICES[:SERVICES_DENIED])


def test_a_place_is_closed_once_several_services_were_denied_all_they_were_asked():
    assert not learned(*DENIALS[:-1]).why(unit())
    why = learned(*DENIALS).why(unit())
    assert "concluded from explicit denies in a service control policy" in why
    assert "3 services (ec2, glue, rds)" in why


def test_one_service_denied_often_proves_nothing():
    assert not learned(*[ended("ec2", S.DENIED_SCP)] * 9).why(unit())


@pytest.mark.parametrize("place", [{"account": "2"}, {"region": "us-east-1"}])
def test_other_accounts_and_regions_stay_open(place):
    assert not learned(*DENIALS).why(unit(**place))


@pytest.mark.parametrize("status", [S.COMPLETE, S.DENIED, S.ERROR, S.TRUNCATED])
@pytest.mark.parametrize("position", [0, 2, 3])
def test_any_other_answer_opens_a_place_for_good(status, position):
    outcomes = [*DENIALS, *DENIALS]
    outcomes.insert(position, ended("sns", status))
    assert not learned(*outcomes).why(unit())


def test_an_answer_among_a_services_denials_opens_the_place():
    mixed = ended("sns", S.DENIED_SCP, S.COMPLETE, S.DENIED_SCP)
    assert not learned(*DENIALS, mixed).why(unit())


@pytest.mark.parametrize("status", [S.NOT_ATTEMPTED, S.UNAVAILABLE, S.THROTTLED])
def test_what_says_nothing_of_permissions_neither_closes_nor_opens(status):
    assert not learned(*(ended(service, status) for service in SERVICES)).why(unit())
    assert learned(*DENIALS, ended("sns", status)).why(unit())
    assert learned(*DENIALS[:2], ended("rds", S.DENIED_SCP, status)).why(unit())


def test_units_that_never_began_are_no_evidence():
    concluded = [ended(service, S.DENIED_SCP, started=None) for service in SERVICES]
    assert not learned(*concluded).why(unit())


def test_exempt_services_are_always_asked_and_open_nothing():
    places = learned(*(ended(service, S.COMPLETE) for service in EXEMPT), *DENIALS)
    assert places.why(unit())
    assert not any(places.why(unit(service)) for service in EXEMPT)
    assert not learned(*(ended(service, S.DENIED_SCP) for service in EXEMPT)).why(unit())


def test_global_services_are_not_concluded_about_nor_from():
    closed = [ended(service, S.DENIED_SCP, region=GLOBAL) for service in SERVICES]
    assert not learned(*closed).why(unit(region=GLOBAL))
    assert not learned(*DENIALS).why(unit("iam", region=GLOBAL))


async def test_a_run_calls_nothing_in_a_closed_place_and_says_so():
    begun, shut = Counter(), ("000000000001", "us-east-1")

    async def task(ctx):
        place = (ctx.unit.account.id, ctx.unit.region)
        begun[place] += 1
        if place == shut and ctx.unit.service not in EXEMPT:
            ctx.tally.failed("svc:a", S.DENIED_SCP, "no")
        else:
            yield record(ctx)
        ctx.tally.finished("svc:a")

    planned = [
        unit(service, f"{number:012d}", region)
        for service in (*SERVICES, "kms")
        for region in ("eu-west-1", "us-east-1")
        for number in range(3)
    ]
    outcomes = await Bench().work(task, planned, open_units=1)
    concluded = {
        each.service
        for each in outcomes.values()
        if "concluded" in (each.types["svc:a"].error or "")
    }
    assert concluded == {*SERVICES[SERVICES_DENIED:]}
    assert begun.pop(shut) == SERVICES_DENIED + 1
    assert set(begun.values()) == {len(SERVICES) + 1}
    here = {o.service: o.status for o in outcomes.values() if (o.account_id, o.region) == shut}
    assert here.pop("kms") is S.COMPLETE
    assert set(here.values()) == {S.DENIED_SCP}
    assert all(
        o.started_at is None
        for o in outcomes.values()
        if o.service in concluded and (o.account_id, o.region) == shut
    )
