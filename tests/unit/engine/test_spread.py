import anyio
import pytest

from scanner.engine.spread import chunks, first_error, spread


async def test_every_item_is_worked_on_once_and_never_more_than_the_limit_together():
    done, running, most = [], 0, 0

    async def work(item):
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(item % 3 + 1):
            await anyio.lowlevel.checkpoint()
        running -= 1
        done.append(item)

    await spread(4, work, range(30))
    assert sorted(done) == list(range(30))
    assert most == 4


async def test_a_single_item_is_worked_on_by_the_caller_itself():
    tasks = []

    async def work(_item):
        tasks.append(anyio.get_current_task())

    await spread(4, work, ["only"])
    assert tasks == [anyio.get_current_task()]


async def test_nothing_to_do_is_done():
    async def work(item):
        raise AssertionError(item)

    await spread(4, work, [])


@pytest.mark.parametrize("count", [1, 5])
async def test_the_first_error_arrives_alone_and_ends_the_others(count):
    ended = []

    async def work(item):
        if item == 0:
            raise ValueError("first")
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(item)

    with pytest.raises(ValueError, match="first"):
        await spread(count, work, range(count))
    assert sorted(ended) == list(range(1, count))


async def test_cancellation_ends_every_worker():
    begun, ended = [], []

    async def work(item):
        begun.append(item)
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(item)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(spread, 3, work, range(9))
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert begun == [0, 1, 2]
    assert sorted(ended) == begun


def test_the_first_leaf_of_nested_groups_is_the_error():
    error = ValueError("leaf")
    assert first_error(ExceptionGroup("", [ExceptionGroup("", [error]), KeyError()])) is error


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_chunks_are_the_whole_in_order_and_none_is_too_large(size):
    pieces = list(chunks(range(20), size))
    assert [each for piece in pieces for each in piece] == list(range(20))
    assert all(0 < len(piece) <= size for piece in pieces)
