"""The long fuzz is run by hand; here only that it finds its tests and tells what failed at once."""

from pathlib import Path

import pytest

from huaweicrm.testing import fuzz, loud

BASE = Path(__file__).resolve().parents[2]


def test_the_fuzz_runs_tests_that_exist():
    assert all((BASE / path).exists() for path in fuzz.TESTS)


@pytest.mark.parametrize(("outcome", "told"), [("failed", True), ("passed", False)])
def test_a_failure_is_told_when_it_happens(outcome, told, capsys):
    report = pytest.TestReport("a.py::b", ("a.py", 1, "b"), {}, outcome, "got 500", "call")

    loud.pytest_runtest_logreport(report)

    assert (capsys.readouterr().out == "\nFAILED a.py::b\ngot 500\n") is told
