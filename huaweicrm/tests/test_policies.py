"""Every adjustable number is declared, explained in both languages and used by name."""

import ast

from django.utils.functional import Promise

from core import policy
from huaweicrm.testing import source
from huaweicrm.testing.source import listed

# Numbers of hours or days that are no policy: file -> why.
FIXED = {
    "accounts/actions/health.py": "a quarter end is told in the month after it, not later",
    "accounts/queries_health.py": "the last week of a quarter stands for its end",
    "expectations/actions/milestone.py": "a date may be today in any zone of the world",
    "expectations/actions/noticework.py": "how far ahead a next step is looked for",
    "expectations/actions/risk.py": "the last day before the impact",
    "expectations/queries/reports.py": "how far back and ahead a report looks",
    "relationships/queries/board.py": "how far back a board looks",
    "relationships/queries/desk.py": "how far back a page looks",
    "service/actions/pauses.py": "an alert older than a day is told now, not at its true time",
}
UNITS = {"hours", "days", "weeks"}
ROOMS = {"actions", "timers", "queries", "rules"}


def test_every_policy_names_its_rule_and_explains_itself_in_words_that_are_translated():
    silent = [
        one.key
        for one in policy.declared().values()
        if not one.rule or not isinstance(one.help, Promise)
    ]

    assert policy.declared()
    assert silent == [], listed(silent)


def test_no_bare_spans_of_hours_or_days_where_rules_are_kept():
    found = [
        f"{module.path}:{node.lineno} {ast.unparse(node)}"
        for module in source.code()
        if module.floor not in {"core", "huaweicrm"} and module.room.split("_")[0] in ROOMS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and source.called(node).endswith("timedelta")
        for word in node.keywords
        if word.arg in UNITS and isinstance(word.value, ast.Constant) and word.value.value > 1
    ]

    left = [line for line in found if line.split(":")[0] not in FIXED]
    assert left == [], listed(left)
