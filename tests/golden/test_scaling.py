"""docs/scaling.md has the tables that the kept figures give; `--update-golden` writes them anew."""

from pathlib import Path

from benchmarks.measure import Load
from benchmarks.scaling import Figures, an_account, night, scaling, ways

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
TABLE = "| what one takes |"
NOTHING = Load(accounts=0, regions=0, latency_ms=0, pages=0, items=0)


def test_the_tables_are_up_to_date(request):
    intro, _, _ = PAGE.read_text(encoding="utf-8").partition(TABLE)
    page = intro + "\n".join(scaling(NOTHING, kept=True).lines) + "\n"
    if request.config.getoption("--update-golden", default=False):
        PAGE.write_text(page, encoding="utf-8")

    assert page == PAGE.read_text(encoding="utf-8")


def test_the_sum_of_a_night_holds_every_account_and_every_second():
    """Whoever shares the work pays for it once: only starts and files add up."""
    account, figures = an_account(), Figures(1.0, 0.0, 0)
    found = [night(way, 1_000, account, figures) for way in ways(1_000)]
    cpu_hours = 1_000 * account.requests / 1000 / 3600

    for each in found:
        lanes = each.way.at_once * each.way.cpus
        assert cpu_hours / lanes * 0.99 <= each.hours <= cpu_hours / lanes * 2
        assert each.compute_usd >= each.way.usd * cpu_hours * 3600 / each.way.cpus * 0.99


def test_what_is_longer_than_an_invocation_takes_several():
    account, slow = an_account(), Figures(10.0, 1.0, 0)
    for way in ways(1_000):
        each = night(way, 1_000, account, slow)
        longest = each.way.longest
        assert each.invocations == each.shards or longest is not None
        if longest is not None:
            assert each.invocations > each.shards
