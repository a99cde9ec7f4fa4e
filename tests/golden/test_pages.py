"""Generated pages say what the program says; `--update-golden` writes them anew."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli import program

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    "types.md": (["types", "--markdown", "--log-level", "error"], "| type |"),
    "actions.md": (["remediate", "actions", "--markdown", "--log-level", "error"], "| type |"),
    "configuration.md": (["config", "reference"], "## What is scanned"),
}
"""Each page: the command that prints its end, and how that end begins."""


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name, request):
    command, begins = PAGES[name]
    ran = CliRunner().invoke(program, command)
    assert ran.exit_code == 0
    page = DOCS / name
    intro, _, _ = page.read_text(encoding="utf-8").partition(begins)
    whole = f"{intro}{ran.stdout.rstrip()}\n"
    if request.config.getoption("--update-golden"):
        page.write_text(whole, encoding="utf-8")
    assert whole == page.read_text(encoding="utf-8")
