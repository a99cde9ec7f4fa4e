"""What is due, what is full: the backlog, with time as a number."""

from scanner.output import Options
from scanner.output.backlog import Backlog, Parcel
from tests.unit.output.support import outcome, unit

OPTIONS = Options(member_bytes=2000, member_seconds=2.0, queue_bytes=10_000, queue_units=8)


def parcel(service="ec2", size=100, spool=None):
    return Parcel(outcome(unit(service=service)), b"x" * size, spool)


def test_nothing_is_due_in_an_empty_backlog():
    backlog = Backlog(OPTIONS)
    assert not backlog
    assert backlog.due_in(5.0) is None
    assert backlog.take(5.0, everything=True) == []


def test_a_group_is_due_when_its_oldest_unit_has_waited():
    backlog = Backlog(OPTIONS)
    backlog.add(parcel("ec2"), 10.0)
    backlog.add(parcel("s3"), 11.0)
    backlog.add(parcel("ec2"), 11.5)
    assert backlog.due_in(11.5) == 0.5
    assert backlog.take(11.9, everything=False) == []
    assert backlog.due_in(12.5) == 0.0
    (group,) = backlog.take(12.0, everything=False)
    assert group.key == ("ec2", "eu-west-1")
    assert len(group.parcels) == 2
    assert backlog.due_in(12.0) == 1.0


def test_a_group_is_due_at_once_when_it_makes_a_member():
    backlog = Backlog(OPTIONS)
    backlog.add(parcel("s3"), 0.0)
    backlog.add(parcel("ec2", size=2000), 0.0)
    assert backlog.due_in(0.0) == 0.0
    assert [group.key[0] for group in backlog.take(0.0, everything=False)] == ["ec2"]


def test_a_member_stays_small_however_long_the_writer_is_busy():
    backlog = Backlog(OPTIONS)
    for _ in range(6):
        backlog.add(parcel(size=900), 0.0)
    assert [len(group.parcels) for group in backlog.take(0.0, everything=True)] == [2, 2, 2]


def test_a_spooled_unit_does_not_wait():
    backlog = Backlog(OPTIONS)
    backlog.add(parcel(size=0, spool=object()), 0.0)
    assert backlog.due_in(0.0) == 0.0


def test_units_without_records_ride_along():
    backlog = Backlog(OPTIONS)
    backlog.add(parcel("ec2", size=2000), 0.0)
    backlog.add(parcel("s3", size=0), 1.0)
    assert [group.key for group in backlog.take(1.0, everything=False)] == [
        ("ec2", "eu-west-1"),
        None,
    ]


def test_half_a_full_backlog_is_written_without_waiting():
    backlog = Backlog(OPTIONS)
    for number in range(4):
        assert backlog.due_in(0.0) != 0.0
        backlog.add(parcel(f"s{number}"), 0.0)
    assert backlog.due_in(0.0) == 0.0
    assert len(backlog.take(0.0, everything=False)) == 4
    assert not backlog


def test_what_is_being_written_still_counts():
    backlog = Backlog(OPTIONS)
    for _ in range(8):
        assert not backlog.full
        backlog.add(parcel(), 0.0)
    taken = backlog.take(0.0, everything=True)
    assert backlog.full
    backlog.written(taken)
    assert not backlog.full
    assert (backlog.units, backlog.memory) == (0, 0)


def test_bytes_fill_it_as_units_do():
    backlog = Backlog(OPTIONS)
    backlog.add(parcel(size=9_999), 0.0)
    assert backlog.full
