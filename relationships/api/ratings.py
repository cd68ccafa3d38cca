"""`/api/v1/rating-rounds/`: several people rate one contact without each other's score."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Contact, Customer, Opportunity
from accounts.queries import colleagues
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from relationships import rules
from relationships.actions import ratings
from relationships.api.noted import NotedReads
from relationships.filters import RatingRoundFilter
from relationships.grid import HIGHEST, LOWEST
from relationships.models import RatingRound
from relationships.queries.rounds import view_of, with_ratings


class RatingShape(serializers.Serializer):
    """One rater; the score is null until it is given and the reader may see it."""

    rater = serializers.IntegerField()
    given_at = serializers.DateTimeField(allow_null=True)
    intimacy = serializers.IntegerField(allow_null=True)
    support = serializers.IntegerField(allow_null=True)
    evidence = serializers.CharField()


class RatingRoundShape(Shape):
    """A round; scores show to whoever gave theirs, and to all readers once it is closed."""

    ratings = serializers.SerializerMethodField()

    class Meta:
        model = RatingRound
        fields = [
            "id", "customer", "contact", "opportunity", "question", "asked_by", "closes_on",
            "status", "closed_at", "ratings", "updated_at", "version",
        ]  # fmt: skip

    @extend_schema_field(RatingShape(many=True))
    def get_ratings(self, row: RatingRound) -> list[dict[str, Any]]:
        """The raters as this reader may see them."""
        shown = view_of(row, self.context["request"].user)
        open_ = {each.pk for each in shown.scores}
        rows = [
            {
                "rater": each.rater_id,
                "given_at": each.given_at,
                "intimacy": each.intimacy if each.pk in open_ else None,
                "support": each.support if each.pk in open_ else None,
                "evidence": each.evidence if each.pk in open_ else "",
            }
            for each in shown.ratings
        ]
        return RatingShape(rows, many=True).data


class RatingRoundInput(Input):
    """Whom to ask about whom, and until when."""

    contact = ScopedRelatedField(
        queryset=lambda user: Contact.objects.filter(
            customer__in=Customer.objects.confidential_to(user)
        ).select_related("customer__owning_unit")
    )
    raters = serializers.ListField(
        child=ScopedRelatedField(queryset=colleagues), min_length=1, max_length=20
    )
    opportunity = ScopedRelatedField(
        queryset=Opportunity.objects.visible_to,
        required=False,
        allow_null=True,
        help_text="Ask where they stand in this deal only.",
    )
    question = serializers.CharField(max_length=200, required=False, allow_blank=True)
    closes_on = serializers.DateField(required=False)


class RatingInput(Input):
    """The own score and what shows it."""

    intimacy = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    support = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    evidence = serializers.CharField(max_length=2000)


class RatingRoundResource(NotedReads, CreateResource):
    """Rounds of ratings by several people (R-R2); a person asks, a person rates."""

    scope = "grid-assessments"
    confidential = create_people_only = True
    shape, input = RatingRoundShape, RatingRoundInput
    filterset_class = RatingRoundFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        return with_ratings(RatingRound.objects.visible_to(user))

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> RatingRound:
        """Ask."""
        return ratings.ask(values.pop("contact"), values.pop("raters"), by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_propose(user, values["contact"].customer)

    @verb(
        input=RatingInput,
        may=rules.may_rate,
        rule="R-R2",
        people_only=True,
        confidential=True,
    )
    def rate(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Give the own score, once; it shows to those who gave theirs."""
        point = values["intimacy"], values["support"]
        ratings.rate(row, point, by=by, now=now, evidence=values["evidence"])
        return self.rows(by.user).get(pk=row.pk)

    @verb(may=rules.may_end_round, rule="R-R2", people_only=True, confidential=True)
    def close(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Close with the scores given so far."""
        return ratings.close(row, by=by, now=now)

    @verb(may=rules.may_end_round, rule="R-R2", people_only=True, confidential=True)
    def cancel(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Cancel; the scores given so far are dropped."""
        ratings.cancel(row, by=by, now=now)
        return self.rows(by.user).get(pk=row.pk)
