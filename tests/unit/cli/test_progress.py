"""The live line and the log lines say how a scan goes."""

import sys

import anyio
import pytest
import structlog

from scanner.cli import progress
from scanner.engine.run import Progress


class Traffic:
    requests = 1234
    throttles = 5
    in_flight = 7


class Going:
    """A scan in the middle."""

    phase = "scanning"
    traffic = Traffic()

    def __init__(self):
        self.progress = Progress(planned=100, done=40, records=2000, failed={"1": "no"})


async def watched(choice):
    with anyio.move_on_after(0.1):
        await progress.watch(Going(), choice)


async def test_a_terminal_shows_units_records_speed_throttles_and_failed_accounts(
    capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "200")
    await watched("on")
    shown = capsys.readouterr().err
    for each in (
        "scanning",
        "40/100",
        "2,000 records",
        "req/s",
        "5 throttled",
        "1 accounts failed",
    ):
        assert each in shown


async def test_without_a_terminal_a_log_line_tells_now_and_then(monkeypatch):
    structlog.reset_defaults()
    monkeypatch.setattr(progress, "REPORT", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with structlog.testing.capture_logs() as logs:
        await watched("auto")
    line = logs[0]
    assert (line["event"], line["units"], line["planned"]) == ("progress", 40, 100)
    assert (line["records"], line["throttles"], line["accounts_failed"]) == (2000, 5, 1)


async def test_progress_can_be_off(capsys):
    await watched("off")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("requests", "least"), [(0, 0), (500, 1)])
async def test_speed_is_that_since_it_was_last_asked(requests, least):
    speed = progress._Speed()
    assert speed.of(requests) >= least
    assert speed.of(requests) == 0
