"""A run over a memory sink, with scripted accounts and clients; asserts nothing."""

from collections import Counter

from scanner.aws.gate import Gate
from scanner.aws.limits import Limits
from scanner.engine.run import Means, Progress, Run
from scanner.model.errors import AccountError
from scanner.model.record import Record
from scanner.model.sink import MemorySink
from scanner.model.target import Account, Unit
from tests.unit.engine.scripted import Clients


class Identity:
    def __init__(self, account_id, error=None):
        self.account_id = account_id
        self.frozen = None
        self._error = error

    async def fresh(self):
        if self._error:
            raise self._error

    def reject(self, _refused):
        return False


class Leases:
    def __init__(self, broken=()):
        self._broken = broken

    def of(self, account):
        error = AccountError(account.id, "AccessDenied", "the role refuses")
        return Identity(account.id, error if account.id in self._broken else None)


class Lent(Clients):
    def __init__(self):
        super().__init__({})
        self.retired = []

    async def retire(self, service, region):
        self.retired.append((service, region))


def units(count, region="eu-west-1", types=("svc:a",), **options):
    return [
        Unit(Account(f"{number:012d}"), region, "svc", types, **options) for number in range(count)
    ]


def record(ctx, name="a"):
    unit = ctx.unit
    return Record(
        1, ctx.run_id, "t", unit.account.id, None, "aws", unit.region, "svc", "L", "svc:a", name,
        None, None, None, None, None, {}, {}, [], [],
    )  # fmt: skip


async def done(ctx):
    yield record(ctx)
    ctx.tally.finished("svc:a")


class Bench:
    """A run over a memory sink."""

    def __init__(self, broken=(), sink=None):
        self.sink = sink or MemorySink()
        self.progress = Progress()
        self.clients = Lent()
        gate = Gate(slots=4, limits=Limits())
        self.means = Means("run", gate, self.clients, Leases(broken), lambda _: "us-east-1")

    async def work(self, task, planned, open_units=8, early=()):
        shared = Counter((each.region, each.service) for each in planned)
        run = Run(self.means, task, self.sink, self.progress)
        await run.work(planned, open_units, shared, early)
        return {each.key: each for each in self.sink.outcomes}
