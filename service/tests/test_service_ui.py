"""Pictures of the promise kept."""

import pytest

from service.templatetags import service_ui as ui


@pytest.mark.parametrize(
    ("key", "rank"), [("critical", 1), ("MAJOR", 2), ("minor", 3), ("question", 4)]
)
def test_a_severity_is_a_word_with_its_rank(key, rank):
    assert f'data-p="{rank}"' in ui.severity(key)


def test_a_stage_that_no_clause_promises_says_so():
    assert "bar" not in ui.sla_cell("none")


def test_a_breached_stage_is_hatched_and_a_met_one_is_not():
    assert 'class="hatch"' in ui.sla_cell("over", "0:12", 100, "breach")
    assert "hatch" not in ui.sla_cell("done", "4:10", 28, "ok")


def test_a_quiet_level_keeps_its_word_for_the_ear():
    assert '<span class="vh">' in ui.service_level("gold", quiet=True)
    assert "vh" not in ui.service_level("gold")
