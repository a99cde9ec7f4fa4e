"""The command line as a program: one line for bad input, exit codes, a light start."""

import json
import os
import subprocess
import sys

import click
import pytest

from scanner.cli import program
from scanner.model.errors import (
    AccountError,
    CatalogError,
    Denied,
    DiscoveryError,
    OutputError,
    ScannerError,
    SettingsError,
)
from scanner.simulation.process import SimulationError

ID = "111122223333"
SECRET = "correct-horse-battery-staple"


def unreadable(here):
    return ["scan", "--accounts", "@missing.txt"]


def binary(here):
    (here / "accounts.txt").write_bytes(b"\xff\xfe\x00")
    return ["scan", "--accounts", "@accounts.txt"]


def blocked(here):
    (here / "file").write_text("")
    return ["scan", "--accounts", ID, "--out", "file/scan"]


def broken_config(here):
    (here / "scanner.toml").write_text("role = ")
    return ["scan"]


def unknown_key(here):
    (here / "scanner.toml").write_text(f'externalid = "{SECRET}"')
    return ["scan"]


def broken_policy(here):
    (here / "policy.json").write_text("{")
    return ["scan", "--accounts", ID, "--session-policy", "policy.json"]


def damaged_run(here):
    folder = here / "scan/runs/20261124T080619Z-7f3a9c"
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text("{")
    return ["scan", "--resume", "latest"]


