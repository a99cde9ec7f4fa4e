"""Where the files of a run are; computes and lists paths, never opens a file."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scanner.model.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath

    from scanner.model.shard import Shard
    from scanner.output.options import Compression

_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_STAMP = "%Y%m%dT%H%M%SZ"
_JOB = re.compile(r"[a-z][a-z0-9_]*(:[A-Za-z0-9_.-]+)?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_PARTITION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NUMBER = re.compile(r"-(\d+)\.jsonl(?:\.gz)?$")
_SHORT = 12
EVERY_TREE = ("inventory", "coverage", "findings", "changes")
_TREES = {
    "compliance": "findings", "tags": "changes", "remediation": "changes", "task": "inventory",
}  # fmt: skip


def new_run_id(now: datetime, token: str | None = None) -> str:
    """Make the id of a run that starts now; ids sort by time.

    The first two digits after the second tell its 256th part, the others are random.
    """
    token = token or f"{now.microsecond * 256 // 1_000_000:02x}{secrets.token_hex(2)}"
    return f"{now.astimezone(UTC).strftime(_STAMP)}-{token}"


def is_run_id(text: str) -> bool:
    """Say whether `text` is the id of a run: `20261124T080619Z-7f3a9c`."""
    if _RUN_ID.fullmatch(text) is None:
        return False
    try:
        started(text)
    except ValueError:
        return False
    return True


def is_run_name(text: str) -> bool:
    """Say whether `text` can name a run beside its id: a job's id, an execution's name."""
    return _NAME.fullmatch(text) is not None and text != "latest"


def name_file(out: Path, name: str) -> Path:
    """Return the file that tells the id of the run that has a name."""
    if not is_run_name(name):
        raise OutputError(f"not a name of a run: {name!r}")
    return out / "runs" / "names" / f"{name}.json"


def started(run_id: str) -> datetime:
    """Tell when a run was begun, by its id."""
    return datetime.strptime(run_id[:16], _STAMP).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one run below `out`, or of one shard of it.

    A shard has a lock, a spool and a manifest of its own, in its own directory: `home`.
    The ledger is gzip whatever the compression: a member is there whole or not at all, which
    lines of plain text are not. No file that is begun has a number below `first`.
    """

    out: Path
    run_id: str
    job: str = "inventory"
    shard: Shard | None = None
    compression: Compression = "gzip"
    first: int = 0

    def __post_init__(self) -> None:
        if not is_run_id(self.run_id):
            raise OutputError(f"not a run id: {self.run_id!r}")
        if not _JOB.fullmatch(self.job):
            raise OutputError(f"not a job: {self.job!r}")

    @property
    def whole(self) -> Layout:
        """The layout of the run as a whole."""
        return replace(self, shard=None)

    @property
    def label(self) -> str:
        """What files are named by: the shard's number, 0 in a run that has no shards."""
        return "0" if self.shard is None else str(self.shard.index)

    @property
    def run(self) -> Path:
        """The directory of the run's own files."""
        return self.out / "runs" / self.run_id

    @property
    def home(self) -> Path:
        """The directory of the files that have one writer."""
        if self.shard is None:
            return self.run
        return self.run / "shards" / f"{self.shard.index}-of-{self.shard.count}"

    @property
    def plan(self) -> Path:
        """What was planned; written first."""
        return self.run / "plan.json"

    @property
    def manifest(self) -> Path:
        """What the run, or the shard, left; written last."""
        return self.home / "manifest.json"

    @property
    def lock(self) -> Path:
        """The file whose lock its one writer holds."""
        return self.home / "lock"

    @property
    def spool(self) -> Path:
        """The directory of temporary files; empty between writers."""
        return self.home / "spool"

    @property
    def latest(self) -> Path:
        """The pointer to the newest runs."""
        return self.out / "latest.json"

    def coverage(self, number: int) -> Path:
        """Return the ledger file of that number."""
        return self._coverage_directory / f"{self.run_id}-{self.label}-{number}.jsonl.gz"

    def data(self, service: str, region: str, number: int) -> Path:
        """Return the records file of that number."""
        for name in (service, region):
            if not _PARTITION.fullmatch(name):
                raise OutputError(f"not a name for a directory: {name!r}")
        directory = self._tree / f"service={service}" / f"region={region}"
        suffix = ".jsonl" if self.compression == "none" else ".jsonl.gz"
        return directory / f"{self.run_id}-{self.label}-{number}{suffix}"

    def findings(self, label: str) -> Path:
        """Return the file of the findings of one check of the run."""
        directory = self.out / "findings" / self._date
        return directory / f"{self.run_id}-{label}.jsonl.gz"

    def changes(self, digest: str) -> Path:
        """Return the file of the results of one plan of changes, by its digest."""
        return self.out / "changes" / self._date / f"{self.run_id}-{digest[:_SHORT]}.jsonl.gz"

    def findings_files(self) -> list[Path]:
        """List the files of findings of the run, that of the newest check first."""
        directory = self.out / "findings" / self._date
        return sorted(directory.glob(f"{self.run_id}-*.jsonl.gz"), reverse=True)

    def coverage_files(self) -> list[Path]:
        """List this shard's ledger files, in the order in which they were begun."""
        found = self._coverage_directory.glob(f"{self.run_id}-{self.label}-*.jsonl.gz")
        return sorted(found, key=number_of)

    def ledger_files(self) -> list[Path]:
        """List the ledger files of the run, whichever shard wrote them."""
        found = self._coverage_directory.glob(f"{self.run_id}-*.jsonl.gz")
        return sorted(found, key=order_of)

    def data_files(self) -> Iterator[Path]:
        """List this shard's records files, known to the ledger or not."""
        return self._tree.glob(f"service=*/region=*/{self.run_id}-{self.label}-*.jsonl*")

    def every_file(self) -> Iterator[Path]:
        """List what any shard and any job of the run wrote outside of the run's directory."""
        for tree in EVERY_TREE:
            yield from (self.out / tree / self._date).rglob(f"{self.run_id}-*.jsonl*")

    def last_number(self, directory: Path) -> int:
        """Return the highest number this shard has used in a directory, or may not use."""
        found = directory.glob(f"{self.run_id}-{self.label}-*.jsonl*")
        return max([self.first - 1, *map(number_of, found)])

    @property
    def trees(self) -> tuple[Path, Path]:
        """The directories in which this job writes on that day: records, ledger."""
        return self._tree, self._coverage_directory

    def relative(self, path: Path) -> str:
        """Name a file as ledger and manifest do."""
        return path.relative_to(self.out).as_posix()

    @property
    def _date(self) -> str:
        return f"dt={started(self.run_id):%Y-%m-%d}"

    @property
    def _tree(self) -> Path:
        kind = self.job.partition(":")[0]
        return self.out / _TREES.get(kind, kind) / self._date

    @property
    def _coverage_directory(self) -> Path:
        return self.out / "coverage" / self._date


def trail_file(out: Path, digest: str) -> Path:
    """Return the audit trail of a plan of changes; it stays when the run is removed."""
    return out / "changes" / "state" / f"{digest}.jsonl"


def order_of(path: Path) -> tuple[str, int]:
    """Return what puts ledger files into the order in which they were begun, by shard."""
    return path.name.rsplit("-", 1)[0], number_of(path)


def number_of(path: PurePath) -> int:
    """Return the `<n>` of a data or ledger file, or -1 for anything else."""
    match = _NUMBER.search(path.name)
    return int(match[1]) if match else -1
