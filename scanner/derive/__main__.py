"""`python -m scanner.derive`: write the catalogue's facts anew; `--check` only compares."""

from __future__ import annotations

import sys

from scanner.derive.files import FOLDER, documents


def main(arguments: list[str]) -> int:
    """Write the files that differ, or with `--check` name them and fail."""
    stale = []
    for name, text in documents().items():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text)
    sys.stdout.write("".join(f"{name} changed\n" for name in stale) or "up to date\n")
    return int("--check" in arguments and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
