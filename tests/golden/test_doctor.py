"""The doctor's table is looked at when it changes."""

from pathlib import Path

import pytest

from scanner.app.doctor import Diagnosis, Examination, Severity
from scanner.app.doctor.diagnosis import ranked
from scanner.cli.doctor import MOST_ALIKE, _print

GOLDEN = Path(__file__).with_name("doctor.table")
OK, WARNING, PROBLEM, FATAL = Severity
ACCOUNTS = tuple(f"{number:012d}" for number in range(1, 7))
FOUND = (
    Diagnosis(OK, "identity", "arn:aws:iam::999999999999:role/Central", accounts=ACCOUNTS),
    Diagnosis(WARNING, "external id", "6 roles let this caller in", "require it", ACCOUNTS),
    Diagnosis(PROBLEM, "roles", "1 of 7 accounts can't be entered", "deploy it", ACCOUNTS[:1]),
    *(
        Diagnosis(PROBLEM, "permissions", f"service-{number}: the role lacks x:Y", "attach it")
        for number in range(MOST_ALIKE + 2)
    ),
    Diagnosis(OK, "forecast", "about 1,000 calls [bound by one core]"),
)


def printed(capsys, *found):
    _print(Examination(ranked(found)))
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines()) + "\n"


def test_the_table_is_as_it_was(capsys, request):
    text = printed(capsys, *FOUND)
    if request.config.getoption("--update-golden", default=False):
        GOLDEN.write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text(encoding="utf-8"), (
        "wanted? then run: pytest tests/golden --update-golden"
    )


@pytest.mark.parametrize(
    ("severity", "verdict"),
    [
        (OK, "all well"),
        (WARNING, "all well, but for the warnings"),
        (PROBLEM, "a scan would be partial"),
        (FATAL, "nothing could be scanned"),
    ],
)
def test_the_last_line_is_the_verdict(capsys, severity, verdict):
    text = printed(capsys, Diagnosis(severity, "t", "x"))

    assert text.splitlines()[-1] == verdict
