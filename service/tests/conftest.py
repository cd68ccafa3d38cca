"""What every test of this floor shares."""

import pytest

from service.queries import calendars, terms


@pytest.fixture(autouse=True)
def _fresh_terms():
    """No test counts on the calendars or clauses of another."""
    calendars.forget()
    terms.forget()
