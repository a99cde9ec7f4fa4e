"""Findings over any nights: states follow a model, ids and first days stay, exceptions hide nothing."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.findings.memory import remembering
from scanner.model.control import Control
from scanner.model.finding import Finding, Result, State, Subject
from scanner.policies.exemptions import Exemption, exemption_of

CONTROLS = [Control(name, name, ("T",)) for name in "ab"]
KEYS = [(control, resource) for control in CONTROLS for resource in "xyz"]
ANSWER = st.sampled_from([Result.FAIL, Result.PASS, Result.UNKNOWN, None])
NIGHTS = st.lists(st.tuples(*[ANSWER] * len(KEYS)), min_size=1, max_size=6)


def finding(control, resource, result):
    return Finding(control, Subject("1", "r", "T", resource), result)


def run_id(number):
    return f"202611{number + 1:02}T000000Z-00000a"


def check(path, number, answers, *, again=False):
    """Check one night: failures and unknowns are found, the rest is asked for afterwards."""
    now = {
        (control.id, resource): answer
        for (control, resource), answer in zip(KEYS, answers, strict=True)
    }

    def judge(before):
        answer = now[before.control.id, before.subject.resource_id]
        return None if answer is None else Finding(before.control, before.subject, answer)

    found = {}
    with remembering(
        path, run_id(number), f"2026-11-{number + 1:02}T00:00:00Z", CONTROLS
    ) as memory:
        reported = [
            memory.recall(finding(control, resource, answer))
            for (control, resource), answer in zip(KEYS, answers, strict=True)
            if answer in (Result.FAIL, Result.UNKNOWN)
        ]
        reported += memory.rest(CONTROLS, judge)
    for each in reported:
        key = each.finding.control.id, each.finding.subject.resource_id
        assert key not in found
        found[key] = (each.state, each.first_seen)
    return found


def follow(before, answer, moment):
    """Say by the model what a finding becomes in one night."""
    state, first = before or (None, None)
    if answer is None:
        return before, None
    if answer is Result.PASS:
        if state in (None, State.RESOLVED):
            return before, None
        after = (State.RESOLVED, first)
    elif state is None:
        after = (State.NEW, moment)
    else:
        after = (State.REOPENED if state is State.RESOLVED else State.OPEN, first)
    return after, after


@settings(max_examples=60, deadline=None)
@given(NIGHTS)
def test_states_follow_the_model_and_to_check_again_changes_nothing(tmp_path_factory, nights):
    path = tmp_path_factory.mktemp("memory") / "findings.sqlite"
    known = {}
    for number, answers in enumerate(nights):
        expected = {}
        for (control, resource), answer in zip(KEYS, answers, strict=True):
            key = control.id, resource
            known[key], said = follow(known.get(key), answer, f"2026-11-{number + 1:02}T00:00:00Z")
            if said is not None:
                expected[key] = said

        assert check(path, number, answers) == expected
        assert check(path, number, answers) == expected


GLOB = st.sampled_from(["*", "a", "a*", "b", "x", "?"])
EXEMPTIONS = st.lists(
    st.builds(
        Exemption, GLOB, st.just("why"), st.just("who"),
        st.dates(date(2026, 11, 1), date(2026, 12, 31)), account=GLOB, resource=GLOB,
    ),
    max_size=5,
)  # fmt: skip


@given(EXEMPTIONS, st.dates(date(2026, 11, 1), date(2026, 12, 31)))
def test_an_exception_never_outlives_its_day_and_more_exceptions_never_cover_less(
    exemptions, today
):
    for control, resource in KEYS:
        each = finding(control, resource, Result.FAIL)
        found = exemption_of(each, None, exemptions, today)

        assert found is None or (found.expires >= today and found.covers(each, None))
        if found is not None:
            assert exemption_of(each, None, [*exemptions, *exemptions[:1]], today) is not None
            assert exemption_of(each, None, [found], found.expires + timedelta(1)) is None
        elif exemptions:
            assert not any(one.holds(today) and one.covers(each, None) for one in exemptions)
