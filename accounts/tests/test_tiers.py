"""Tier score and fit just before, at and after each cut (R-A1, R-A2)."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts import tiers
from accounts.choices import FitTrend, Tier


def parts(fit, current=0, potential=0, influence=0):
    return {
        "fit": Decimal(str(fit)),
        "current_value": current,
        "potential": potential,
        "influence": influence,
    }


def test_the_score_is_the_weighted_mean_and_explains_itself():
    scored = tiers.score(parts(90, 80, 70, 60))

    assert scored.score == Decimal("79.50")
    assert [(term.part, term.weight, term.points) for term in scored.terms] == [
        ("fit", 40, Decimal("36.00")),
        ("current_value", 25, Decimal("20.00")),
        ("potential", 25, Decimal("17.50")),
        ("influence", 10, Decimal("6.00")),
    ]
    assert scored.to_next == Decimal("0.50")


@pytest.mark.parametrize(
    ("total", "fit", "tier"),
    [
        ("79.99", 90, Tier.A),
        ("80.00", 90, Tier.S),
        ("80.01", 90, Tier.S),
        ("80.00", "69.99", Tier.A),
        ("80.00", 70, Tier.S),
        ("64.99", 90, Tier.B),
        ("65.00", 0, Tier.A),
        ("44.99", 90, Tier.C),
        ("45.00", 0, Tier.B),
        ("0", 0, Tier.C),
        ("100", 100, Tier.S),
    ],
)
def test_cuts_decide_at_the_score_itself(total, fit, tier):
    assert tiers.tier_for(Decimal(total), Decimal(str(fit)), tiers.Cuts()) == tier


def test_a_high_score_with_a_low_fit_is_a_and_says_why():
    scored = tiers.score(parts(69, 100, 100, 100))

    assert (scored.score, scored.tier, scored.fit_short) == (Decimal("87.60"), Tier.A, True)
    assert scored.to_next == 0


def test_the_rounded_score_decides_because_it_is_what_one_sees():
    assert tiers.score(parts("79.99", 80, 80, 80)).score == Decimal("80.00")
    assert tiers.score(parts("79.99", 80, 80, 80)).tier == Tier.S


def test_weights_that_do_not_sum_to_100_still_give_a_mean():
    weights = tiers.Weights(fit=50, current_value=50, potential=50, influence=50)

    assert tiers.score(parts(80, 60, 40, 20), weights).score == Decimal("50.00")


@pytest.mark.parametrize(
    ("day", "tier", "until"),
    [
        ("2026-03-02", Tier.S, "2027-03-02"),
        ("2026-03-02", Tier.A, "2027-03-02"),
        ("2026-03-02", Tier.B, "2028-03-02"),
        ("2026-03-02", Tier.C, "2028-03-02"),
        ("2024-02-29", Tier.S, "2025-02-28"),
        ("2026-12-31", Tier.A, "2027-12-31"),
    ],
)
def test_s_and_a_are_valid_12_months_b_and_c_24(day, tier, until):
    found = tiers.valid_until(dt.date.fromisoformat(day), tier, key_months=12, other_months=24)

    assert found == dt.date.fromisoformat(until)


def test_fit_is_the_mean_of_five_scores():
    assert tiers.mean_fit([100, 90, 80, 70, 61]) == Decimal("80.20")
    assert tiers.mean_fit([0, 0, 0, 0, 1]) == Decimal("0.20")


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        (None, 50, FitTrend.STABLE),
        ("60", "50.01", FitTrend.STABLE),
        ("60", "50", FitTrend.DIVERGING),
        ("60", "49.99", FitTrend.DIVERGING),
        ("50", "59.99", FitTrend.STABLE),
        ("50", "60", FitTrend.CONVERGING),
        ("50", "60.01", FitTrend.CONVERGING),
    ],
)
def test_ten_points_make_a_trend(before, now, trend):
    last = None if before is None else Decimal(before)

    assert tiers.trend(last, Decimal(now)) == trend
