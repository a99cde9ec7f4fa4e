"""A run's figures, told to CloudWatch or OpenTelemetry while it goes; it measures nothing."""

from scanner.metrics.choice import check_installed, open_publisher, resolve
from scanner.metrics.figures import Ending, Figures, Labels
from scanner.metrics.pump import Publisher, Pump

__all__ = [
    "Ending",
    "Figures",
    "Labels",
    "Publisher",
    "Pump",
    "check_installed",
    "open_publisher",
    "resolve",
]
