"""A simulated AWS organization on loopback, for the demo and the tests; it never talks to AWS."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.simulation.organization import (
    ACCESS_KEY,
    MANAGEMENT_ID,
    ROLE_NAME,
    plan_organization,
)
from scanner.simulation.process import SimulationError, child

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from scanner.simulation.organization import Created, Standing

__all__ = ["REGIONS", "Simulation", "SimulationError", "simulated_organization"]

REGIONS = ("us-east-1", "eu-west-1", "eu-central-1")
"""The regions that a simulation has enabled unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """A running simulated organization.

    `environment` points any AWS tool at it, once all other `AWS_*` variables are gone.
    `created` is the truth to compare a scan with: account id → region or `global` →
    CloudFormation type → number. Moto adds a default VPC with its parts to every region.
    """

    url: str
    environment: dict[str, str]
    management_account: str
    role_name: str
    standing: dict[str, Standing]
    disabled_region: str
    created: Created

    @property
    def refusing(self) -> frozenset[str]:
        """The accounts that do not let the role in."""
        return self._of("refusing")

    @property
    def suspended(self) -> frozenset[str]:
        """The accounts that are closed."""
        return self._of("suspended")

    def surround(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return `environ` with every AWS setting replaced by the simulation's."""
        kept = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
        return kept | self.environment

    def _of(self, standing: Standing) -> frozenset[str]:
        return frozenset(id_ for id_, found in self.standing.items() if found == standing)


@asynccontextmanager
async def simulated_organization(
    *, accounts: int = 25, regions: Sequence[str] = REGIONS, external_id: str | None = None
) -> AsyncIterator[Simulation]:
    """Run a simulated organization for as long as the context lasts.

    Raises `SettingsError` for arguments that make no organization, or without moto, and
    `SimulationError` where the child process does not come up.
    """
    plan = plan_organization(accounts, regions)
    configuration = {"accounts": accounts, "regions": regions, "external_id": external_id}
    async with child(configuration) as announced:
        yield Simulation(
            url=announced["url"],
            environment=_environment(announced["url"], plan.regions[0]),
            management_account=MANAGEMENT_ID,
            role_name=ROLE_NAME,
            standing=announced["standing"],
            disabled_region=plan.disabled_region,
            created=announced["created"],
        )


def _environment(url: str, region: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # there is no DNS for PREFIX.localhost
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
    }
