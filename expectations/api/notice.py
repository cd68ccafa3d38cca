"""`/api/v1/customer-notices/` and `/api/v1/alternatives/`."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers

from accounts.models import Contact
from accounts.queries import colleagues
from core import clock
from core.api.fields import ScopedRelatedField
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import reading, verb
from core.filters import Filters, IdFilter
from expectations import rules_delivery as rules
from expectations.actions import notice as actions
from expectations.actions import noticework
from expectations.actions.notice import Offer
from expectations.choices import AlternativeKind, AlternativeStatus
from expectations.filters_delivery import NoticeFilter
from expectations.models import Alternative, CustomerNotice
from expectations.queries.risks import explain


class NoticeShape(Shape):
    """A 72-hour notice: deadline, due time with grace, verdict, how far it is."""

    class Meta:
        model = CustomerNotice
        fields = [
            "id",
            "code",
            "risk",
            "customer",
            "deadline_at",
            "due_at",
            "internal_target_at",
            "what",
            "effect",
            "expected_at",
            "recipients",
            "approver",
            "approved_at",
            "sent_at",
            "told_at",
            "acknowledged_at",
            "acknowledged_by",
            "overdue_since",
            "verdict",
            "status",
            "updated_at",
            "version",
        ]


class OfferInput(Input):
    """One alternative."""

    kind = serializers.ChoiceField(choices=AlternativeKind.choices)
    text = serializers.CharField(max_length=300)
    owner = ScopedRelatedField(queryset=colleagues)
    due_at = serializers.DateTimeField()
    effect_on_date = serializers.CharField(max_length=120, required=False, allow_blank=True)
    effect_on_cost = serializers.CharField(max_length=120, required=False, allow_blank=True)
    effect_on_scope = serializers.CharField(max_length=120, required=False, allow_blank=True)


class DraftInput(Input):
    """The text, to whom it goes, and what is offered."""

    what = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    effect = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    expected_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    recipients = serializers.ListField(
        child=ScopedRelatedField(queryset=Contact.objects.visible_to), max_length=50
    )
    alternatives = serializers.ListField(child=OfferInput(), max_length=5)
    no_alternative_reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default=""
    )


class CallInput(Input):
    """A phone call."""

    contact = ScopedRelatedField(queryset=Contact.objects.visible_to)
    at = serializers.DateTimeField()
    evidence = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class VerdictShape(serializers.Serializer):
    """The verdict now, and why, step by step."""

    verdict = serializers.CharField()
    deadline_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    impact_at = serializers.DateTimeField()
    told_at = serializers.DateTimeField(allow_null=True)
    lead_h = serializers.FloatField(allow_null=True)
    steps = serializers.ListField(child=serializers.CharField())


class NoticeResource(ReadResource):
    """72-hour notices; one appears with each risk to a customer."""

    scope = "customer-notices"
    shape, filterset_class = NoticeShape, NoticeFilter
    orderings = ("deadline_at", "-deadline_at", "-id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Notices of visible customers."""
        rows = CustomerNotice.objects.visible_to(user)
        return rows.select_related("risk__project__customer", "customer").prefetch_related(
            "recipients"
        )

    @verb(input=DraftInput, may=rules.may_draft_notice, rule="R-E4")
    def draft(self, row: CustomerNotice, values: dict, *, by: Any, now: Any) -> None:
        """Write or rewrite the text; alternatives are replaced."""
        offers = [Offer(**each) for each in values.pop("alternatives")]
        actions.draft(row, offers=offers, by=by, now=now, **values)

    @verb(may=rules.may_approve_notice, rule="b.6", people_only=True)
    def approve(self, row: CustomerNotice, values: dict, *, by: Any, now: Any) -> None:
        """AR or deputy."""
        actions.approve(row, by=by, now=now)

    @verb(may=rules.may_approve_notice, rule="R-E4", people_only=True)
    def except_alternative(self, row: CustomerNotice, values: dict, *, by: Any, now: Any) -> None:
        """There is no feasible alternative: somebody other than the drafter."""
        actions.except_alternative(row, by=by, now=now)

    @verb(may=rules.may_send_notice, rule="R-E4", people_only=True)
    def send(self, row: CustomerNotice, values: dict, *, by: Any, now: Any) -> None:
        """Tell the customer by e-mail and portal."""
        actions.send(row, by=by, now=now)

    @verb(input=CallInput, may=rules.may_draft_notice, rule="R-E4", people_only=True)
    def told_orally(self, row: CustomerNotice, values: dict, *, by: Any, now: Any) -> None:
        """A call; it counts from its written confirmation."""
        actions.told_orally(row, values.pop("contact"), by=by, now=now, **values)

    @verb(may=rules.may_settle_notice, rule="R-E4", people_only=True)
    def settle(self, row: CustomerNotice, values: dict, *, by: Any, now: Any) -> None:
        """What was agreed is done."""
        actions.settle(row, by=by, now=now)

    @reading(output=VerdictShape)
    def verdict(self, row: CustomerNotice) -> dict[str, Any]:
        """The verdict at this moment and its steps (clocks.md 6)."""
        result = noticework.result_of(row, clock.now())
        return {
            "verdict": result.status,
            "deadline_at": result.deadline,
            "due_at": result.due,
            "impact_at": result.impact_at,
            "told_at": result.told_at,
            "lead_h": result.lead_h,
            "steps": explain(result),
        }


class AlternativeShape(Shape):
    """What is offered instead."""

    class Meta:
        model = Alternative
        fields = [
            "id",
            "notice",
            "kind",
            "text",
            "effect_on_date",
            "effect_on_cost",
            "effect_on_scope",
            "owner",
            "due_at",
            "status",
            "updated_at",
            "version",
        ]


class AlternativeFilter(Filters):
    """Alternatives."""

    notice = IdFilter()
    status = django_filters.ChoiceFilter(choices=AlternativeStatus.choices)

    class Meta:
        model = Alternative
        fields: list[str] = []


class AlternativeResource(ReadResource):
    """Alternatives of notices; they are written with the draft."""

    scope = "customer-notices"
    shape, filterset_class = AlternativeShape, AlternativeFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Alternatives of visible notices."""
        notices = CustomerNotice.objects.visible_to(user).values("pk")
        return Alternative.objects.filter(notice__in=notices)
