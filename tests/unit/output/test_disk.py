"""Files change whole or not at all, and only their owner reads them."""

import errno
import os
from unittest import mock

import pytest

from scanner.model.errors import OutputError
from scanner.output import check_writable, disk
from tests.unit.output.support import failing, files_of


def test_files_and_directories_are_private(tmp_path):
    path = tmp_path / "a" / "b" / "c"
    with disk.appending(path) as file:
        file.write(b"x")
    assert path.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o777 for each in (path.parent, path.parent.parent)} == {0o700}


def test_appending_goes_on_at_the_end(tmp_path):
    for expected, data in [(0, b"abc"), (3, bytearray(b"de"))]:
        with disk.appending(tmp_path / "f") as file:
            assert file.position == expected
            file.write(data)
    assert (tmp_path / "f").read_bytes() == b"abcde"


def test_short_writes_are_completed(tmp_path):
    def one_byte(descriptor, data):
        return real(descriptor, data[:1])

    real = os.write
    with mock.patch.object(disk.os, "write", one_byte), disk.appending(tmp_path / "f") as file:
        file.write(b"abc")
        assert file.position == 3
    assert (tmp_path / "f").read_bytes() == b"abc"


def test_a_whole_file_is_old_or_new_whatever_fails(tmp_path):
    path = tmp_path / "f"
    disk.write_whole(path, b"old")
    seen = set()
    for at in range(1, 20):
        with failing(at) as system:
            try:
                disk.write_whole(path, b"new")
            except OutputError:
                seen.add(path.read_bytes())
        if not system.failed:
            break
    else:
        pytest.fail("the failure was never outrun")
    assert b"old" in seen
    assert seen <= {b"old", b"new"}
    assert path.read_bytes() == b"new"
    assert files_of(tmp_path) == [path]


def test_a_full_disk_is_one_clear_line(tmp_path):
    with failing(1), pytest.raises(OutputError) as caught, disk.appending(tmp_path / "f"):
        pytest.fail("opened")
    assert str(caught.value) == f"can't write {tmp_path / 'f'}: No space left on device"


def test_removing_what_is_not_there_is_fine(tmp_path):
    disk.remove(tmp_path / "f")
    disk.remove_directory(tmp_path / "d")


def test_a_directory_goes_with_its_files(tmp_path):
    with disk.appending(tmp_path / "d" / "f") as file:
        file.write(b"x")
    disk.remove_directory(tmp_path / "d")
    assert not (tmp_path / "d").exists()


def test_a_writable_place_is_made_and_left_empty(tmp_path):
    check_writable(tmp_path / "new" / "out")
    assert list((tmp_path / "new" / "out").iterdir()) == []


def test_a_file_is_no_place_for_output(tmp_path):
    (tmp_path / "f").touch()
    with pytest.raises(OutputError, match=r"can't write to .*: it is not a directory"):
        check_writable(tmp_path / "f")
    with pytest.raises(OutputError, match=r"f: it is not a directory"):
        check_writable(tmp_path / "f" / "below")


def test_a_place_without_permission_is_refused(tmp_path):
    denied = OSError(errno.EACCES, "Permission denied")
    refused = pytest.raises(OutputError, match="Permission denied")
    with mock.patch.object(disk.os, "open", side_effect=denied), refused:
        check_writable(tmp_path)
    with mock.patch.object(disk.os, "mkdir", side_effect=denied), refused:
        check_writable(tmp_path / "new")


def test_a_lock_is_held_once_and_free_again(tmp_path):
    path = tmp_path / "run" / "lock"
    refused = pytest.raises(OutputError, match="written by another process")
    with disk.locked(path), refused, disk.locked(path):
        pytest.fail("locked twice")
    with disk.locked(path, wait=True):
        pass
