import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.errors import SettingsError
from scanner.settings import Settings, load


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90), ("13m", 780), ("1h30m", 5400), ("1h", 3600), ("2h5s", 7205), ("0.5s", 0.5),
        ("1.5h", 5400), ("35d", 3024000), ("1h2m3s", 3723), ("90", 90), (" 13m ", 780), (780, 780), (0.25, 0.25),
        ("none", None), (None, None),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_people_write_it(text, seconds):
    assert Settings.of(deadline=text).deadline == seconds


@pytest.mark.parametrize(
    "text",
    ["", "0", "0s", "-1", "-5m", "13 m", "1h30", "30m1h", "soon", "1y", "m", "inf", "nan", "1e3",
     "1h1h", "٣m", True, False, [], "9" * 400 + "h"],
)  # fmt: skip
def test_anything_else_is_refused_in_one_line(text):
    with pytest.raises(SettingsError, match="--deadline: must be a duration like") as caught:
        Settings.of(deadline=text)
    assert "\n" not in str(caught.value)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1, 99))
def test_parts_add_up(hours, minutes, seconds):
    written = f"{hours}h{minutes}m{seconds}s"
    assert Settings.of(deadline=written).deadline == 3600 * hours + 60 * minutes + seconds


@given(st.floats(0.001, 10**6))
def test_what_a_run_was_given_is_what_its_resumption_reads(seconds):
    stored = Settings.of(deadline=seconds).public()
    assert Settings.of(deadline=stored["deadline"]).deadline == seconds


def test_every_source_can_set_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scanner.toml").write_text('deadline = "13m"\n')
    assert load({}, None, {})[0].deadline == 780
    assert load({}, None, {"SCANNER_DEADLINE": "90s"})[0].deadline == 90
    assert load({"deadline": "none"}, None, {"SCANNER_DEADLINE": "90s"})[0].deadline is None
    assert load({}, tmp_path / "scanner.toml", {}, {"deadline": 5.0})[0].deadline == 780
