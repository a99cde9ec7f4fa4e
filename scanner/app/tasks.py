"""Find users' own tasks in files and plugins; running a task's file is all that it runs of it."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from inspect import isfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.app.shards import TASKS
from scanner.model.errors import SettingsError, TaskError
from scanner.model.task import Task, task_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from scanner.settings import Settings

PLUGINS = "scanner.tasks"
"""The entry point group whose values are tasks."""


def find_task(settings: Settings) -> Task[..., Any]:
    """Load the task that the settings name; raises SettingsError, blocks.

    It is `FILE.py:NAME`, `FILE.py` where the file has one task, or the name of a plugin's.
    """
    if settings.task is None:
        raise SettingsError("name a task: FILE.py:NAME, or one of `scanner run --list`")
    file, colon, name = settings.task.rpartition(":")
    if settings.task.endswith(".py"):
        found = _only(_loaded(Path(settings.task)), settings.task)
    elif colon and file.endswith(".py"):
        found = _named(_loaded(Path(file)), name, file)
    else:
        found = _plugged(settings.task)
    check_writes(settings, found)
    return found


def check_writes(settings: Settings, task: Task[..., Any]) -> None:
    """Refuse to let a task write that does not say that it does."""
    if settings.allow_writes and not task.writes:
        raise SettingsError(
            f"--allow-writes: task {task.name} declares none: @task(writes=True) does"
        )


def plugged() -> list[tuple[EntryPoint, Task[..., Any] | SettingsError]]:
    """List the tasks that packages installed, or why one can't be loaded."""
    found: list[tuple[EntryPoint, Task[..., Any] | SettingsError]] = []
    for entry in sorted(entry_points(group=PLUGINS), key=lambda each: each.name):
        try:
            found.append((entry, _plugged(entry.name)))
        except SettingsError as exc:
            found.append((entry, exc))
    return found


def place_of(settings: Settings, task: Task[..., Any]) -> Settings:
    """Return the settings with the task's own output: runs of different kinds never mix."""
    return settings.model_copy(update={"out": settings.out / TASKS / task.name})


def as_task(value: Task[..., Any] | Callable[..., Any], origin: str) -> Task[..., Any]:
    """Return a task, or make one of a function as it is."""
    if isinstance(value, Task):
        return value
    if not isfunction(value):
        raise SettingsError(f"{origin} is neither a task nor a function")
    try:
        return task_of(value)
    except TaskError as exc:
        raise SettingsError(f"{origin}: {exc}") from exc


def reference_of(task: Task[..., Any]) -> str:
    """Return how another process finds a task, as far as one could."""
    code = getattr(task.function, "__code__", None)
    name = getattr(task.function, "__qualname__", task.name)
    return f"{code.co_filename}:{name}" if code else name


def _plugged(name: str) -> Task[..., Any]:
    for entry in entry_points(group=PLUGINS):
        if entry.name == name:
            with _in_words(f"task {name} ({entry.value})"):
                return as_task(entry.load(), f"{name} ({entry.value})")
    raise SettingsError(f"{name!r} is no installed task: scanner run --list, or FILE.py:NAME")


def _loaded(path: Path) -> ModuleType:
    """Run a file as a module; what stands beside it can be imported by it."""
    if not path.is_file():
        raise SettingsError(f"{path}: no such file")
    name = f"{PLUGINS}.{path.stem}".replace(".", "_")
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise SettingsError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    with _in_words(str(path)), _beside(path):
        sys.modules[name] = module  # dataclasses look their module up there
        spec.loader.exec_module(module)
    return module


@contextmanager
def _beside(path: Path) -> Iterator[None]:
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


@contextmanager
def _in_words(origin: str) -> Iterator[None]:
    """Turn whatever a user's module raises into one line."""
    try:
        yield
    except SettingsError:
        raise
    except (Exception, SystemExit) as exc:
        raise SettingsError(f"{origin}: {type(exc).__name__}: {exc}") from exc


def _only(module: ModuleType, file: str) -> Task[..., Any]:
    found = {each.name: each for each in vars(module).values() if isinstance(each, Task)}
    if len(found) == 1:
        return next(iter(found.values()))
    raise SettingsError(
        f"{file} has {len(found) or 'no'} tasks: name one, {file}:{min(found, default='NAME')}"
    )


def _named(module: ModuleType, name: str, file: str) -> Task[..., Any]:
    if not hasattr(module, name):
        raise SettingsError(f"{file} has no {name!r}")
    return as_task(getattr(module, name), f"{file}:{name}")
