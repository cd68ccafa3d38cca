"""Adjustable numbers of what a customer is worth: cash-flow proposals, the shrinking budget."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

CASH_IN_A_ROW = policy.declare(
    "cash_flow.diverging_in_a_row",
    int,
    2,
    rule="R-A3",
    help=_("So many approved fits in a row must diverge before a proposal."),
    minimum=1,
    maximum=10,
)
CASH_FIT = policy.declare(
    "cash_flow.fit_below",
    int,
    40,
    rule="R-A3",
    help=_("A fit below this is a ground for a proposal."),
    minimum=0,
    maximum=100,
)
CASH_STEP = policy.declare(
    "cash_flow.step",
    int,
    20,
    rule="R-A4",
    unit="%",
    help=_("Each half-year the budget falls by this share of where it began."),
    minimum=1,
    maximum=100,
)
CASH_FLOOR = policy.declare(
    "cash_flow.floor",
    int,
    40,
    rule="R-A4",
    unit="%",
    help=_("The budget never falls below this share of where it began."),
    minimum=0,
    maximum=100,
)
CASH_REVIEW_MONTHS = policy.declare(
    "cash_flow.review",
    int,
    6,
    rule="R-A4",
    unit="month",
    help=_("A confirmed designation is looked at again after this time."),
    minimum=1,
    maximum=36,
)
RETENTION_FACTOR = policy.declare(
    "portfolio.retention_factor",
    int,
    5,
    rule="E-27",
    help=_("Winning a customer costs so many times what keeping one does; sources say 3 to 7."),
    minimum=1,
    maximum=20,
)
SCORE_CUSTOMER = policy.declare(
    "scorecard.customer_weight",
    int,
    30,
    rule="R-K3",
    unit="%",
    help=_("Satisfaction and attainment weigh at least so much together in a business unit."),
    minimum=0,
    maximum=100,
)
SCORE_MOST = policy.declare(
    "scorecard.most",
    int,
    120,
    rule="R-K4",
    unit="%",
    help=_("A figure scores at most so much, however far it lies above its target."),
    minimum=100,
    maximum=200,
)
