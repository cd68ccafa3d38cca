"""Every adjustable number of the relationship floor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy
from relationships import grid
from relationships.choices import SEAT_WEIGHTS, SeatRole


def _days(key: str, default: int, rule: str, help_text: object, most: int = 1000) -> policy.Policy:
    return policy.declare(
        key, int, default, rule=rule, unit="d", help=help_text, minimum=1, maximum=most
    )


VALID_DAYS = {
    "s": _days(
        "grid.valid.s", 90, "R-R1", _("A grid score in a tier S customer is valid this long.")
    ),
    "a": _days(
        "grid.valid.a", 90, "R-R1", _("A grid score in a tier A customer is valid this long.")
    ),
    "b": _days(
        "grid.valid.b", 180, "R-R1", _("A grid score in a tier B customer is valid this long.")
    ),
    "c": _days(
        "grid.valid.c", 365, "R-R1", _("A grid score in a tier C customer is valid this long.")
    ),
}
EVIDENCE_DAYS = _days(
    "grid.evidence", 180, "R-R2", _("An interaction backs a grid score for this long.")
)
ROUND_DAYS = _days(
    "grid.round", 7, "R-R2", _("Several people have this long to rate a person."), most=60
)
PLAN_WANTED_DAYS = _days(
    "plan.wanted",
    14,
    "R-R5",
    _("Whoever stands in grid N has an approved relationship plan within this."),
)
PLAN_REVIEW_DAYS = _days(
    "plan.review",
    30,
    "R-R5",
    _("The regional head looks at the plan of a blocker (N3) at least this often."),
)
BACKDATED_DAYS = _days(
    "interaction.backdated", 30, "b.2.1", _("An interaction logged later than this is flagged.")
)


def _hours(key: str, default: int, help_text: object) -> policy.Policy:
    return policy.declare(
        key, int, default, rule="R-R6", unit="h", help=help_text, minimum=1, maximum=400
    )


MINUTES_HOURS = _hours("minutes.due", 48, _("Minutes of a meeting are due this long after it."))
MINUTES_URGENT_HOURS = _hours(
    "minutes.due_urgent",
    24,
    _("Minutes of executive, benchmark and clarification meetings are due this long after it."),
)
MINUTES_REMIND_HOURS = _hours(
    "minutes.remind", 4, _("Whoever owes minutes is reminded this long before they are due.")
)
TOUCH_DAYS = {
    cell: _days(
        f"grid.touch.{cell.lower()}",
        grid.PLAYBOOK[cell].touch_days,
        "R-R4",
        _("People in this cell of the nine-grid are met at least this often."),
    )
    for cell in grid.CELLS
}
EXPOSURE_INTIMACY = policy.declare(
    "exposure.intimacy",
    int,
    2,
    rule="C144",
    help=_("Whoever is as close as this to one of us may hang on this colleague alone."),
    minimum=1,
    maximum=3,
)
EXPOSURE_SUPPORT = policy.declare(
    "exposure.support",
    int,
    0,
    rule="C144",
    help=_("Up to this support somebody close hangs on the colleague, not on our company."),
    minimum=-3,
    maximum=3,
)
STRATEGY = {
    cell: policy.declare(
        f"grid.strategy.{cell.lower()}",
        str,
        "",
        rule="b.2.2",
        help=_("What to do in this cell of the nine-grid; empty: the text of the product."),
    )
    for cell in grid.CELLS
}
KNOWN_DAYS = _days(
    "power.known", 365, "b.2.1", _("Meetings of so many days say who of ours knows whom of theirs.")
)
SEAT_WEIGHT = {
    role.value: policy.declare(
        f"power.weight.{role.value}",
        int,
        SEAT_WEIGHTS[role],
        rule="R-R3",
        help=_("So much does a seat of this role weigh in the key index."),
        minimum=1,
        maximum=9,
    )
    for role in SeatRole
}


def _money(key: str, default: int, help_text: object) -> policy.Policy:
    return policy.declare(
        key, int, default, rule="R-G1", unit="CNY", help=help_text, minimum=0, maximum=100_000
    )


GIFT_OFFICIAL_CNY = _money(
    "gift.official", 0, _("A gift to an official or a state enterprise may be worth this much.")
)
GIFT_FREE_CNY = _money(
    "gift.free", 200, _("A gift to somebody of a private company needs approval above this.")
)
GIFT_YEAR_CNY = _money(
    "gift.year", 1000, _("Gifts to one person may be worth this much in a calendar year.")
)
GIFT_PART_DAYS = _days(
    "gift.parts", 30, "R-G1", _("Gifts to one person within this count as one gift in parts.")
)
TENDER_BEFORE_DAYS = _days(
    "gift.tender_before", 30, "R-G2", _("No gift this long before a tender is decided.")
)
TENDER_AFTER_DAYS = _days(
    "gift.tender_after", 30, "R-G2", _("No gift this long after a tender is decided.")
)
PHONE_DAYS = _days(
    "visit.phone", 14, "R-P1", _("Names on a phone that was not used for so long are forgotten.")
)
RENEWAL_DAYS = tuple(
    _days(f"agreement.renewal.{name}", days, "R-R14", text)
    for name, days, text in (
        ("first", 180, _("So long before an agreement ends its renewal is asked about first.")),
        ("second", 90, _("So long before an agreement ends its renewal is asked about again.")),
        ("last", 30, _("So long before an agreement ends its renewal is asked about at last.")),
    )
)
LOCK_YEARS = policy.declare(
    "agreement.lock_years",
    int,
    2,
    rule="b.2.1",
    help=_("A project is locked in an agreement for this year or up to so many years on."),
    minimum=0,
    maximum=10,
)
