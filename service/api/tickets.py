"""`/api/v1/tickets/`: report, describe, and every verb of the workflow."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Contact, Customer, OrgUnit
from accounts.queries import colleagues, customer_seen_by
from core.api.bulk import Resource
from core.api.fields import KeyField, ScopedRelatedField
from core.api.shapes import Input
from core.api.verbs import verb
from core.custom.api import NAMES, CustomInput, CustomShape
from service import rules
from service.actions import change, escalations, outcome, pauses, work
from service.actions.log import When
from service.actions.reporting import Report, report
from service.choices import (
    Channel,
    EscalationReason,
    Level,
    Line,
    PauseReason,
    RootCause,
    Severity,
    TicketClass,
)
from service.filters import TicketFilter
from service.models import Ticket


def contacts(user: Any) -> Any:
    """Contacts of customers within sight."""
    return Contact.objects.filter(customer__in=Customer.objects.visible_to(user))


class TicketShape(CustomShape):
    """A ticket with the times that its events gave it."""

    severity = KeyField(Severity)
    line = KeyField(Line)

    class Meta:
        model = Ticket
        fields = [
            "id",
            "code",
            "customer",
            "contact",
            "contract",
            "site",
            "asset_serial",
            "channel",
            "ticket_class",
            "severity",
            "outage",
            "kdm_involved",
            "title",
            "text",
            "status",
            "line",
            "owner",
            "group",
            "level",
            "entitlement",
            "entitlement_basis",
            "is_internal",
            "occurred_at",
            "reported_at",
            "accepted_at",
            "responded_at",
            "dispatched_at",
            "arrived_at",
            "restored_at",
            "resolved_at",
            "confirmed_at",
            "closed_at",
            "root_cause",
            "root_cause_text",
            "fix",
            "workaround",
            "unconfirmed",
            "assumed",
            "reopened_count",
            "parent",
            "follows",
            "external_source",
            "external_ref",
            "created_at",
            "updated_at",
            "version",
            *NAMES,
        ]


class TicketChange(CustomInput):
    """What an edit may set; the workflow moves by verbs."""

    title = serializers.CharField(max_length=160, required=False)
    text = serializers.CharField(max_length=20000, required=False, allow_blank=True)
    site = serializers.CharField(max_length=120, required=False, allow_blank=True)
    asset_serial = serializers.CharField(max_length=80, required=False, allow_blank=True)
    outage = serializers.BooleanField(required=False)
    kdm_involved = serializers.BooleanField(required=False)
    contact = ScopedRelatedField(queryset=contacts, required=False, allow_null=True)


class TicketInput(TicketChange):
    """A report. `reported_at`: not in the future, older than 24 h only with `reason`."""

    title = serializers.CharField(max_length=160)
    customer = ScopedRelatedField(queryset=Customer.objects.visible_to, one=customer_seen_by)
    severity = KeyField(Severity)
    ticket_class = serializers.ChoiceField(
        choices=TicketClass.choices, required=False, default=TicketClass.FAULT
    )
    channel = serializers.ChoiceField(choices=Channel.choices, required=False, default=Channel.API)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True)
    reported_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    group = ScopedRelatedField(queryset=OrgUnit.objects.visible_to, required=False, allow_null=True)
    parent = ScopedRelatedField(queryset=Ticket.objects.visible_to, required=False, allow_null=True)
    follows = ScopedRelatedField(
        queryset=Ticket.objects.visible_to, required=False, allow_null=True
    )
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class WhenInput(Input):
    """When it happened, if not now."""

    at = serializers.DateTimeField(required=False, allow_null=True)
    why_late = serializers.CharField(max_length=300, required=False, allow_blank=True)
    second_person = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)


class TextInput(WhenInput):
    """A text, perhaps afterwards."""

    text = serializers.CharField(max_length=5000)


class NoteInput(Input):
    """A text."""

    text = serializers.CharField(max_length=5000)


class AssignInput(Input):
    """The next owner."""

    owner = ScopedRelatedField(queryset=colleagues)


class PauseInput(WhenInput):
    """Reason, evidence, expected end."""

    reason = serializers.ChoiceField(choices=PauseReason.choices)
    evidence = serializers.CharField(max_length=500)
    question = serializers.CharField(max_length=500, required=False, allow_blank=True)
    expected_resume_at = serializers.DateTimeField()
    agreed_by = serializers.CharField(max_length=80, required=False, allow_blank=True)


class RestoreInput(TextInput):
    """How service came back."""

    confirmed = serializers.BooleanField(required=False, default=False)


class ResolveInput(WhenInput):
    """What was done."""

    fix = serializers.CharField(max_length=5000)


class ConfirmInput(WhenInput):
    """Who confirmed it, and how."""

    evidence = serializers.CharField(max_length=500)


class CloseInput(WhenInput):
    """Root cause and fix."""

    root_cause = serializers.ChoiceField(choices=RootCause.choices)
    root_cause_text = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    fix = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class ReasonInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=300)


class SeverityInput(WhenInput):
    """The new severity."""

    severity = KeyField(Severity)
    reason = serializers.CharField(max_length=300)
    by_customer = serializers.BooleanField(required=False, default=False)
    consent = serializers.CharField(max_length=300, required=False, allow_blank=True)


class LevelInput(Input):
    """The new level."""

    level = serializers.ChoiceField(choices=Level.choices)
    reason = serializers.CharField(max_length=300)


class EscalateInput(Input):
    """Why management is called."""

    reason = serializers.ChoiceField(choices=EscalationReason.choices)
    text = serializers.CharField(max_length=300)


def when_of(values: dict[str, Any]) -> When:
    """The time of a step, taken out of the values."""
    return When(
        values.pop("at", None), values.pop("why_late", ""), values.pop("second_person", None)
    )


class TicketResource(Resource):
    """Tickets (ITR)."""

    scope = "tickets"
    shape, input, change_input = TicketShape, TicketInput, TicketChange
    filterset_class, answers_as_made, alike = TicketFilter, True, True
    orderings = ("-id", "id", "queue_at", "-reported_at", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight, and one's own."""
        return Ticket.objects.visible_to(user).select_related("customer", "owner", "contact")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Ticket:
        """Entitlement is computed and the clocks start at `reported_at`."""
        customer = values.pop("customer")
        when = When(values.pop("reported_at", None), values.pop("reason", ""))
        return report(customer, Report(**values), by=by, now=now, when=when)

    def change_row(
        self, row: Ticket, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Change what describes the ticket."""
        for name in TicketInput().fields.keys() - TicketChange().fields.keys():
            values.pop(name, None)
        values.pop("external_source", None)
        change.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever sees the customer."""
        return rules.may_report(user, values["customer"])

    def may_change(self, user: Any, row: Ticket) -> bool:
        """Whoever works on it."""
        return rules.may_work(user, row)

    @verb(input=WhenInput, may=rules.may_work, rule="b.4.1", people_only=True)
    def accept(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Accept the ticket."""
        work.accept(row, by=by, now=now, when=when_of(values))

    @verb(may=rules.may_work, rule="b.4.1", people_only=True)
    def claim(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Take an unclaimed ticket."""
        work.claim(row, by=by, now=now)

    @verb(may=rules.may_work, rule="b.4.1", people_only=True)
    def unclaim(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Give it back."""
        work.unclaim(row, by=by, now=now)

    @verb(input=AssignInput, may=rules.may_work, rule="b.4.1")
    def assign(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Hand it to a person."""
        work.assign(row, by=by, now=now, **values)

    @verb(input=TextInput, may=rules.may_work, rule="clocks.md 2", people_only=True)
    def contact(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Record a human contact; the first one stops the response clock."""
        when = when_of(values)
        work.contact(row, by=by, now=now, when=when, **values)

    @verb(input=TextInput, may=rules.may_work, rule="clocks.md 2", people_only=True, path="update")
    def update_sent(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Send the customer an update; the next cycle of the update clock begins."""
        when = when_of(values)
        work.send_update(row, by=by, now=now, when=when, **values)

    @verb(input=TextInput, may=rules.may_work, rule="clocks.md 2")
    def message(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """A message of the customer arrived; a paused ticket counts again."""
        when = when_of(values)
        work.receive(row, by=by, now=now, when=when, **values)

    @verb(input=NoteInput, may=rules.may_work, rule="b.4.1")
    def note(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Add an internal note."""
        work.note(row, by=by, now=now, **values)

    @verb(input=PauseInput, may=rules.may_work, rule="clocks.md 2", people_only=True)
    def pause(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Stop the clocks that may stop for this reason."""
        when = when_of(values)
        pauses.pause(row, by=by, now=now, when=when, **values)

    @verb(input=WhenInput, may=rules.may_work, rule="clocks.md 2")
    def resume(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Let the clocks run on."""
        pauses.resume(row, by=by, now=now, when=when_of(values))

    @verb(
        input=WhenInput, may=rules.may_work, rule="clocks.md 2", people_only=True, path="dispatch"
    )
    def dispatch_engineer(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Send an engineer; starts the on-site clock."""
        work.dispatch(row, by=by, now=now, when=when_of(values))

    @verb(input=WhenInput, may=rules.may_work, rule="clocks.md 2")
    def arrive(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """The engineer is on site."""
        work.arrive(row, by=by, now=now, when=when_of(values))

    @verb(input=RestoreInput, may=rules.may_work, rule="clocks.md 2")
    def restore(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Service is back; a machine's word is evidence, not the customer's confirmation."""
        when = when_of(values)
        outcome.restore(row, by=by, now=now, when=when, **values)

    @verb(input=ResolveInput, may=rules.may_work, rule="b.4.1", people_only=True)
    def resolve(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """The solution is with the customer."""
        when = when_of(values)
        outcome.resolve(row, by=by, now=now, when=when, **values)

    @verb(input=ConfirmInput, may=rules.may_work, rule="b.6", people_only=True)
    def confirm(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """The customer accepted it, as staff recorded."""
        when = when_of(values)
        outcome.confirm(row, by=by, now=now, when=when, **values)

    @verb(input=TextInput, may=rules.may_work, rule="b.6", people_only=True)
    def reject(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """The customer did not accept it."""
        when = when_of(values)
        outcome.reject(row, by=by, now=now, when=when, **values)

    @verb(input=CloseInput, may=rules.may_work, rule="b.4.1", people_only=True)
    def close(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Close with root cause and fix, once the customer confirmed."""
        when = when_of(values)
        outcome.close(row, by=by, now=now, when=when, **values)

    @verb(input=NoteInput, may=rules.may_work, rule="clocks.md 4", people_only=True)
    def reopen(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Reopen within ten days."""
        outcome.reopen(row, by=by, now=now, **values)

    @verb(input=ReasonInput, may=rules.may_work, rule="b.4.1", people_only=True)
    def cancel(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Cancel a reported or accepted ticket."""
        outcome.cancel(row, by=by, now=now, **values)

    @verb(input=TextInput, may=rules.may_work, rule="R-T8", people_only=True)
    def call_back(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Record the callback after closing."""
        when = when_of(values)
        outcome.call_back(row, by=by, now=now, when=when, **values)

    @verb(input=SeverityInput, may=rules.may_work, rule="clocks.md 4")
    def severity(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Raise or, with the customer's consent, lower the severity."""
        when = when_of(values)
        change.change_severity(row, by=by, now=now, when=when, **values)

    @verb(input=LevelInput, may=rules.may_lower, rule="clocks.md 4", people_only=True)
    def level(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Another service level applies from now."""
        change.change_level(row, by=by, now=now, **values)

    @verb(input=NoteInput, may=rules.may_work, rule="R-T4", people_only=True)
    def hand_over(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Hand to the next support line."""
        escalations.next_line(row, by=by, now=now, **values)

    @verb(may=rules.may_work, rule="R-T4", people_only=True)
    def take_over(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """The line takes the ticket."""
        escalations.take_over(row, by=by, now=now)

    @verb(input=EscalateInput, may=rules.may_work, rule="R-T5", people_only=True)
    def escalate(self, row: Ticket, values: dict, *, by: Any, now: Any) -> None:
        """Call management."""
        escalations.escalate(row, by=by, now=now, **values)
