"""Hold the findings of a run under way in a temporary file, in little memory; it judges nothing."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import orjson

from scanner.model.errors import OutputError
from scanner.model.finding import Finding, Result, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model.control import Control

_SUBJECT = tuple(Subject.__slots__)


class Spool:
    """Findings of these controls in the order they came; the file has no name and ends with it."""

    def __init__(self, controls: Iterable[Control]) -> None:
        self._controls = {each.id: each for each in controls}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 — it is open for as long as this is

    def add(self, finding: Finding) -> None:
        """Keep a finding; raises OutputError where there is no room."""
        subject = [getattr(finding.subject, name) for name in _SUBJECT]
        line = [finding.control.id, subject, finding.result, finding.reason]
        with _reporting():
            self._file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def __iter__(self) -> Iterator[Finding]:
        with _reporting():
            self._file.seek(0)
        for line in self._file:
            control, subject, result, reason = orjson.loads(line)
            yield Finding(self._controls[control], Subject(*subject), Result(result), reason)

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):  # what could not be written is wanted no more
            self._file.close()


@contextmanager
def _reporting() -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise OutputError(f"can't keep findings in a temporary file: {exc.strerror}") from exc
