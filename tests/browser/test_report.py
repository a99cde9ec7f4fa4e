"""The report in a real browser: it draws, searches, sorts, and shows hostile data as text."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from scanner.analysis.report.inventory import Rows
from scanner.app.report import Report
from scanner.model.outcome import Status
from scanner.output import findings_file
from tests.unit.analysis.support import ACCOUNT, NEW, OLD, REGION, TYPE, record, write_run
from tests.unit.analysis.test_report import finding, rows_of

OTHER = "222222222222"
HOSTILE = (
    "<script>hacked=1</script>", "</script><script>hacked=1</script>", "<img src=x onerror=hacked=1>",
    "=cmd|' /C calc'!A0", "\u0634\u0628\u0643\u0629", "\U0001f600\U00020000", "a\u2028b", "--><svg onload=hacked=1>",
)  # fmt: skip
TURNED = "safe\u202egnp.exe"

pytestmark = pytest.mark.timeout(180)


def elsewhere(function, *arguments):
    """Call away from the event loop that the browser's driver holds in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def make_run(*arguments):
    elsewhere(write_run, *arguments)


def written(folder, rows=100_000):
    path = folder / "report.html"
    path.write_bytes(elsewhere(lambda: Report.of(folder, "latest", rows).page()))
    return path


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """Two nights: more queues on the second, one account denied, and hostile names."""
    folder = tmp_path_factory.mktemp("runs")
    queues = [record(f"q{number}", NEW, tags={"owner": "x"}) for number in range(60)]
    queues += [
        record(text, NEW, resource_name=f"name {text}", tags={text: text})
        for text in (*HOSTILE, TURNED)
    ]
    complete, denied = {TYPE: Status.COMPLETE}, {TYPE: Status.DENIED}
    make_run(folder, OLD, {(ACCOUNT, REGION): (complete, [record("q0")])})
    make_run(
        folder, NEW, {(ACCOUNT, REGION): (complete, queues), (OTHER, REGION): (denied, []),
                      (OTHER, "us-east-1"): (complete, [])}
    )  # fmt: skip
    with findings_file(folder, NEW, "check-1") as (_, write):
        for text in HOSTILE:
            write(finding(text, name=text))
    return written(folder)


def cells(page, table, column):
    return page.locator(f"#{table} tbody tr:not(.space) > :nth-child({column})").all_inner_texts()


def test_it_opens_from_disk_and_draws(showing, night):
    with showing(night) as page:
        assert page.title() == f"scanner report: {NEW}"
        for chart in ("growth-chart", "pace-chart"):
            drawn = page.locator(f"#{chart} canvas").evaluate(
                "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
                ".data.some(value => value > 0)"
            )
            assert drawn
        expect(page.locator("#growth figcaption")).to_contain_text("from 1 to 69 resources")
        assert cells(page, "types", 3) == ["+68"]


def test_a_cell_of_the_map_tells_its_reason_by_mouse_and_by_keyboard(showing, night):
    with showing(night) as page:
        page.get_by_role("button", name=f"{OTHER}, {REGION}: 0.0 % seen, denied").click()
        expect(page.locator("#why li")).to_contain_text("denied")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("#why")).to_contain_text(f"{OTHER} · us-east-1")
        page.keyboard.press("ArrowDown")
        assert (
            page.evaluate("document.activeElement.ariaLabel")
            == f"{ACCOUNT}, us-east-1: not planned"
        )
        expect(page.locator("#heat .cell[tabindex='0']")).to_have_count(1)


def test_hostile_data_stays_text(showing, night):
    with showing(night) as page:
        assert page.evaluate("typeof hacked") == "undefined"
        expect(page.locator("script")).to_have_count(4)
        expect(page.locator("img, svg, iframe, object, embed")).to_have_count(0)
        for text in HOSTILE:
            page.get_by_role("searchbox", name="Search: Inventory").fill(text)
            shown = text.replace("\u2028", "\\u2028")
            assert shown in cells(page, "rows", 4)
            assert f"{shown}={shown}" in cells(page, "rows", 7)
        assert cells(page, "found", 2)
        page.get_by_role("searchbox", name="Search: Inventory").fill("gnp.exe")
        assert cells(page, "rows", 4) == ["safe\\u202egnp.exe"]


def test_tables_search_and_sort_and_say_so(showing, night):
    with showing(night) as page:
        search = page.get_by_role("searchbox", name="Search: Inventory")
        search.fill("Q5 sqs")
        expect(page.locator("#rows [role=status]")).to_have_text("11 of 69 rows")
        head = page.locator("#rows th", has_text="Id")
        head.get_by_role("button").click()
        assert (head.get_attribute("aria-sort"), cells(page, "rows", 4)[:2]) == (
            "ascending",
            ["q5", "q50"],
        )
        head.get_by_role("button").press("Enter")
        assert (head.get_attribute("aria-sort"), cells(page, "rows", 4)[0]) == ("descending", "q59")
        search.fill("no such thing")
        assert cells(page, "rows", 1) == ["Nothing matches."]


