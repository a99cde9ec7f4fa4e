"""A file of findings is there whole, or not at all, and damage to it is said."""

import gzip

import pytest

from scanner.model.errors import OutputError
from scanner.output import findings_file, read_findings

RUN = "20261124T010000Z-00000b"


def test_what_is_written_is_read(tmp_path):
    with findings_file(tmp_path, RUN, "check-1") as (path, write):
        write({"a": 1})
        write({"b": None})
        assert not path.exists()

    assert list(read_findings(path)) == [{"a": 1}, {"b": None}]


def fail(out):
    with findings_file(out, RUN, "check-1") as (_, write):
        write({"a": 1})
        raise RuntimeError


def test_a_check_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(RuntimeError):
        fail(tmp_path)

    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_what_a_killed_check_left_behind_is_in_nobodys_way(tmp_path):
    with findings_file(tmp_path, RUN, "check-1") as (path, write):
        write({"a": 1})
    path.rename(path.with_name(f"{path.name}.part"))

    with findings_file(tmp_path, RUN, "check-1") as (path, write):
        write({"a": 2})

    assert list(read_findings(path)) == [{"a": 2}]


@pytest.mark.parametrize(
    "damage",
    [b"no gzip", gzip.compress(b'{"a": 1}\n')[:-9], gzip.compress(b"{")],
    ids=["no gzip", "torn", "no JSON"],
)
def test_damage_is_said(tmp_path, damage):
    path = tmp_path / "f.jsonl.gz"
    path.write_bytes(damage)

    with pytest.raises(OutputError, match=r"f\.jsonl\.gz"):
        list(read_findings(path))
