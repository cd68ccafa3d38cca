"""Pytest plugin of `make fuzz`: a failure is told when it happens, not after hours or never."""

from __future__ import annotations

import pytest

TOLD = 3000


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Print which test failed and the end of what it said."""
    if report.failed:
        print(f"\nFAILED {report.nodeid}\n{report.longreprtext[-TOLD:]}", flush=True)
