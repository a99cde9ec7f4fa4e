"""Keep the audit trail of a plan's changes: each event on disk before anything else happens."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.errors import OutputError, SettingsError
from scanner.model.planned import Past, Result
from scanner.output.disk import appending, cut, lock_if_free, reporting, sync
from scanner.output.encode import encode_line
from scanner.output.layout import trail_file
from scanner.output.plans import result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from scanner.output.disk import AppendFile

_APPLY, _INTENT, _WROTE, _IMAGE, _RESULT = "apply", "intent", "wrote", "image", "result"


class FileTrail:
    """The trail of one plan; `note` and `end` may be called from several threads.

    The first event is preceded by a line that says who applies the plan, and how. A trail in
    which nothing is noted leaves no file.
    """

    def __init__(
        self, path: Path, facts: Mapping[str, Any], now: Callable[[], datetime], held: ExitStack
    ) -> None:
        self.results: dict[str, Result] = {}
        self.begun: dict[str, Past] = {}
        self._path = path
        self._facts = facts
        self._now = now
        self._held = held
        self._file: AppendFile | None = None
        self._turn = Lock()
        for event in _events(path):
            self._recall(event)

    def note(self, event: str, id: str, **facts: Any) -> str:
        """Write down an event of a change; return the time that was noted."""
        at = self._time()
        self._append({"event": event, "id": id, "at": at, **facts})
        return at

    def end(self, result: Result) -> Result:
        """Write down how a change ended; return it with the time that was noted."""
        ended = replace(result, finished_at=self._time())
        self._append({"event": _RESULT, **asdict(ended)})
        self.results[ended.id] = ended
        return ended

    def _append(self, event: Mapping[str, Any]) -> None:
        with self._turn:
            if self._file is None:
                self._file = self._held.enter_context(appending(self._path, durable=False))
                self._file.write(encode_line({"event": _APPLY, "at": self._time(), **self._facts}))
                sync(self._path)
            with reporting("write", self._path):
                self._file.write(encode_line(event))
                self._file.sync()

    def _recall(self, event: dict[str, Any]) -> None:
        kind, id_ = event["event"], event.get("id", "")
        past = self.begun.get(id_)
        if kind == _INTENT:
            self.begun[id_] = Past(event["at"])
        elif kind == _RESULT:
            self.begun.pop(id_, None)
            self.results[id_] = result_of(event)
        elif past is not None and kind == _WROTE:
            self.begun[id_] = replace(
                past,
                written=past.written + 1,
                request_ids=(*past.request_ids, event["request_id"]),
                waiting=event["waiting"],
                image=None,
            )
        elif past is not None and kind == _IMAGE:
            self.begun[id_] = replace(past, image=event["image"])

    def _time(self) -> str:
        return self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def open_trail(
    out: Path, digest: str, facts: Mapping[str, Any], now: Callable[[], datetime]
) -> Iterator[FileTrail]:
    """Open the trail of a plan, of which there is one writer; `facts` say who writes, and how.

    Raises SettingsError where another process applies the plan. It blocks, here and at its end.
    """
    path = trail_file(out, digest)
    with lock_if_free(path.with_suffix(".lock")) as mine, ExitStack() as held:
        if not mine:
            raise SettingsError("this plan is being applied by another process")
        yield FileTrail(path, facts, now, held)


def _events(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what is in a trail, and cut off what a killed writer did not finish."""
    if not path.exists():
        return
    with reporting("read", path):
        text = path.read_bytes()
    whole = text.rfind(b"\n") + 1
    if whole < len(text):
        cut(path, whole)
    try:
        yield from map(orjson.loads, text[:whole].splitlines())
    except orjson.JSONDecodeError as exc:
        raise OutputError(f"{path} is damaged: {exc}") from exc
