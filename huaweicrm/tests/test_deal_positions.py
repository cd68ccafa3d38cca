"""Positions of single deals enter no figure, list, rule or duty that counts where people stand."""

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from accounts.scorecards import Asked
from accounts.tests.build import NINE, SYSTEM, cast, contact, opportunity
from core.actors import Actor
from core.models import Notification
from huaweicrm.desk import keyactions
from huaweicrm.desk.columns import columns
from huaweicrm.desk.customer.before import against_of
from huaweicrm.desk.handover.pack import pack_of
from relationships.actions import assessments, power
from relationships.actions.layers import snapshot
from relationships.actions.reminders import ask_for_plans
from relationships.models import GridAssessment
from relationships.queries import board, grid_summary, recent_moves, turns_of
from relationships.queries.blockers import blockers_for
from relationships.queries.exposure import count_of, lines_for, people_of
from relationships.queries.handed import support_kept
from relationships.queries.health import key
from relationships.queries.layers import key_figures
from relationships.queries.plans import opposed_from
from relationships.queries.power import positions_of, view_of
from relationships.queries.touches import key_people, week_list
from relationships.tests.build import met, placed, power_map, seat

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = NINE + 30 * DAY
BOTH_KINDS = {
    "relationships/models/assessment.py": "declares it",
    "relationships/actions/assessments.py": "each kind has a current one of its own",
    "relationships/actions/giving.py": "intimacy is not inherited in a deal either (R-A6)",
    "relationships/actions/merging.py": "of two positions in one deal the later one stays",
    "relationships/actions/ratings.py": "no round while any proposal shows its score",
    "relationships/api/assessments.py": "one row by its id; the filter keeps lists apart",
    "relationships/queries/board.py": "the grid of a deal",
    "relationships/queries/desk.py": "how many proposals wait",
    "relationships/queries/handed.py": "how many scores a handover lets go stale",
    "relationships/queries/power.py": "the map of a deal",
    "relationships/timers.py": "each expires",
    "relationships/views/assess.py": "one row by its id",
    "relationships/views/grid.py": "the monthly review",
    "relationships/views/person.py": "the person beside the grid of a deal, what waits",
}
"""Modules that meet positions of deals, and why: everybody else counts the general ones."""


def world():
    """Three people on a power map in force: one for us, one against us, one never placed."""
    made = cast()
    made.bo, made.cai = contact(made.lanhai, "薄言"), contact(made.lanhai, "蔡和")
    placed(made.ruochuan, made.lin, made.boss, (2, 1), NINE - 60 * DAY)
    placed(made.bo, made.lin, made.boss, (0, -3), NINE - 50 * DAY)
    row = power_map(made.lanhai, made.lin)
    for who, role in ((made.ruochuan, "decider"), (made.bo, "approver"), (made.cai, "user")):
        seat(row, made.lin, role, who)
    power.activate(row, by=Actor.of(made.lin), now=NINE)
    made.map = row
    made.linked = {
        who: [met(who, made.lin, NINE - days * DAY) for days in (4, 3)]
        for who in (made.ruochuan, made.bo, made.cai)
    }
    made.deal = opportunity(made.lanhai, made.lin)
    return made


def judged(made):
    """The same three in one deal: each elsewhere, one of them stale."""
    rows = [
        placed(who, made.lin, made.boss, point, NINE - DAY,
               interactions=made.linked[who], opportunity=made.deal)
        for who, point in ((made.ruochuan, (3, -3)), (made.bo, (-2, 3)), (made.cai, (3, -3)))
    ]  # fmt: skip
    chart = power_map(made.lanhai, made.lin, name="本单", opportunity=made.deal)
    for who, role in ((made.ruochuan, "gatekeeper"), (made.cai, "decider")):
        seat(chart, made.lin, role, who)
    power.activate(chart, by=Actor.of(made.lin), now=NINE)
    stale = GridAssessment.of_all_kinds.filter(pk=rows[0].pk)
    assert assessments.expire(stale, by=SYSTEM, now=assessments.expiry_at(rows[0])) == 1


def positions(rows):
    return sorted((row.contact_id, row.point, row.status) for row in rows)


def figures(made):
    """Everything that the product says of where people stand."""
    pk, people = made.lanhai.pk, [made.ruochuan, made.bo, made.cai]
    asked = Asked((pk,), None, None, NINE.date() - 90 * DAY, NINE.date())
    today = NINE.date()
    shown = board(made.lanhai, on=today, today=today)
    row = SimpleNamespace(customer=made.lanhai, introduced=GridAssessment.objects.none())
    pack = pack_of(row, made.boss)
    (snap,) = snapshot([pk], today, now=NINE)
    return {
        "list": {one.key: one.cells.get(pk) for one in columns([pk], user=made.lin, now=NINE)},
        "summary": grid_summary([pk])[pk],
        "turns": turns_of([pk], since=today - 90 * DAY, until=today)[pk],
        "moves": [move.words for move in recent_moves(made.boss, NINE - 90 * DAY)],
        "index": key_figures([pk], now=NINE)[pk],
        "health": key([pk], now=NINE)[pk],
        "layers": (snap.key_index, snap.key_coverage, snap.inputs),
        "map": view_of(made.map, now=NINE).figures,
        "positions": positions(positions_of([each.pk for each in people]).values()),
        "exposed": (count_of(made.lanhai, at=NINE), positions(people_of(made.lanhai, at=NINE)),
                    lines_for(made.boss, at=NINE)),
        "touches": [(due.contact, due.touch, due.stake) for due in
                    week_list(made.lin, now=LATER, until=LATER + 400 * DAY)[0]],
        "key people": set(key_people().values_list("pk", "support", "cell")),
        "blockers": [(each.position.pk, each.since) for each in blockers_for(made.boss, now=NINE)],
        "opposed": opposed_from([each.pk for each in people]),
        "kept": support_kept(pk, at=NINE - 40 * DAY, until=NINE),
        "against": positions(against_of(made.lanhai)),
        "pack": ([(each.contact, each.place) for each in pack.people],
                 [one.pk for one, _words in pack.against]),
        "actions": [fact.actual for each in (keyactions.relations, keyactions.positions)
                    for fact in each(asked, NINE)],
        "board": (shown.counts, shown.months, len(shown.without_plan), len(shown.lost),
                  positions(person.row for person in shown.people), len(shown.unassessed)),
    }  # fmt: skip


def test_positions_of_a_deal_change_no_figure():
    made = world()
    before = figures(made)
    judged(made)
    after = figures(made)

    assert GridAssessment.of_all_kinds.count() == 5
    assert {name for name in before if before[name] != after[name]} == set()
    assert before["summary"].assessed == 2
    assert before["list"]["people"] is not None


def test_nobody_is_asked_for_a_plan_because_of_a_deal():
    made = world()
    judged(made)
    assert ask_for_plans(now=LATER) == 1
    said = Notification.objects.filter(kind="plan.wanted")
    assert set(said.values_list("about_id", flat=True)) == {made.bo.pk}


def test_only_named_modules_meet_positions_of_deals():
    base = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(base))
        for floor in ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
        for path in (base / floor).rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
        and re.search(r"\bof_all_kinds\b|\bgrid_assessments\b", path.read_text(encoding="utf8"))
    }
    assert found <= set(BOTH_KINDS), found - set(BOTH_KINDS)
