"""`scanner demo` works wherever it is started, keeps its promises and leaves nothing running."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.app.support import KEPT, ROOT, inventory, manifest

pytest.importorskip("moto")
pytestmark = pytest.mark.timeout(90)

ROLE = "OrganizationAccountAccessRole"
SERVER = b"scanner.simulation.server"
CLEAN = {name: os.environ[name] for name in os.environ if name.startswith(KEPT)} | {
    "PYTHONPATH": str(ROOT)
}
HOSTILE = CLEAN | {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_REGION": "mars-north-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_CA_BUNDLE": "/nowhere",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere",
    "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/real",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9",
    "AWS_LAMBDA_FUNCTION_NAME": "no",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "SCANNER_ROLE": "of-production",
    "SCANNER_ACCOUNTS": "111111111111",
    "SCANNER_OUT": "/nowhere",
}


def servers(parent):
    """Find the simulations that a process started, dead parents' orphans included."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            environ = (folder / "environ").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if SERVER in command and parent.encode() in environ:
            found.append(int(folder.name))
    return found


@contextmanager
def demo(cwd, *arguments, environment=CLEAN):
    """Run the demo; everything it starts carries the mark of this test in its environment."""
    with subprocess.Popen(
        [sys.executable, "-m", "scanner", "demo", "--accounts", "6", *arguments],
        cwd=cwd, env=environment | {"TEST_MARK": str(cwd)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    cwd = tmp_path_factory.mktemp("demo")
    with demo(cwd) as process:
        out, err = process.communicate(timeout=60)
    return cwd, process.returncode, out, err


def test_it_runs_in_a_clean_environment_and_tells_what_it_could_not_see(finished):
    cwd, code, out, err = finished
    (failed,) = manifest(cwd / "scanner-demo")["accounts"]["failed"]

    assert code == 0
    assert failed["account_id"] in out
    assert "ap-east-1 not enabled" in out
    assert "Traceback" not in err
    assert len(inventory(cwd / "scanner-demo")) > 100
    assert servers(str(cwd)) == []


def commands_in(out):
    _, _, rest = out.partition("Look at it:\n")
    return [line.strip() for line in rest.splitlines() if line.startswith("  ")]


@pytest.mark.parametrize("number", range(5))
def test_the_commands_it_prints_work_in_a_shell(finished, number):
    cwd, _, out, _ = finished
    commands = commands_in(out)
    done = subprocess.run(
        ["bash", "-c", commands[number]], cwd=cwd, capture_output=True, text=True, check=False,
        timeout=30, env=CLEAN | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )  # fmt: skip

    assert len(commands) == 5
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 2 or "report.html" in done.stdout


def test_nothing_that_is_set_for_aws_or_the_scanner_reaches_it(tmp_path):
    with demo(tmp_path, environment=HOSTILE) as process:
        out, err = process.communicate(timeout=60)
    summed = manifest(tmp_path / "scanner-demo")

    assert process.returncode == 0, err
    assert len(summed["accounts"]["failed"]) == 1
    assert {status for status, units in summed["by_status"].items() if units} == {
        "complete", "unavailable", "not_attempted"
    }  # fmt: skip
    assert "Look at it:" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_mid_run_ends_it_and_its_organization(tmp_path, number):
    with demo(tmp_path, "--accounts", "16") as process:
        wait_for(lambda: list(tmp_path.glob("scanner-demo/runs/*/plan.json")))
        process.send_signal(number)
        _, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Traceback" not in err
    assert servers(str(tmp_path)) == []


def test_a_signal_while_the_organization_is_made_ends_both(tmp_path):
    with demo(tmp_path, "--accounts", "60") as process:
        wait_for(lambda: servers(str(tmp_path)))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)

    assert (process.returncode, "Traceback" in err) == (130, False)
    assert err.splitlines()[-1].startswith("scanner: ")
    assert servers(str(tmp_path)) == []


def test_killed_it_takes_its_organization_along(tmp_path):
    with demo(tmp_path, "--keep-running") as process:
        wait_for(lambda: servers(str(tmp_path)))
        process.kill()
        process.wait(10)
        wait_for(lambda: not servers(str(tmp_path)))

    assert process.returncode == -signal.SIGKILL


def test_kept_running_it_prints_what_points_other_tools_at_it_and_ends_on_ctrl_c(tmp_path):
    with demo(tmp_path, "--keep-running", environment=CLEAN | {"AWS_PROFILE": "p"}) as process:
        lines = []
        while not (lines and "no_proxy" in lines[-1]):
            lines.append(process.stdout.readline().strip())
        script = "\n".join(line for line in lines if line.startswith(("export ", "unset ")))
        seen = subprocess.run(
            ["bash", "-c", f"{script}\n{sys.executable} -m scanner accounts --role {ROLE}"],
            cwd=tmp_path, env=CLEAN | {"AWS_PROFILE": "p"}, capture_output=True, text=True,
            check=False, timeout=30,
        )  # fmt: skip
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

    assert (seen.returncode, seen.stdout.splitlines()[-1]) == (0, "4 of 6 accounts")
    assert process.returncode == 130
    assert servers(str(tmp_path)) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--accounts", "2"], "--accounts: give a number"),
        (["--accounts", "few"], "--accounts"),
        (["--regions", ","], "--regions: name at least one"),
        (["--out", "/proc/nowhere"], "/proc/nowhere"),
    ],
)
def test_bad_options_are_one_line(tmp_path, arguments, told):
    with demo(tmp_path, *arguments) as process:
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (2, "")
    assert err.splitlines()[-1].startswith("scanner: ")
    assert told in err.splitlines()[-1]
    assert "Traceback" not in err
