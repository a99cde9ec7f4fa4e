"""Gives the golden tests `--update-golden`: `pytest tests/golden --update-golden`."""


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files instead of comparing"
    )
