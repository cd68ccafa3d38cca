"""What every test shares: the compiled catalogue, fresh policies, engines, the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import policy
from huaweicrm import catalogue

BASE_DIR = Path(__file__).resolve().parent


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations before the first text is read."""
    catalogue.build(BASE_DIR)


@pytest.fixture(autouse=True)
def _fresh_policies():
    """No test sees the policy values of another."""
    policy.forget()
    yield
    policy.forget()
