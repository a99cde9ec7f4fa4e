import pytest

from scanner.model.outcome import Outcome, Status
from scanner.model.sink import MemorySink
from scanner.model.target import Account, Unit

UNIT = Unit(Account("111122223333"), "eu-west-1", "sqs", ())
OUTCOME = Outcome(UNIT.account.id, UNIT.region, UNIT.service, Status.COMPLETE)


@pytest.fixture
def sink():
    return MemorySink()


async def test_records_are_held_back_until_their_unit_ends(sink):
    buffer = sink.open_unit(UNIT)
    await buffer.add("one")
    await buffer.add("two")
    assert sink.records == []
    await sink.commit(buffer, OUTCOME)
    assert (sink.records, sink.outcomes) == (["one", "two"], [OUTCOME])


async def test_a_discarded_unit_leaves_no_trace(sink):
    buffer = sink.open_unit(UNIT)
    await buffer.add("one")
    await buffer.discard()
    assert (sink.records, sink.outcomes, buffer.records) == ([], [], [])


async def test_units_that_are_open_together_stay_apart(sink):
    first, second = sink.open_unit(UNIT), sink.open_unit(UNIT)
    await first.add("first")
    await second.add("second")
    await first.discard()
    await sink.commit(second, OUTCOME)
    assert sink.records == ["second"]


async def test_an_outcome_counts_even_without_a_buffer_of_its_own(sink):
    await sink.commit(object(), OUTCOME)
    assert (sink.records, sink.outcomes) == ([], [OUTCOME])
