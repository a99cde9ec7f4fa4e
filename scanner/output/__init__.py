"""Where a run's records and outcomes go and come from: files on local disk; never AWS."""

from scanner.output.disk import check_writable, make_directory, private_text
from scanner.output.layout import is_run_id, is_run_name, new_run_id
from scanner.output.local import LocalRun
from scanner.output.merge import absent_shards, merge_shards
from scanner.output.opening import create_run, resume_run
from scanner.output.options import Options
from scanner.output.read import (
    find_plan,
    find_run,
    finished_runs,
    read_latest,
    read_ledger,
    read_lines,
    read_manifest,
    read_plan,
    read_records,
)
from scanner.output.sharing import claim_run, planning, share_plan

__all__ = [
    "LocalRun",
    "Options",
    "absent_shards",
    "check_writable",
    "claim_run",
    "create_run",
    "find_plan",
    "find_run",
    "finished_runs",
    "is_run_id",
    "is_run_name",
    "make_directory",
    "merge_shards",
    "new_run_id",
    "planning",
    "private_text",
    "read_latest",
    "read_ledger",
    "read_lines",
    "read_manifest",
    "read_plan",
    "read_records",
    "resume_run",
    "share_plan",
]
