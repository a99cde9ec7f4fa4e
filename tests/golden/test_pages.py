"""The pages of types and actions say what is declared; `--update-golden` writes them anew."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli import program

DOCS = Path(__file__).parents[2] / "docs"
TABLE = "| type |"


@pytest.mark.parametrize(
    ("name", "command"), [("types", ["types"]), ("actions", ["remediate", "actions"])]
)
def test_the_page_is_up_to_date(name, command, request):
    ran = CliRunner().invoke(program, [*command, "--markdown", "--log-level", "error"])
    assert ran.exit_code == 0
    path = DOCS / f"{name}.md"
    intro, _, _ = path.read_text(encoding="utf-8").partition(TABLE)
    page = intro + ran.stdout
    if request.config.getoption("--update-golden"):
        path.write_text(page, encoding="utf-8")
    assert page == path.read_text(encoding="utf-8")
