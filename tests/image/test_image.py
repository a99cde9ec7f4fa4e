"""The image: lint, what the Dockerfile's steps make, and a container's life and death.

No engine is at hand where this runs. Its part is played by `engine.py`; what it can't show is that
the base image exists and has what its name promises.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import anyio
import pytest

from benchmarks.fake_aws import Break, Options, Organization, Rule, Volume, serve
from scanner.settings import Settings
from tests.image.engine import build, container, first_process, instructions, is_possible
from tests.unit.app.support import ROLE, ROOT, TYPES, environment, until

pytestmark = pytest.mark.timeout(300)

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
IN_A_CONTAINER = pytest.mark.skipif(
    not is_possible(), reason="needs root, namespaces and overlayfs of this machine"
)
USER = 65532


def test_the_dockerfile_has_no_lint():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_bases_are_pinned_and_the_last_stage_installs_nothing():
    listed = [*instructions(DOCKERFILE)]
    bases = [argument.split()[0] for name, argument in listed if name == "FROM"]
    last = max(number for number, (name, _) in enumerate(listed) if name == "FROM")

    assert all(re.fullmatch(r"python:3\.\d+-slim-[a-z]+", each) for each in bases)
    assert len({*bases}) == 1
    assert "RUN" not in [name for name, _ in listed[last:]]


def test_all_that_is_copied_gets_past_dockerignore():
    sources = {
        word
        for name, argument in instructions(DOCKERFILE)
        if name == "COPY" and not argument.startswith("--from")
        for word in argument.split()[:-1]
    }

    assert IGNORED[0] == "*"
    assert {each[1:] for each in IGNORED if each.startswith("!")} == sources
    assert all((ROOT / each).exists() for each in sources)


@pytest.fixture(scope="module")
def image():
    with tempfile.TemporaryDirectory(prefix="scanner-image-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield build(DOCKERFILE, ROOT, folder)


async def said(image, surroundings, command):
    async with container(image, surroundings, command) as child:
        return await child.ended()


@IN_A_CONTAINER
async def test_it_says_its_version_and_is_nobody_who_can_write(image):
    ended = await said(image, {}, ["--version"])
    assert (ended.code, ended.out) == (0, f"{version('scanner')}\n")

    image.entrypoint, entry = ["/bin/sh", "-c"], image.entrypoint
    try:
        who = await said(image, {}, ["id -u; id -g; touch $HOME/a && echo home; which pip curl"])
        where = await said(image, {}, ["touch /opt/scanner/a /a; which scanner"])
    finally:
        image.entrypoint = entry
    assert who.out.split()[:3] == [str(USER), str(USER), "home"]
    assert "/opt/scanner" not in who.out
    assert where.out == "/opt/scanner/bin/scanner\n"
    assert where.err.count("Read-only file system") == 2
    owners = {path.lstat().st_uid for path in (image.layer / "opt/scanner").rglob("*")}
    assert USER not in owners
    assert not [
        path for path in (image.layer / "opt/scanner").rglob("*") if path.lstat().st_mode & 0o022
        and not path.is_symlink()
    ]  # fmt: skip


@IN_A_CONTAINER
def test_its_settings_are_settings_and_its_signal_is_the_one_that_is_heeded(image):
    own = {n[8:].lower(): v for n, v in image.environment.items() if n.startswith("SCANNER_")}

    assert own.pop("log_format") == "json"
    assert Settings.of(**own).stop_timeout == 25
    assert (image.facts["STOPSIGNAL"], image.user) == ("SIGTERM", f"{USER}:{USER}")
    assert (image.entrypoint, image.command) == (["scanner"], ["scan"])


@pytest.fixture
async def fake():
    organization = Organization.of(3, regions=("us-east-1", "eu-west-1"))
    async with serve(organization, Options(volume=Volume(2, 2))) as running:
        yield running


def by_environment(fake, **more):
    """Tell all by variables, as in a task definition."""
    chosen = {"SCANNER_ROLE": ROLE, "SCANNER_TYPES": ",".join(TYPES), "SCANNER_REGIONS": "all"}
    return environment(fake) | chosen | more


@IN_A_CONTAINER
async def test_variables_alone_make_it_scan_with_logs_of_json(image, fake):
    ended = await said(image, by_environment(fake), None)

    assert ended.code == 0, ended.err
    assert all(line.startswith("{") for line in ended.err.splitlines())
    assert '"scan started"' in ended.err


@IN_A_CONTAINER
@pytest.mark.parametrize("workers", ["1", "2"])
async def test_as_process_1_it_ends_within_the_stop_timeout_and_leaves_nobody(image, fake, workers):
    fake.faults.add(Rule(action=Break.HANG, service="fsx"))
    surroundings = by_environment(
        fake, SCANNER_STOP_TIMEOUT="3s", SCANNER_WORKERS=workers, SCANNER_REQUEST_TIMEOUT="600"
    )
    async with container(image, surroundings) as child:
        await until(lambda: fake.journal.count(service="fsx") > 0)
        os.kill(first_process(child), signal.SIGTERM)
        with anyio.fail_after(60):
            ended = await child.ended()

    assert ended.code == 130, ended.err
    assert "Traceback" not in ended.err
    assert "interrupted" in ended.out


@IN_A_CONTAINER
@pytest.mark.parametrize("command", ["scan", "accounts"])
async def test_as_process_1_it_ends_at_once_where_nothing_has_begun(image, fake, command):
    fake.faults.add(Rule(action=Break.HANG, operation="ListAccounts"))
    async with container(image, by_environment(fake), [command]) as child:
        await until(lambda: fake.journal.count(operation="ListAccounts") > 0)
        os.kill(first_process(child), signal.SIGTERM)
        with anyio.fail_after(60):
            ended = await child.ended()

    assert ended.code == 130
    assert "Traceback" not in ended.err


@IN_A_CONTAINER
async def test_a_worker_that_is_killed_is_buried_by_process_1(image, fake):
    fake.faults.add(Rule(action=Break.HANG, service="fsx"))
    surroundings = by_environment(fake, SCANNER_WORKERS="2", SCANNER_STOP_TIMEOUT="1s")
    async with container(image, surroundings) as child:
        await until(lambda: fake.journal.count(service="fsx") > 0)
        first = first_process(child)
        workers = _children(first)
        os.kill(workers[0], signal.SIGKILL)
        await until(lambda: len(_children(first)) == 2 and workers[0] not in _children(first))
        os.kill(first, signal.SIGTERM)
        ended = await child.ended()

    assert len(workers) == 2
    assert ended.code == 130


def _children(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
