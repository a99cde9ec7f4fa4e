"""Where a run's records and outcomes go and come from: files, or objects of a store; never AWS."""

from scanner.output.buffer import LocalBuffer
from scanner.output.disk import make_directory, private_text, write_whole
from scanner.output.encode import encode_outcome, outcome_of
from scanner.output.fetch import on_disk
from scanner.output.findings import findings_file, read_findings
from scanner.output.layout import is_run_id, is_run_name, new_run_id
from scanner.output.local import LocalRun
from scanner.output.manifest import announce
from scanner.output.merge import absent_shards, merge_shards
from scanner.output.objects import is_afar, object_path
from scanner.output.opening import create_run, resume_run
from scanner.output.options import Options
from scanner.output.plans import read_change_plan, write_change_plan
from scanner.output.prune import OldRun, old_runs, remove_run
from scanner.output.read import (
    find_plan,
    find_run,
    finished_runs,
    list_runs,
    read_latest,
    read_ledger,
    read_lines,
    read_manifest,
    read_plan,
    read_records,
    read_units,
    records_of,
)
from scanner.output.rehearsal import rehearse
from scanner.output.relay import Relay
from scanner.output.results import read_results, write_results
from scanner.output.room import SPOOL_BYTES, check_writable, free_bytes, working_directory
from scanner.output.sharing import claim_run, planning, share_plan
from scanner.output.state import read_state, state_file, update_state
from scanner.output.trail import open_trail

__all__ = [
    "SPOOL_BYTES",
    "LocalBuffer",
    "LocalRun",
    "OldRun",
    "Options",
    "Relay",
    "absent_shards",
    "announce",
    "check_writable",
    "claim_run",
    "create_run",
    "encode_outcome",
    "find_plan",
    "find_run",
    "findings_file",
    "finished_runs",
    "free_bytes",
    "is_afar",
    "is_run_id",
    "is_run_name",
    "list_runs",
    "make_directory",
    "merge_shards",
    "new_run_id",
    "object_path",
    "old_runs",
    "on_disk",
    "open_trail",
    "outcome_of",
    "planning",
    "private_text",
    "read_change_plan",
    "read_findings",
    "read_latest",
    "read_ledger",
    "read_lines",
    "read_manifest",
    "read_plan",
    "read_records",
    "read_results",
    "read_state",
    "read_units",
    "records_of",
    "rehearse",
    "remove_run",
    "resume_run",
    "share_plan",
    "state_file",
    "update_state",
    "working_directory",
    "write_change_plan",
    "write_results",
    "write_whole",
]
