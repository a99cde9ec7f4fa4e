"""A writer killed without warning, for real, leaves a run that goes on."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scanner.model.outcome import Status
from scanner.output import read_ledger
from tests.unit.output.support import RUN_ID, SMALL, expected_keys, keys, raw_records, scan, unit

WORK = {unit(n, s): (n % 6, Status.COMPLETE) for n in range(400) for s in ("ec2", "s3")}

_CHILD = """
import sys
from pathlib import Path
from tests.unit.output.support import scan
from tests.unit.output.test_kill import WORK, Speaking
scan(Path(sys.argv[1]), Speaking(WORK))
"""


class Speaking(dict):
    """Work that says each unit out loud as it is handed out, and never comes to its end."""

    def items(self):
        for of, what in super().items():
            sys.stdout.write(f"{of.key}\n")
            sys.stdout.flush()
            yield of, what
        sys.stdin.read()


def scan_and_kill(out, after):
    """Scan in a child process and kill it once it has reached so many units."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", _CHILD, str(out)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, cwd=root, text=True) as child:
        guard = threading.Timer(30, child.kill)
        guard.start()
        heard = sum(1 for _ in zip(range(after), child.stdout, strict=False))
        child.kill()
        guard.cancel()
    return heard, child.returncode


@pytest.mark.parametrize("after", [[1], [137, 500], [60, 61, 62]])
def test_killed_and_resumed_gives_the_whole_run(tmp_path, after):
    for units in after:
        heard, code = scan_and_kill(tmp_path, units)
        assert (heard, code) == (units, -9)
    settled = {each.key for each in read_ledger(tmp_path, RUN_ID)}
    assert scan(tmp_path, WORK, SMALL) == settled
    assert keys(raw_records(tmp_path)) == expected_keys(WORK)
