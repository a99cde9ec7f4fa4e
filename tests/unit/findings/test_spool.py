"""Findings of a run under way come back as they went, and a full disk is told in one line."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.findings.spool import Spool
from scanner.model.control import Control
from scanner.model.errors import OutputError
from scanner.model.finding import Finding, Result, Subject

CONTROLS = [Control(name, name, ("T",)) for name in "ab"]
text = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
findings = st.builds(
    Finding,
    st.sampled_from(CONTROLS),
    st.builds(Subject, st.just("1"), text, st.just("T"), text, text, text),
    st.sampled_from(Result),
    text,
)


@given(st.lists(findings, max_size=5))
def test_findings_come_back_as_they_went(several):
    spool = Spool(CONTROLS)
    for each in several:
        spool.add(each)

    assert list(spool) == several
    spool.close()


class Full:
    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")

    seek = write

    def close(self):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_an_output_that_can_not_be_written():
    spool = Spool(CONTROLS)
    spool.close()
    spool._file = Full()

    with pytest.raises(OutputError, match=r"can't keep findings .*: No space left on device"):
        spool.add(Finding(CONTROLS[0], Subject("1", "r", "T"), Result.FAIL))
    spool.close()
