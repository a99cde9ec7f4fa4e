"""Read an event: which job, what it takes besides settings, and those given; it does no job."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from scanner.model.errors import SettingsError
from scanner.settings import FIXED, PREFIX, Settings, bucket_of, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SOURCE = "event"

OWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "inventory": ("resume", "left"),
        "run": ("resume", "left"),
        "check": (
            "policies", "run", "scan", "exceptions", "exit_code", "security_hub", "hub_region",
            "resume", "left",
        ),
        "plan": ("accounts_per_shard",),
        "merge": ("run",),
    }
)  # fmt: skip
"""The jobs, and what an event of each may hold besides settings; `left` is what a continuation
must bring down."""

PASSING = ("resume", "left")
"""What each continuation says anew."""


@dataclass(frozen=True, slots=True)
class Order:
    """An event that was read."""

    job: str
    extras: Mapping[str, Any]
    given: Mapping[str, Any]

    @classmethod
    def of(cls, event: Any) -> Self:
        """Read an event; the values of settings are judged when they are loaded."""
        given = _given(event)
        job = given.pop("job", "run" if _names_task(given) else "inventory")
        if job not in (*OWN,):
            raise SettingsError(f"{SOURCE}: job: must be one of {', '.join(OWN)}{_near(job, OWN)}")
        extras = {name: given.pop(name) for name in OWN[job] if name in given}
        known = (*Settings.model_fields, *OWN[job], "job")
        for name in given:
            if name not in known:
                said = f"{name!r} is no setting, and nothing that job {job} takes"
                raise SettingsError(f"{SOURCE}: {said}{_near(name, known)}")
        return cls(job, extras, given)

    def settings(self, beneath: dict[str, Any] | None = None) -> Settings:
        """Merge the event's settings with the environment's, which are the function's own.

        Writes are allowed by an event or not at all.
        """
        chosen = {"allow_writes": False, **self.given}
        found, _ = load(chosen, beneath=beneath, source=SOURCE)
        temporary = Path(tempfile.gettempdir())
        if bucket_of(found.out)[0] is None and not found.out.is_relative_to(temporary):
            raise SettingsError(f"out: must be s3://BUCKET/PREFIX, or a directory in {temporary}")
        if found.task is None:
            return found
        return found.model_copy(update={"task": _task_in_package(found.task)})

    def resume(self) -> str | None:
        """Return the run to go on with, if any, whose plan is its own."""
        found = self.text("resume")
        if found is not None:
            self.refuse(FIXED, "resume goes on with its own plan")
        return found

    def refuse(self, names: Iterable[str], why: str) -> None:
        """Raise SettingsError where the event holds what would not be heeded."""
        if idle := [name for name in names if name in self.given]:
            raise SettingsError(f"{SOURCE}: {why}: leave out {', '.join(idle)}")

    def number(self, name: str, default: int) -> int:
        """Return what is no setting, a number from 1."""
        value = self.extras.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise SettingsError(f"{SOURCE}: {name}: must be a number from 1")
        return value

    def flag(self, name: str) -> bool:
        """Return what is no setting, true or false; false where it is not there."""
        value = self.extras.get(name, False)
        if not isinstance(value, bool):
            raise SettingsError(f"{SOURCE}: {name}: must be true or false")
        return value

    def text(self, name: str) -> str | None:
        """Return what is no setting, a text, or None where it is not there."""
        value = self.extras.get(name)
        if value is not None and not _is_text(value):
            raise SettingsError(f"{SOURCE}: {name}: must be a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return what is no setting, texts, of which there is at least one."""
        value = self.extras.get(name, ())
        found = (value,) if isinstance(value, str) else value
        if not (isinstance(found, list | tuple) and found and all(map(_is_text, found))):
            raise SettingsError(f"{SOURCE}: {name}: must be a text, or a list of texts")
        return tuple(found)


def in_package(path: str) -> Path:
    """Find a file of code beside this code; raises SettingsError where it is elsewhere.

    What is no part of the package is not run, whoever invokes the function: in /tmp are outputs.
    """
    root = package()
    found = (root / path).resolve()
    if not found.is_relative_to(root):
        raise SettingsError(f"{SOURCE}: {path} is not in the function's package")
    return found


def package() -> Path:
    """Return the directory of the function's code (Lambda's variable for it)."""
    return Path(os.environ.get("LAMBDA_TASK_ROOT", "")).resolve()


def _task_in_package(task: str) -> str:
    """Find a task's file; an installed task is left as it is."""
    file, colon, name = task.rpartition(":")
    if not file.endswith(".py"):
        file, colon, name = task, "", ""
    return f"{in_package(file)}{colon}{name}" if file.endswith(".py") else task


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _given(event: Any) -> dict[str, Any]:
    """Return what an event holds, dashes as underscores; a null is not given."""
    if not isinstance(event, dict):
        raise SettingsError(f"{SOURCE}: must be an object with the settings")
    given: dict[str, Any] = {}
    for key, value in event.items():
        name = key.replace("-", "_")
        if name in given:
            raise SettingsError(f"{SOURCE}: {name} is there twice")
        if value is not None:
            given[name] = value
    return given


def _names_task(given: Mapping[str, Any]) -> bool:
    return "task" in given or f"{PREFIX}TASK" in os.environ


def _near(name: Any, known: Iterable[str]) -> str:
    near = get_close_matches(str(name), sorted(known), n=1)
    return f": did you mean {near[0]!r}?" if near else ""
