"""The tasks that docs/tasks.md and docs/migration.md show are complete everywhere, as they stand."""

import os
import re
import shlex
import sys
from pathlib import Path

import anyio
import pytest

from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.output import find_run, read_manifest
from tests.unit.app.support import ROOT, environment, scanner

pytestmark = pytest.mark.timeout(90)

REGIONS = ("us-east-1", "eu-west-1")
DOCUMENTS = ("tasks", "migration")


def blocks(name, language):
    text = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def files_of(name):
    """Return the files of a document by name: each says its own in the first line."""
    return {block.splitlines()[0].removeprefix("# "): block for block in blocks(name, "python")}


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_every_task_of_the_document_is_complete(name, tmp_path):
    organization = Organization.of(2, regions=REGIONS)
    for file, text in files_of(name).items():
        (tmp_path / file).write_text(text)
    lines = [line for block in blocks(name, "bash") for line in block.splitlines()]
    commands = [each for each in lines if each.startswith("scanner run") and "--dry" not in each]
    async with serve(organization, Options(volume=Volume(1, 2))) as fake:
        for line in commands:
            program, *arguments = shlex.split(line)
            ended = await scanner(arguments, tmp_path, environment(fake))
            assert (program, ended.code) == ("scanner", 0), (line, ended.err)
    runs = {path.name for path in tmp_path.glob("scan/tasks/*")}

    assert runs == {each.partition(".py:")[2].split()[0] for each in commands}
    assert fake.journal.violations == []


async def test_the_program_that_embeds_a_task_runs(tmp_path):
    for file, text in files_of("tasks").items():
        (tmp_path / file).write_text(text)
    async with serve(Organization.of(2, regions=REGIONS), Options(volume=Volume(1, 2))) as fake:
        done = await anyio.run_process(
            [sys.executable, "embed.py"], cwd=tmp_path, check=False,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment(fake)},
        )  # fmt: skip
    out = Path(tmp_path / "mine/tasks/idle_users")

    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.split()[0] == b"complete"
    assert read_manifest(out, find_run(out))["planned"] == 2
