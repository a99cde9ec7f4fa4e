"""Who looks on sees every unit once, with the very lines that are written, spooled or not."""

from dataclasses import replace

import anyio
import pytest

from scanner.output import create_run, read_units
from scanner.output.encode import encode_record
from tests.unit.output.support import RUN_ID, SMALL, commit, outcome, record, summary, unit

TYPES = ("AWS::Test::Thing",)


class Onlooker:
    def __init__(self):
        self.seen = []
        self.done = None

    def begin(self, done, shard):
        self.done = done

    async def see(self, outcome, lines):
        self.seen.append((outcome.key, await anyio.to_thread.run_sync(list, lines)))


def plan(of, count):
    return [encode_record(record(of, number, "m" * 50)).rstrip(b"\n") for number in range(count)]


@pytest.mark.parametrize("compression", ["gzip", "none"])
async def test_units_in_memory_and_in_spools_are_seen_as_they_are_written(tmp_path, compression):
    onlooker = Onlooker()
    options = replace(SMALL, compression=compression)
    async with create_run(tmp_path, RUN_ID, {}, options) as run:
        run.witness = onlooker
        for number, count in enumerate((0, 1, 40)):
            await commit(run, unit(number), count, mark="m" * 50)
        await run.finish(summary(3))

    counts = (0, 1, 40)
    assert onlooker.seen == [
        (unit(number).key, plan(unit(number), count)) for number, count in enumerate(counts)
    ]
    stored = await anyio.to_thread.run_sync(
        lambda: [
            (each.key, [encode_record(r).rstrip(b"\n") for r in records])
            for each, records in read_units(tmp_path, RUN_ID, TYPES)
        ]
    )
    assert sorted(stored) == onlooker.seen


async def test_a_unit_of_a_failed_run_is_not_taken_though_it_was_seen(tmp_path):
    onlooker = Onlooker()
    async with create_run(tmp_path, RUN_ID, {}, SMALL) as run:
        run.witness = onlooker
        await run.finish(summary(0))
        with pytest.raises(Exception, match="has ended"):
            await run.take(outcome(unit()), b"", None)

    assert onlooker.seen == []


async def test_wanted_units_alone_are_read_from_a_member_that_they_share(tmp_path):
    async with create_run(tmp_path, RUN_ID, {}, replace(SMALL, member_bytes=1 << 20)) as run:
        for number in range(3):
            await commit(run, unit(number), 2)
        await run.finish(summary(3))

    def read():
        wanted = lambda each: each.key == unit(1).key  # noqa: E731 — short
        return [(o.key, list(r)) for o, r in read_units(tmp_path, RUN_ID, TYPES, wanted)]

    [(key, records)] = await anyio.to_thread.run_sync(read)

    assert key == unit(1).key
    assert {each.account_id for each in records} == {unit(1).account.id}
    assert len(records) == 2
