"""Where a run's records and outcomes go and come from: files on local disk; never AWS."""

from scanner.output.disk import check_writable
from scanner.output.layout import is_run_id, new_run_id
from scanner.output.local import LocalRun
from scanner.output.opening import create_run, resume_run
from scanner.output.options import Options
from scanner.output.read import (
    find_run,
    finished_runs,
    read_latest,
    read_ledger,
    read_lines,
    read_manifest,
    read_plan,
    read_records,
)

__all__ = [
    "LocalRun",
    "Options",
    "check_writable",
    "create_run",
    "find_run",
    "finished_runs",
    "is_run_id",
    "new_run_id",
    "read_latest",
    "read_ledger",
    "read_lines",
    "read_manifest",
    "read_plan",
    "read_records",
    "resume_run",
]
