"""`/api/v1/key-action-reviews/`: people write them, machines read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import reviews
from accounts.filters_value import ReviewFilter
from accounts.models import KeyActionReview, KeyActionScore, Scorecard
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class ActionScoreShape(Shape):
    """One of the nine; `computed` is null without evidence."""

    evidence = serializers.ListField(child=serializers.DictField(), read_only=True)

    class Meta:
        model = KeyActionScore
        fields = ["action", "evidence", "computed", "self_score", "manager_score", "comment"]


class ReviewShape(Shape):
    """The review beside a scorecard; `result` is the appraisal once it is confirmed."""

    scores = ActionScoreShape(many=True, read_only=True)

    class Meta:
        model = KeyActionReview
        fields = [
            "id", "scorecard", "status", "scores", "actions_part", "result", "reviewed_by",
            "confirmed_by", "confirmed_at", "created_at", "updated_at", "version",
        ]  # fmt: skip


class ReviewInput(Input):
    """Of which scorecard."""

    scorecard = ScopedRelatedField(queryset=Scorecard.objects.visible_to)


class FillInput(Input):
    """A score for each of the nine, 0 to 10."""

    scores = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=10))


class ScoreInput(FillInput):
    """The same of the manager, with comments by key."""

    comments = serializers.DictField(
        child=serializers.CharField(max_length=300, allow_blank=True), required=False
    )


def _own(user: Any, row: KeyActionReview) -> bool:
    return user.pk == row.scorecard.person_id


def _heads(user: Any, row: KeyActionReview) -> bool:
    return rules.may_confirm_scorecard(user, row.scorecard)


def _opens(user: Any, row: KeyActionReview) -> bool:
    return rules.may_open_scorecard(user, row.scorecard.unit)


class ReviewResource(CreateResource):
    """Reviews of key actions (R-K5, R-K6)."""

    scope = "scorecards"
    create_people_only = True
    shape, input = ReviewShape, ReviewInput
    filterset_class = ReviewFilter
    orderings = ("-id", "id")

    def rows(self, user: Any) -> Any:
        """With the scorecards in sight."""
        rows = KeyActionReview.objects.visible_to(user).prefetch_related("scores")
        return rows.select_related("scorecard__unit", "scorecard__person")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> KeyActionReview:
        """Open one."""
        return reviews.open_review(values["scorecard"], by=by, now=now)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As opening the scorecard."""
        return rules.may_open_scorecard(user, values["scorecard"].unit)

    @verb(may=_opens, rule="R-K5", people_only=True)
    def gather(self, row: KeyActionReview, values: dict, *, by: Any, now: Any) -> Any:
        """Read the evidence anew."""
        return reviews.gather(row, by=by, now=now)

    @verb(input=FillInput, may=_own, rule="R-K5", people_only=True)
    def fill(self, row: KeyActionReview, values: dict, *, by: Any, now: Any) -> Any:
        """The person scores all nine."""
        return reviews.fill(row, values["scores"], by=by, now=now)

    @verb(input=ScoreInput, may=_heads, rule="R-K5", people_only=True)
    def review(self, row: KeyActionReview, values: dict, *, by: Any, now: Any) -> Any:
        """The manager scores all nine."""
        said = values.get("comments", {})
        pairs = {key: (score, said.get(key, "")) for key, score in values["scores"].items()}
        return reviews.review(row, pairs, by=by, now=now)

    @verb(may=_heads, rule="R-K6", people_only=True)
    def confirm(self, row: KeyActionReview, values: dict, *, by: Any, now: Any) -> Any:
        """Figures and actions together are the appraisal."""
        return reviews.confirm(row, by=by, now=now)
