"""Every command in the documentation is one: it is parsed, and run where no real AWS is needed.

What speaks of a bucket, an ARN or another machine's disk is parsed only, and so is what a line
marks (`# needs AWS`), and what asks the package index.
"""

import re
import shlex
from pathlib import Path

import click
import pytest

from benchmarks.measure import Fake, Load
from scanner.cli import program
from tests.unit.cli.conftest import here, run

__all__ = ["here", "run"]

pytestmark = pytest.mark.timeout(180)

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?:bash|sh|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ELSEWHERE = re.compile(r"s3://|arn:aws|/mnt/|# needs |package lambda")
PROMPTS = {("query",)}
GOOD = {0, 1, 3}
"""Codes of a command that did its work: done, with findings, or partial."""
NARROW = {
    "SCANNER_REGIONS": "us-east-1",
    "SCANNER_TYPES": "AWS::EC2::Volume,AWS::S3::Bucket,AWS::SQS::Queue",
}


def commands(page):
    """Yield the lines of a page that call the program: their words, and whether to run them."""
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            while words and re.fullmatch(r"[A-Z_]+=.*|\$", words[0]):
                words.pop(0)
            if words[:1] == ["scanner"]:
                ends = [words.index(each) for each in (">", "|", "&&") if each in words]
                arguments = tuple(words[1 : min(ends, default=len(words))])
                yield line.strip(), arguments, not ELSEWHERE.search(line)


ALL = [pytest.param(args, id=line) for page in PAGES for line, args, _ in commands(page)]


@pytest.mark.parametrize("arguments", ALL)
def test_a_command_of_the_documentation_is_one(arguments):
    command, left, name, context = program, list(arguments), "scanner", None
    while isinstance(command, click.Group):
        context = command.make_context(name, left, parent=context)
        name, command, left = command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
    command.make_context(name, left, parent=context)


@pytest.fixture(scope="module")
def fake():
    with Fake.running(Load(accounts=2, regions=1, latency_ms=0, pages=1, items=1)) as running:
        yield running


def runnable(page):
    return [args for _, args, runs in commands(page) if runs and args not in PROMPTS]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if runnable(page)], ids=lambda page: page.name
)
def test_what_a_page_tells_to_do_can_be_done(page, fake, here, run, monkeypatch):
    for name, value in (fake.environment | NARROW).items():
        if name.startswith(("AWS_", "SCANNER_", "NO_PROXY")):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("SCANNER_EXCLUDE_ACCOUNTS", "999999999999")
    for name, text in files(page).items():
        (here / name).write_text(text, encoding="utf-8")
    for _ in range(2):  # two nights, for what compares them
        assert run("scan", "--log-level", "error").code == 0
    for arguments in runnable(page):
        done = run(*arguments)
        assert done.code in GOOD, (arguments, done.code, done.err)


def files(page):
    """Return the files that a page shows and then names: by the comment in their first line."""
    text = page.read_text(encoding="utf-8")
    return dict(
        re.findall(r"^```\w+\n# ([\w./-]+\.\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    )
