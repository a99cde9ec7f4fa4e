"""`scanner report` writes a private page about the run it is asked for, from disk and from S3."""

import json
import re
import stat

import pytest

from scanner.app.report import Report
from scanner.cli.report import MOST_ROWS
from scanner.model.outcome import Status
from scanner.output import object_path
from tests.unit.analysis.support import ACCOUNT, NEW, OLD, REGION, TYPE, record, write_run
from tests.unit.output.shelf import Shelf


@pytest.fixture
def out(here):
    for run_id, names in ((OLD, ["a"]), (NEW, ["a", "b"])):
        records = [record(name, run_id) for name in names]
        write_run(here / "scan", run_id, {(ACCOUNT, REGION): ({TYPE: Status.COMPLETE}, records)})
    return here / "scan"


def document_of(page):
    (text,) = re.findall(rb'<script type="application/json" id="document">(.*?)</script>', page)
    return json.loads(text)


def test_the_newest_run_becomes_a_private_page_beside_the_one_before_it(run, out, here):
    result = run("report", "--out", str(out))
    page = here / "report.html"
    shown = document_of(page.read_bytes())

    assert (result.code, NEW in result.out) == (0, True)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert (shown["run"]["run_id"], shown["before"], shown["shown"]) == (NEW, OLD, 2)
    assert [each["records"] for each in shown["history"]] == [1, 2]


def test_an_older_run_knows_nothing_of_later_ones(run, out, here):
    result = run("report", OLD, "--out", str(out), "-o", "old/night.html", "--rows", "0")
    shown = document_of((here / "old" / "night.html").read_bytes())

    assert result.code == 0
    assert (shown["before"], shown["shown"], shown["tags"]["resources"]) == (None, 0, 1)
    assert [each["run_id"] for each in shown["history"]] == [OLD]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["20261124T010000Z-ffffff"], "no run"),
        (["--rows", "-1"], "--rows"),
        (["--rows", str(MOST_ROWS + 1)], "--rows"),
    ],
)
def test_bad_input_is_one_line_and_no_page(run, out, here, arguments, told):
    result = run("report", "--out", str(out), *arguments)

    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert len(result.err.splitlines()) == 1
    assert not (here / "report.html").exists()


def test_a_directory_without_runs_is_one_line(run, here):
    result = run("report", "--out", str(here / "nothing"))

    assert (result.code, "finished run" in result.err) == (2, True)


def test_a_run_in_a_bucket_gives_the_same_page(here):
    folder = here / "scan"
    for place in (folder, object_path(Shelf())):
        write_run(place, NEW, {(ACCOUNT, REGION): ({TYPE: Status.COMPLETE}, [record("a", NEW)])})
        found = document_of(Report.of(place, NEW, 10).page())
        assert (found["shown"], found["run"]["records"]) == (1, 1)
