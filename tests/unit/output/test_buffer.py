"""An open unit holds its records in little memory and leaves no trace when abandoned."""

import gzip
import json
import tracemalloc
from dataclasses import replace

import anyio
import pytest
from anyio import wait_all_tasks_blocked

from scanner.model.errors import OutputError
from scanner.output import Options
from scanner.output.buffer import LocalBuffer
from tests.unit.output.support import failing, record, unit

CAP = Options(unit_bytes=4096)


async def fill(buffer):
    for number in range(40):
        await buffer.add(record(unit(), number))


def ids(text):
    return [json.loads(line)["resource_id"] for line in text.splitlines()]


async def test_a_small_unit_stays_in_memory(tmp_path):
    buffer = LocalBuffer(unit(), tmp_path / "spool" / "0", CAP)
    for number in range(3):
        await buffer.add(record(unit(), number))
    await buffer.seal()
    assert buffer.spool is None
    assert ids(buffer.text) == ["thing-0", "thing-1", "thing-2"]


@pytest.mark.parametrize("records", [0, 3, 40])
async def test_a_unit_knows_its_bytes_spilled_or_not(records, tmp_path):
    small = LocalBuffer(unit(), tmp_path / "spool" / "0", CAP)
    large = LocalBuffer(unit(), tmp_path / "spool" / "1", Options())
    for number in range(records):
        await small.add(record(unit(), number))
        await large.add(record(unit(), number))
    assert small.bytes == large.bytes == len(large.text)
    assert (small.spool is not None) == (records == 40)


def test_a_big_unit_spills_to_a_private_file_in_order(tmp_path):
    path = tmp_path / "spool" / "0"

    async def main():
        buffer = LocalBuffer(unit(), path, CAP)
        for number in range(100):
            await buffer.add(record(unit(), number))
            assert len(buffer.text) < CAP.unit_bytes
        await buffer.seal()
        assert not buffer.text

    anyio.run(main)
    assert path.stat().st_mode & 0o777 == 0o600
    assert ids(gzip.decompress(path.read_bytes())) == [f"thing-{n}" for n in range(100)]


def test_records_added_at_the_same_time_all_arrive(tmp_path):
    path = tmp_path / "spool" / "0"

    async def main():
        buffer = LocalBuffer(unit(), path, CAP)

        async def add(start):
            for number in range(start, start + 50):
                await buffer.add(record(unit(), number))

        async with anyio.create_task_group() as tasks:
            for start in (0, 50, 100, 150):
                tasks.start_soon(add, start)
        await buffer.seal()
        assert buffer.records == 200

    anyio.run(main)
    assert sorted(ids(gzip.decompress(path.read_bytes()))) == sorted(
        f"thing-{n}" for n in range(200)
    )


def test_memory_is_flat_however_big_the_unit(tmp_path):
    big = replace(record(unit()), configuration={"Text": "x" * 2000})

    async def peak(count):
        buffer = LocalBuffer(unit(), tmp_path / f"{count}", Options(unit_bytes=32 << 10))
        tracemalloc.reset_peak()
        start = tracemalloc.get_traced_memory()[0]
        for _ in range(count):
            await buffer.add(big)
        await buffer.seal()
        return tracemalloc.get_traced_memory()[1] - start

    tracemalloc.start()
    try:
        anyio.run(peak, 100)
        small, large = anyio.run(peak, 100), anyio.run(peak, 2000)
    finally:
        tracemalloc.stop()
    assert large < 600_000  # 4.8 MB went through
    assert large < small * 2


def test_an_abandoned_unit_leaves_no_trace_even_when_cancelled(tmp_path):
    path = tmp_path / "0"

    async def main():
        buffer = LocalBuffer(unit(), path, CAP)
        with anyio.CancelScope() as scope:
            try:
                await fill(buffer)
                assert buffer.spool is not None
                scope.cancel()
                await anyio.sleep_forever()
            finally:
                await buffer.discard()
        assert not buffer.text

    anyio.run(main)
    assert list(tmp_path.iterdir()) == []


async def test_a_record_on_its_way_when_the_unit_ends_is_in_it(tmp_path):
    buffer = LocalBuffer(unit(), tmp_path / "0", Options(unit_bytes=1))
    async with anyio.create_task_group() as tasks, buffer._spilling:
        tasks.start_soon(buffer.seal)
        tasks.start_soon(buffer.add, record(unit(), 5))
        await wait_all_tasks_blocked()
    assert buffer.spool is None
    assert ids(buffer.text) == ["thing-5"]


async def test_an_ended_unit_takes_no_record(tmp_path):
    for end in (LocalBuffer.seal, LocalBuffer.discard):
        buffer = LocalBuffer(unit(), tmp_path / "0", CAP)
        await end(buffer)
        with pytest.raises(OutputError, match="ended already"):
            await buffer.add(record(unit()))


def test_a_unit_that_could_not_spill_can_not_be_committed(tmp_path):
    async def main():
        buffer = LocalBuffer(unit(), tmp_path / "0", CAP)
        with failing(2, lasting=False), pytest.raises(OutputError, match="No space left"):
            await fill(buffer)
        with pytest.raises(OutputError, match="ended already"):
            await buffer.seal()
        await buffer.discard()

    anyio.run(main)
    assert list(tmp_path.iterdir()) == []
