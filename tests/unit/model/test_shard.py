"""Which shard an account is in, for ever."""

import pytest

from scanner.model.shard import MOST_SHARDS, Shard


def test_a_shard_is_written_as_it_is_read():
    assert str(Shard.parse("2/3")) == "2/3"
    assert Shard.parse("10/10") == Shard(10, 10)


@pytest.mark.parametrize(
    "text", ["", "2", "2/", "/3", "a/b", "-1/3", "1/3/3", " 1/3", "0/3", "4/3", "0/0", "1/10001", "٢/٣"]
)  # fmt: skip
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(ValueError, match="shard"):
        Shard.parse(text)


def test_shards_that_count_from_0_are_told_that_they_count_from_1():
    with pytest.raises(ValueError, match="count from 1: 0/3 is not among 1/3 … 3/3"):
        Shard(0, 3)


def test_where_accounts_are_never_changes():
    """These are facts of SHA-256: a change here would lose accounts of runs under way."""
    where = {
        f"{number:012d}": next(each.index for each in Shard.all(7) if each.holds(f"{number:012d}"))
        for number in (0, 1, 111122223333, 999999999999)
    }
    assert where == {"000000000000": 3, "000000000001": 4, "111122223333": 5, "999999999999": 1}


def test_accounts_spread_evenly():
    counts = [
        sum(shard.holds(f"{number:012d}") for number in range(10_000)) for shard in Shard.all(10)
    ]
    assert sum(counts) == 10_000
    assert all(900 < count < 1100 for count in counts)


def test_there_are_as_many_shards_as_said():
    assert [str(each) for each in Shard.all(3)] == ["1/3", "2/3", "3/3"]
    assert Shard(MOST_SHARDS, MOST_SHARDS).count == MOST_SHARDS