BAD = {
    # arguments, exit code, what the line says
    "no such type": (["scan", "--types", "AWS::EC2::Instanse"], 2, "mean AWS::EC2::Instance"),
    "no such type (types)": (["types", "AWS::S3::Bukket"], 2, "did you mean AWS::S3::Bucket"),
    "no such service": (["scan", "--services", "ec3"], 2, "ec2?"),
    "no account id": (["scan", "--accounts", "12345"], 2, "--accounts: '12345'"),
    "no account at all": (["scan", "--accounts", ""], 2, "--accounts: names no account"),
    "no excluded id": (["accounts", "--exclude-accounts", "x"], 2, "--exclude-accounts: 'x'"),
    "no unit": (["accounts", "--ou", "Production"], 2, "--ou: 'Production'"),
    "no pair": (["accounts", "--account-tag", "prod"], 2, "--account-tag: must be KEY=VALUE"),
    "no number": (["scan", "--concurrency", "many"], 2, "--concurrency: "),
    "number too large": (["scan", "--min-coverage", "101"], 2, "--min-coverage: "),
    "no choice": (["scan", "--fail-on", "always"], 2, "--fail-on: "),
    "no kind of metrics": (["scan", "--metrics", "statsd"], 2, "--metrics: "),
    "no log format": (["scan", "--log-format", "xml"], 2, "--log-format"),
    "no role": (["scan", "--role", "arn:aws:iam::aws:policy/x"], 2, "--role 'arn:aws:iam"),
    "no session name": (["scan", "--session-name", "two words"], 2, "--session-name: "),
    "secret refused": (["scan", "--external-id", f"{SECRET} "], 2, "--external-id: must be"),
    "unknown option": (["scan", "--rolle", "x"], 2, "--role"),
    "unknown command": (["scann"], 2, "scann"),
    "unknown subcommand": (["config", "sho"], 2, "sho"),
    "surplus argument": (["scan", "everything"], 2, "everything"),
    "missing value": (["scan", "--role"], 2, "--role"),
    "unreadable accounts": (unreadable, 2, "missing.txt: can't be read"),
    "accounts are no text": (binary, 2, "accounts.txt: not UTF-8"),
    "missing config": (["scan", "--config", "none.toml"], 2, "none.toml can't be read"),
    "broken config": (broken_config, 2, "scanner.toml is not TOML"),
    "unknown key in config": (unknown_key, 2, "scanner.toml: 'externalid' is no setting"),
    "unwritable output": (blocked, 2, "file"),
    "broken policy": (broken_policy, 2, "--session-policy policy.json"),
    "nothing to resume": (["scan", "--resume", "latest"], 2, "no run in scan"),
    "no such run": (["scan", "--resume", "yesterday"], 2, "no run"),
    "damaged run": (damaged_run, 2, "damaged"),
    "resume with types": (
        ["scan", "--resume", "latest", "--types", "*"], 2, "leave out --types",
    ),
    "resume with accounts and regions": (
        ["scan", "--resume", "latest", "--accounts", ID, "--regions", "eu-*"],
        2, "leave out --accounts, --regions",
    ),
    "no such profile": (["scan", "--profile", "nobody"], 2, "nobody"),
    "no credentials": (["scan", "--accounts", ID], 4, "no AWS credentials found"),
    "no credentials (accounts)": (["accounts"], 4, "no AWS credentials found"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_with_the_contracts_code_and_starts_nothing(name, here, run):
    given, code, told = BAD[name]
    arguments = given(here) if callable(given) else given
    before = sorted(here.rglob("*"))
    result = run(*arguments)

    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("scanner: ")
    assert result.err.count("\n") == 1
    assert told in result.err
    assert SECRET not in result.err
    assert sorted(here.rglob("*")) == before or "no credentials" in name or "profile" in name


def test_logs_are_set_up_by_variables_too_and_a_bad_one_is_one_line(run, here, monkeypatch):
    monkeypatch.setenv("SCANNER_LOG_FORMAT", "xml")
    result = run("scan", "--accounts", ID)

    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "SCANNER_LOG_FORMAT" in result.err or "--log-format" in result.err


def test_metrics_for_opentelemetry_need_the_extra_and_say_so(run, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    result = run("scan", "--accounts", ID, "--metrics", "otel")

    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "pip install -e '.[otel]'" in result.err


RAISED = [
    (SettingsError("what to mend"), 2, "what to mend"),
    (CatalogError("what to mend"), 2, "what to mend"),
    (DiscoveryError("nothing"), 4, "nothing"),
    (OutputError("disk full"), 6, "disk full"),
    (SimulationError("did not start"), 4, "did not start"),
    (Denied("ListThings", "AccessDenied", "no"), 4, "ListThings: AccessDenied: no"),
    (AccountError(ID, "AccessDenied", "no"), 4, f"{ID}: no"),
    (ScannerError("a\n  long\nstory"), 4, "a long story"),
    (KeyboardInterrupt(), 130, "interrupted"),
    (click.Abort(), 130, "interrupted"),
    (click.FileError("x", "gone"), 1, "gone"),
]


@pytest.mark.parametrize(("error", "code", "told"), RAISED, ids=lambda each: type(each).__name__)
def test_every_error_of_ours_is_one_line_and_has_a_code(error, code, told, run, monkeypatch):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(program, "invoke", fail)
    result = run("scan")

    assert result.code == code
    assert result.err.strip().removeprefix("scanner: ").endswith(told)
    assert result.err.strip().count("\n") == 0


def test_an_error_that_nobody_foresaw_is_shown_whole_and_is_no_finding(monkeypatch, run):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(program, "invoke", fail)
    result = run("scan")

    assert result.code == 70
    assert "Traceback" in result.err
    assert "ZeroDivisionError" in result.err
    assert result.err.endswith("scanner: this is a bug: please report it with the lines above\n")


def python(code, *, env=None, **options):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30,
        env=os.environ | (env or {}), **options,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["accounts", "-h"]])
def test_help_loads_no_sdk_and_no_drawing(arguments):
    done = python(
        "import sys, atexit, json\n"
        "heavy = ('botocore', 'aiobotocore', 'aiohttp', 'rich', 'moto', 'anyio')\n"
        "atexit.register(lambda: print(json.dumps([n for n in heavy if n in sys.modules]),"
        " file=sys.stderr))\n"
        f"from scanner.cli import main\nmain({arguments!r})"
    )

    assert done.returncode == 0
    assert json.loads(done.stderr) == []


def scanner(*arguments, cwd, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "scanner", *arguments], cwd=cwd, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def test_the_module_is_the_program(here):
    with scanner("--version", cwd=here) as process:
        out, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (0, "")
    assert out.strip()[0].isdigit()


@pytest.mark.parametrize(
    "arguments", [["types"], ["types", "--json"], ["config", "show"], ["scan", "--help"]]
)
def test_a_reader_that_leaves_early_is_no_failure(here, arguments):
    with scanner(*arguments, cwd=here) as process:
        process.stdout.close()
        err = process.stderr.read()
        process.wait(30)

    assert (process.returncode, err) == (0, "")


def test_no_command_shows_the_help(run):
    result = run()

    assert result.code == 2
    assert "Commands:" in result.err or "scan" in result.err
