"""Begin a run or go on with one, and let go of it; what is in between is `LocalRun`'s."""

from __future__ import annotations

from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from anyio import CancelScope, create_task_group, to_thread

from scanner.model.errors import OutputError
from scanner.output import disk
from scanner.output.afar import abort_uploads, begin, go_on
from scanner.output.encode import encode_document, timestamp
from scanner.output.layout import Layout
from scanner.output.local import LocalRun
from scanner.output.manifest import withdraw
from scanner.output.options import Options
from scanner.output.read import find_run, read_plan
from scanner.output.resume import recover
from scanner.output.room import check_writable
from scanner.output.sharing import header_of
from scanner.output.shipping import ShippedStore
from scanner.output.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from scanner.model.shard import Shard
    from scanner.output.afar import Afar
    from scanner.output.lease import Lease


@asynccontextmanager
async def create_run(
    out: Path, run_id: str, plan: Mapping[str, Any], options: Options | None = None
) -> AsyncIterator[LocalRun]:
    """Begin a run that has no shards: write its plan, then take units.

    `plan` must hold no secrets; the run's own fields (schema, run_id, job, shard,
    compression, started_at) are added to it and win. Raises `OutputError`, before anything
    is written, where `out` can't be written or the run exists.
    """
    opened = await to_thread.run_sync(_create, out, run_id, plan, options or Options())
    async with _served(opened) as run:
        yield run


@asynccontextmanager
async def resume_run(
    out: Path, run_id: str, options: Options | None = None, *, again: bool = True
) -> AsyncIterator[LocalRun]:
    """Go on with a run: settled units stay and are in `done`, all others leave no trace.

    Job and compression are those the run began with. A manifest is withdrawn. Of a run that
    has shards `options` names the one to go on with, or to begin. Without `again` every unit
    that has an outcome stays.
    """
    resume = partial(_resume, out, run_id, options or Options(), again=again)
    opened = await to_thread.run_sync(resume)
    async with _served(opened) as run:
        yield run


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a thread made ready: the lock is held until `release`."""

    layout: Layout
    options: Options
    store: Store
    started_at: str
    done: frozenset[str]
    release: Callable[[], None]

    def run(self) -> LocalRun:
        return LocalRun(self.layout, self.options, self.store, self.started_at, self.done)


@asynccontextmanager
async def _served(opened: _Opened) -> AsyncIterator[LocalRun]:
    failure: Exception | None = None
    try:
        run = opened.run()
        async with create_task_group() as tasks:
            tasks.start_soon(run.serve)
            try:
                yield run
            except Exception as error:  # noqa: BLE001 — raised below, where no group wraps it
                failure = error
            finally:
                await run.close()
        if failure is not None:
            raise failure
        run.check()
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(opened.release)


def _create(out: Path, run_id: str, plan: Mapping[str, Any], options: Options) -> _Opened:
    layout = Layout(out, run_id, options.job, compression=options.compression)
    check_writable(out)
    header = header_of(layout, timestamp(options.clock()))
    with ExitStack() as held:
        lease = held.enter_context(disk.locked(layout.lock))
        added = {name: value for name, value in plan.items() if name not in header}
        if not disk.write_new(layout.plan, encode_document(header | added)):
            raise OutputError(f"run {run_id} exists already in {out}: resume it")
        if lease is not None:
            return _open_afar(begin(layout, lease.epoch, held), options, lease, held)
        return _open(layout, options, frozenset(), held)


def _resume(out: Path, run_id: str, options: Options, *, again: bool) -> _Opened:
    find_run(out, run_id)
    check_writable(out)
    with ExitStack() as held:
        lock = Layout(out, run_id, shard=options.shard).lock
        lease = held.enter_context(disk.locked(lock))
        plan = read_plan(out, run_id)
        _check_shard(plan, options.shard)
        began = {name: plan[name] for name in ("job", "compression")}
        layout = Layout(out, run_id, shard=options.shard, **began)
        options = replace(options, **began)
        if lease is not None:
            _reopen_afar(layout)
            return _open_afar(go_on(layout, lease.epoch, held, again=again), options, lease, held)
        _reopen(layout)
        return _open(layout, options, recover(layout, again=again), held)


def _check_shard(plan: Mapping[str, Any], shard: Shard | None) -> None:
    """Raise `OutputError` where a run is not split in the way a writer thinks."""
    count = None if shard is None else shard.count
    if plan.get("shards") != count:
        raise OutputError(
            f"run {plan['run_id']} has {plan.get('shards', 'no')} shards, not {count or 'none'}"
        )


def _reopen(layout: Layout) -> None:
    """Take back what says that the run, and this shard of it, is finished."""
    if layout.shard is None:
        withdraw(layout)
        return
    with disk.locked(layout.whole.lock, wait=True):
        withdraw(layout.whole)
        disk.remove(layout.manifest)


def _reopen_afar(layout: Layout) -> None:
    """Take back what says that the run of this shard is finished; its own manifest stays.

    What that names stays too, until the next one is there.
    """
    if layout.shard is not None:
        withdraw(layout.whole)


def _open_afar(afar: Afar, options: Options, lease: Lease, held: ExitStack) -> _Opened:
    started_at = str(read_plan(afar.remote.out, afar.remote.run_id)["started_at"])
    store = ShippedStore(afar, options, lease)
    held.callback(_tidy, afar.remote, lease)
    release = held.pop_all().close
    return _Opened(afar.local, options, store, started_at, afar.done, release)


def _tidy(remote: Layout, lease: Lease) -> None:
    """Give up what an upload left whose beginning was never answered."""
    with suppress(OutputError):  # another goes on with the run, or the next one will see to it
        lease.renew()
        abort_uploads(remote)


def _open(layout: Layout, options: Options, done: frozenset[str], held: ExitStack) -> _Opened:
    started_at = str(read_plan(layout.out, layout.run_id)["started_at"])
    store = Store(layout, options)
    held.callback(disk.remove_directory, layout.spool)
    return _Opened(layout, options, store, started_at, done, held.pop_all().close)
