"""Members: packing, and reading back what a crash left of them."""

import gzip

import pytest

from scanner.model.errors import OutputError
from scanner.output.members import member_lines, pack, raw_pieces, whole_members

LINES = [b"alpha\n", b"beta\n" * 20000, b"gamma\n"]


def test_a_chain_of_members_is_a_gzip_file():
    chain = b"".join(pack([line]) for line in LINES)
    assert gzip.decompress(chain) == b"".join(LINES)


def test_packing_is_deterministic():
    assert pack(LINES) == pack(LINES)


def test_plain_members_are_the_lines():
    assert pack(LINES, "none") == b"".join(LINES)


@pytest.mark.parametrize("garbage", [b"", b"\0" * 100, b"{not gzip", pack([b"torn" * 50])[:-3]])
def test_reading_stops_at_the_first_member_that_is_not_whole(tmp_path, garbage):
    members = [pack([line]) for line in LINES]
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(b"".join(members) + garbage)
    ends = [sum(map(len, members[: n + 1])) for n in range(3)]
    assert list(whole_members(path)) == list(zip(ends, LINES, strict=True))


@pytest.mark.parametrize(("name", "compression"), [("x.jsonl.gz", "gzip"), ("x.jsonl", "none")])
def test_one_member_is_read_from_the_middle(tmp_path, name, compression):
    before, member, after = (pack([line], compression) for line in LINES)
    path = tmp_path / name
    path.write_bytes(before + member + after)
    assert list(member_lines(path, len(before), len(member))) == [b"beta"] * 20000


@pytest.mark.parametrize(("name", "compression"), [("x.jsonl.gz", "gzip"), ("x.jsonl", "none")])
def test_a_member_that_ends_early_is_an_error(tmp_path, name, compression):
    member = pack([b"alpha\n", b"beta\n"], compression)
    path = tmp_path / name
    path.write_bytes(member)
    with pytest.raises(OutputError):
        list(member_lines(path, 0, len(member) - 2))
    with pytest.raises(OutputError, match="shorter"):
        list(member_lines(path, 0, len(member) + 1))


def test_a_damaged_member_is_an_error(tmp_path):
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(b"no gzip at all")
    with pytest.raises(OutputError, match="damaged"):
        list(member_lines(path, 0, 14))


def test_a_stretch_of_a_file_comes_in_pieces(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(range(256)) * 1024)
    pieces = list(raw_pieces(path, 10, 200_000))
    assert len(pieces) > 1
    assert b"".join(pieces) == path.read_bytes()[10:200_010]