def test_a_hundred_thousand_rows_are_a_few_elements(showing, tmp_path, monkeypatch):
    make_run(tmp_path, OLD, {(ACCOUNT, REGION): ({TYPE: Status.COMPLETE}, [record("q")])})
    many = Rows(100_000, {TYPE: 100_000})
    for number in range(100_000):
        many.add({
            "resource_type": TYPE, "account_id": ACCOUNT, "region": REGION, "created_at": None,
            "resource_id": f"q{number:06}", "resource_name": "n", "tags": {"team": str(number % 7)},
        })  # fmt: skip
    table = many.table()
    monkeypatch.setattr(Rows, "table", lambda _: table)
    path = written(tmp_path)

    assert len(rows_of(many.table())) == 100_000
    assert path.stat().st_size < 2_000_000
    with showing(path) as page:
        rows = page.locator("#rows tbody tr")
        assert rows.count() < 100
        page.locator("#rows .view").evaluate("view => { view.scrollTop = 1500000 }")
        page.locator("#rows tbody tr", has_text="q050000").wait_for()
        assert rows.count() < 100
        page.get_by_role("searchbox", name="Search: Inventory").fill("q09999")
        assert cells(page, "rows", 4) == [f"q09999{digit}" for digit in range(10)]
        page.get_by_role("searchbox", name="Search: Inventory").fill("")
        page.locator("#rows th", has_text="Id").get_by_role("button").click()
        page.locator("#rows th", has_text="Id").get_by_role("button").click()
        assert cells(page, "rows", 4)[0] == "q099999"
        assert page.evaluate("document.querySelectorAll('*').length") < 3000


CONTRASTS = """() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(each => each / 255)
    .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = node => {
    for (let each = node; each; each = each.parentElement) {
      const found = parts(getComputedStyle(each).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const nodes = document.querySelectorAll('.cell, .mark, .muted, a:not(.skip), summary, h1, th, td, button');
  return Object.fromEntries([...nodes].filter(each => each.innerText.trim()).map(each => {
    const [one, other] = [parts(getComputedStyle(each).color), behind(each)].map(light);
    return [`${each.tagName}.${each.className}`, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
  }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_light_and_in_dark(showing, night, scheme):
    with showing(night, color_scheme=scheme) as page:
        assert {
            name: ratio for name, ratio in page.evaluate(CONTRASTS).items() if ratio < 4.5
        } == {}


def test_the_switch_turns_the_colours_and_the_charts_follow(showing, night):
    ground = "getComputedStyle(document.body).backgroundColor"
    with showing(night, color_scheme="dark") as page:
        before = page.evaluate(ground)
        page.get_by_role("button", name="Light colours").click()
        assert page.evaluate(ground) != before
        expect(page.get_by_role("button", name="Dark colours")).to_be_visible()
        expect(page.locator("canvas")).to_have_count(2)


def test_it_prints_light_and_whole(showing, night):
    with showing(night, color_scheme="dark") as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert len(cells(page, "rows", 1)) == 69
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        )
        expect(page.locator("nav")).to_be_hidden()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert len(page.pdf()) > 10_000


def test_it_has_landmarks_and_its_tables_and_charts_have_names(showing, night):
    with showing(night) as page:
        for role, name in (("navigation", "Sections"), ("region", "Coverage by account and region"),
                           ("table", "Inventory"), ("region", "Growth")):  # fmt: skip
            expect(page.get_by_role(role, name=name).first).to_be_visible()
        expect(page.get_by_role("img", name="Resources over time. 2 runs since")).to_be_visible()
        page.get_by_text("The numbers").first.click()
        expect(page.get_by_role("table", name="Resources over time")).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert (
            page.locator("table:not(:has(caption))").evaluate_all(
                "tables => tables.filter(each => !each.classList.contains('u-legend')).length"
            )
            == 0
        )


def test_a_first_run_that_nobody_checked_says_so(showing, tmp_path):
    make_run(
        tmp_path, OLD, {(ACCOUNT, REGION): ({TYPE: Status.COMPLETE}, [record("q"), record("r")])}
    )
    with showing(written(tmp_path, rows=1)) as page:
        expect(page.locator("#growth")).to_contain_text("first finished run")
        expect(page.locator("#findings")).to_contain_text("Nobody has checked")
        expect(page.locator("#inventory")).to_contain_text("1 are left out")
        assert json.loads(page.locator("#document").text_content())["before"] is None
