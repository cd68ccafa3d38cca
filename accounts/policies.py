"""Every adjustable number of the customer floor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy


def _weight(name: str, default: int, help_text: object) -> policy.Policy:
    return policy.declare(
        f"tier.weight.{name}",
        int,
        default,
        rule="R-A1",
        unit="%",
        help=help_text,
        minimum=0,
        maximum=100,
    )


def _cut(name: str, default: int, help_text: object) -> policy.Policy:
    return policy.declare(
        f"tier.cut.{name}",
        int,
        default,
        rule="R-A1",
        help=help_text,
        minimum=0,
        maximum=100,
    )


WEIGHT_FIT = _weight("fit", 40, _("Share of the strategy fit in the tier score."))
WEIGHT_CURRENT_VALUE = _weight("current_value", 25, _("Share of today's value in the tier score."))
WEIGHT_POTENTIAL = _weight("potential", 25, _("Share of the potential in the tier score."))
WEIGHT_INFLUENCE = _weight("influence", 10, _("Share of the influence in the tier score."))
CUT_S = _cut("s", 80, _("Tier S from this score, if the fit suffices too."))
CUT_S_FIT = _cut("s_fit", 70, _("Tier S needs at least this fit."))
CUT_A = _cut("a", 65, _("Tier A from this score."))
CUT_B = _cut("b", 45, _("Tier B from this score; below it tier C."))

VALID_KEY_MONTHS = policy.declare(
    "tier.valid.key",
    int,
    12,
    rule="R-A1",
    unit="month",
    help=_("How long an approved tier S or A is valid."),
    minimum=1,
    maximum=60,
)
VALID_OTHER_MONTHS = policy.declare(
    "tier.valid.other",
    int,
    24,
    rule="R-A1",
    unit="month",
    help=_("How long an approved tier B or C is valid."),
    minimum=1,
    maximum=60,
)
TIER_REMINDER_DAYS = policy.declare(
    "tier.reminder",
    int,
    30,
    rule="R-A1",
    unit="d",
    help=_("The account manager is reminded this long before a tier expires."),
    minimum=0,
    maximum=180,
)
FIT_TREND_POINTS = policy.declare(
    "fit.trend_points",
    int,
    10,
    rule="R-A2",
    help=_("Two approved fits that differ by this much make a trend."),
    minimum=1,
    maximum=100,
)
VERIFIED_DAYS = policy.declare(
    "customer.verified",
    int,
    180,
    rule="R-A8",
    unit="d",
    help=_("Data of a key account counts as checked for this long."),
    minimum=1,
    maximum=1000,
)
INSIGHT_MONTHS = policy.declare(
    "insight.valid",
    int,
    12,
    rule="C126",
    unit="month",
    help=_("A published customer insight holds for this long."),
    minimum=1,
    maximum=60,
)
INSIGHT_REMINDER_DAYS = policy.declare(
    "insight.reminder",
    int,
    30,
    rule="C126",
    unit="d",
    help=_("The account manager is reminded this long before an insight expires."),
    minimum=0,
    maximum=180,
)
WARRANTY_REMINDER_DAYS = policy.declare(
    "asset.warranty_reminder",
    int,
    60,
    rule="C149",
    unit="d",
    help=_("The team is told this long before the warranty of equipment ends."),
    minimum=0,
    maximum=365,
)
COMPLETE_PERCENT = policy.declare(
    "customer.complete",
    int,
    90,
    rule="R-A8",
    unit="%",
    help=_("The record of a key account holds at least this share of what is asked."),
    minimum=1,
    maximum=100,
)


def _lifecycle(
    name: str, default: int, unit: str, help_text: object, maximum: int = 3650
) -> policy.Policy:
    return policy.declare(
        f"lifecycle.{name}",
        int,
        default,
        rule="R-A5",
        unit=unit,
        help=help_text,
        minimum=1,
        maximum=maximum,
    )


LOYAL_YEARS = _lifecycle(
    "loyal_years", 3, "", _("Loyal with orders in this many of the last four years."), 4
)
LOYAL_SATISFACTION = _lifecycle(
    "satisfaction", 8, "", _("Loyal with at least this satisfaction, where it was asked."), 10
)
NO_CONTACT_DAYS = _lifecycle(
    "no_contact", 180, "d", _("Dormant without a held interaction for this long.")
)
NO_ORDER_DAYS = _lifecycle("no_order", 365, "d", _("And without an order for this long."))
REJECTED_DAYS = _lifecycle(
    "rejected", 90, "d", _("A rejected step is not proposed again for this long.")
)
INVITATION_DAYS = policy.declare(
    "portal.invitation",
    int,
    7,
    rule="C033",
    unit="d",
    help=_("A portal invitation can be accepted for this long."),
    minimum=1,
    maximum=14,
)
BIRTHDAY_EARLY_DAYS = policy.declare(
    "birthday.early",
    int,
    7,
    rule="R-R13",
    unit="d",
    help=_("The relationship owner is reminded of a birthday this long before it."),
    minimum=1,
    maximum=60,
)
BIRTHDAY_LATE_DAYS = policy.declare(
    "birthday.late",
    int,
    1,
    rule="R-R13",
    unit="d",
    help=_("The second reminder of a birthday comes this long before it."),
    minimum=0,
    maximum=60,
)
ROTATION_MONTHS = policy.declare(
    "rotation.due",
    int,
    36,
    rule="R-A6",
    unit="month",
    help=_("An account manager hands an account over after this long."),
    minimum=1,
    maximum=120,
)
ROTATION_WARNINGS = (
    policy.declare(
        "rotation.first_warning",
        int,
        33,
        rule="R-A6",
        unit="month",
        help=_("The account manager and the unit head are told of the rotation first at this age."),
        minimum=1,
        maximum=120,
    ),
    policy.declare(
        "rotation.second_warning",
        int,
        35,
        rule="R-A6",
        unit="month",
        help=_("The account manager and the unit head are told of the rotation again at this age."),
        minimum=1,
        maximum=120,
    ),
    ROTATION_MONTHS,
)
MERGE_UNDO_DAYS = policy.declare(
    "merge.undo",
    int,
    30,
    rule="b.1",
    unit="d",
    help=_("A merge of two records can be undone for this long."),
    minimum=1,
    maximum=365,
)
OVERLAP_DAYS = policy.declare(
    "rotation.overlap",
    int,
    30,
    rule="R-A6",
    unit="d",
    help=_("Two account managers work side by side for this long at least."),
    minimum=0,
    maximum=365,
)
RECHECK_DAYS = policy.declare(
    "rotation.recheck",
    int,
    60,
    rule="R-A6",
    unit="d",
    help=_("The successor places everybody anew within this time."),
    minimum=1,
    maximum=365,
)
KEPT_DAYS = policy.declare(
    "rotation.kept",
    int,
    90,
    rule="R-A6",
    unit="d",
    help=_("So long after a handover its support is compared with what it was before."),
    minimum=1,
    maximum=365,
)
ERASURE_DAYS = policy.declare(
    "erasure.due",
    int,
    15,
    rule="R-P3",
    unit="bd",
    help=_("A person who asks for it is erased within this many working days."),
    minimum=1,
    maximum=60,
)
ERASURE_WARN_DAYS = policy.declare(
    "erasure.warn",
    int,
    5,
    rule="R-P3",
    unit="d",
    help=_("Who erases people is reminded this long before a request is due."),
    minimum=0,
    maximum=30,
)
RETENTION_MONTHS = policy.declare(
    "contact.retention",
    int,
    36,
    rule="R-P1",
    unit="month",
    help=_("Somebody who left is proposed for erasure after this time without a touch."),
    minimum=1,
    maximum=240,
)
DETAILS_DAYS = policy.declare(
    "contact.details_kept",
    int,
    180,
    rule="R-P1",
    unit="d",
    help=_("Personal details of somebody who left are deleted after this time."),
    minimum=0,
    maximum=3650,
)
