"""`/api/v1/strategy-fit-assessments/` and `tier-assessments/`: confidential, people only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules, tiers
from accounts.actions import fit, tier
from accounts.choices import Tier
from accounts.filters import FitFilter, TierFilter
from accounts.models import Customer, StrategyFitAssessment, TierAssessment
from accounts.queries import scored
from core import clock
from core.api.bulk import Resource
from core.api.fields import KeyField, ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import reading, verb

STEPS = [
    "status",
    "submitted_at",
    "submitted_by",
    "approver",
    "decided_at",
    "decision_note",
    "updated_at",
    "version",
]


def _assesses(user: Any, row: Any) -> bool:
    return rules.may_assess(user, row.customer)


class ScoreField(serializers.IntegerField):
    """A score from 0 to 100."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=0, max_value=100, **more)


class NoteInput(Input):
    """What is missing."""

    note = serializers.CharField(max_length=300)


class FitShape(Shape):
    """How the customer's direction matches ours."""

    class Meta:
        model = StrategyFitAssessment
        fields = [
            "id",
            "customer",
            "as_of",
            "horizon_years",
            *fit.SCORES,
            "fit",
            "trend",
            "evidence",
            *STEPS,
        ]


class FitChange(Input):
    """Five scores with their evidence."""

    as_of = serializers.DateField()
    horizon_years = serializers.IntegerField(min_value=3, max_value=5, required=False)
    investment_areas = ScoreField()
    business_scope = ScoreField()
    organisation_mode = ScoreField()
    main_business_position = ScoreField()
    future_value = ScoreField()
    evidence = serializers.CharField(max_length=20_000, required=False, allow_blank=True)


class FitInput(FitChange):
    """A new draft."""

    customer = ScopedRelatedField(queryset=Customer.objects.confidential_to)


class FitResource(Resource):
    """Strategy fit assessments (R-A2)."""

    scope = "strategy-fit-assessments"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = FitShape, FitInput, FitChange
    filterset_class = FitFilter
    orderings = ("-id", "id", "-as_of", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        return StrategyFitAssessment.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> StrategyFitAssessment:
        """A draft."""
        return fit.draft(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: StrategyFitAssessment, values: dict, *, by: Any, now: Any, version: int
    ) -> None:
        """Edit a draft or a returned one."""
        fit.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Account team and heads above."""
        return rules.may_assess(user, values["customer"])

    def may_change(self, user: Any, row: StrategyFitAssessment) -> bool:
        """Account team and heads above."""
        return rules.may_assess(user, row.customer)

    @verb(may=_assesses, rule="R-A2", people_only=True, confidential=True)
    def submit(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Ask for approval."""
        return fit.submit(row, by=by, now=now)

    @verb(may=rules.may_decide_fit, rule="R-A2", people_only=True, confidential=True)
    def approve(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Approve; never by the submitter or the account manager."""
        return fit.approve(row, by=by, now=now)

    @verb(
        input=NoteInput,
        may=rules.may_decide_fit,
        rule="R-A2",
        people_only=True,
        confidential=True,
        path="return",
    )
    def give_back(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Return it with a sentence."""
        return fit.return_(row, values["note"], by=by, now=now)


class TierShape(Shape):
    """The score behind a tier."""

    proposed_tier = KeyField(Tier)
    approved_tier = KeyField(Tier)

    class Meta:
        model = TierAssessment
        fields = [
            "id",
            "customer",
            "as_of",
            "fit",
            "current_value",
            "potential",
            "influence",
            "score",
            "proposed_tier",
            "approved_tier",
            "override_reason",
            "valid_until",
            "evidence",
            *STEPS,
        ]


class TierChange(Input):
    """Three scores with their evidence; the fit is the approved one."""

    as_of = serializers.DateField()
    current_value = ScoreField()
    potential = ScoreField()
    influence = ScoreField()
    evidence = serializers.CharField(max_length=20_000, required=False, allow_blank=True)


class TierInput(TierChange):
    """A new draft."""

    customer = ScopedRelatedField(queryset=Customer.objects.confidential_to)


class ApproveInput(Input):
    """The tier, if not the proposed one, and then why."""

    tier = KeyField(Tier, required=False)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class TermShape(serializers.Serializer):
    """One line of the sum."""

    part = serializers.CharField()
    value = serializers.DecimalField(max_digits=5, decimal_places=2)
    weight = serializers.IntegerField()
    points = serializers.DecimalField(max_digits=5, decimal_places=2)


class ExplanationShape(serializers.Serializer):
    """Why the score is what it is, with the weights in force now."""

    score = serializers.DecimalField(max_digits=5, decimal_places=2)
    tier = KeyField(Tier)
    fit_short = serializers.BooleanField()
    to_next = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    terms = TermShape(many=True)


class TierResource(Resource):
    """Tier assessments (R-A1)."""

    scope = "tier-assessments"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = TierShape, TierInput, TierChange
    filterset_class = TierFilter
    orderings = ("-id", "id", "-as_of", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        return TierAssessment.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> TierAssessment:
        """A draft."""
        return tier.draft(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: TierAssessment, values: dict, *, by: Any, now: Any, version: int
    ) -> None:
        """Edit a draft or a returned one."""
        tier.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Account team and heads above."""
        return rules.may_assess(user, values["customer"])

    def may_change(self, user: Any, row: TierAssessment) -> bool:
        """Account team and heads above."""
        return rules.may_assess(user, row.customer)

    @verb(may=_assesses, rule="R-A1", people_only=True, confidential=True)
    def submit(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Ask for approval."""
        return tier.submit(row, by=by, now=now)

    @verb(
        input=ApproveInput,
        may=rules.may_decide_any_tier,
        rule="R-A1",
        people_only=True,
        confidential=True,
    )
    def approve(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Approve: A, B, C by the regional head, S by an executive."""
        return decide_tier(row, values.get("tier"), values["reason"], by=by, now=now)

    @verb(
        input=NoteInput,
        may=rules.may_decide_any_tier,
        rule="R-A1",
        people_only=True,
        confidential=True,
        path="return",
    )
    def give_back(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Return it with a sentence."""
        return tier.return_(row, values["note"], by=by, now=now)

    @reading(output=ExplanationShape, confidential=True)
    def explanation(self, row: TierAssessment) -> tiers.Scored:
        """Value × weight = points, and what is missing for the next tier."""
        parts = {part: getattr(row, part) for part in tiers.PARTS}
        return scored(parts, at=clock.now())


def decide_tier(row: TierAssessment, wish: Any, reason: str, *, by: Any, now: Any) -> Any:
    """Approve as this person; 403 when the tier is not theirs to give."""
    rules.ask_tier(by.user, row, wish)
    return tier.approve(row, tier=wish, reason=reason, by=by, now=now)
