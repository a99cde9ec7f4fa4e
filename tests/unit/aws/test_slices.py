import anyio

from scanner.aws.slices import Slices


class Clock:
    """Time that passes only by work."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


async def test_work_that_is_there_at_once_is_cut_into_turns_of_the_loop():
    clock, turns, done = Clock(), [0], []
    slices = Slices(length=2.5, clock=clock)

    async def work(number):
        await slices.turn()
        clock.now += 1
        done.append((turns[0], number))

    async def count():
        while len(done) < 10:
            turns[0] += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count)
        for number in range(10):
            tasks.start_soon(work, number)

    assert [number for _, number in done] == list(range(10))
    at = [turn for turn, _ in done]
    assert max(at.count(turn) for turn in at) <= 4  # three that fit, one across the edge
    assert len(set(at)) >= 3


async def test_a_turn_is_free_where_the_loop_has_time():
    clock = Clock()
    slices = Slices(length=1, clock=clock)
    for _ in range(3):
        with anyio.fail_after(5):
            await slices.turn()
        await anyio.lowlevel.checkpoint()
        clock.now += 100
        await anyio.lowlevel.checkpoint()


async def test_who_waits_for_a_turn_can_be_cancelled():
    clock = Clock()
    slices = Slices(length=1, clock=clock)
    await slices.turn()
    clock.now += 10
    with anyio.CancelScope() as scope:
        scope.cancel()
        await slices.turn()
    assert scope.cancelled_caught
