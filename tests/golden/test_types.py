"""docs/types.md says what the catalogue says; `--update-golden` writes it anew."""

from pathlib import Path

from click.testing import CliRunner

from scanner.cli import program

PAGE = Path(__file__).parents[2] / "docs" / "types.md"
TABLE = "| type |"


def test_the_page_of_types_is_up_to_date(request):
    ran = CliRunner().invoke(program, ["types", "--markdown", "--log-level", "error"])
    assert ran.exit_code == 0
    intro, _, _ = PAGE.read_text(encoding="utf-8").partition(TABLE)
    page = intro + ran.stdout
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8")
