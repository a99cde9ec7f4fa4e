"""Runs the command line in this process, away from the machine's settings and credentials."""

import logging
import os
from dataclasses import dataclass

import pytest
import structlog

from scanner.cli import main


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("AWS_", "SCANNER_"))]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here, capfd):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def call(*arguments):
        root.handlers.clear()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfd.readouterr()
        return Result(ended.value.code, out, err)

    yield call
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("scanner").setLevel(logging.NOTSET)
