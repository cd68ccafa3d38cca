"""Admin of the service floor: levels and clauses are edited here, the workflow is only read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from core import clock
from core.admin.base import ReadOnlyAdmin, ReferenceAdmin, each
from core.errors import Refused
from core.web import actor_of
from service.actions import change, contracts
from service.models import (
    Breach,
    Escalation,
    IncidentBulletin,
    PauseInterval,
    ServiceContract,
    ServiceLevel,
    SlaClause,
    SlaClock,
    SlaOverride,
    ThresholdCrossing,
    Ticket,
    TicketEvent,
    VocItem,
)


@admin.register(ServiceLevel)
class ServiceLevelAdmin(ReferenceAdmin):
    """Service levels."""

    list_display = ("code", "name", "rank")
    search_fields = ("code", "name")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: contracts name them."""
        return False


@admin.register(SlaClause)
class SlaClauseAdmin(ReferenceAdmin):
    """Targets: a change is a new version, valid from now at the earliest."""

    list_display = ("kind", "level", "contract", "ticket_class", "severity", "target", "unit",
                    "calendar", "valid_from")  # fmt: skip
    list_filter = ("kind", "level", "severity", "ticket_class")
    list_select_related = ("level", "contract")
    search_fields = ("contract__code", "contract__customer__name")
    autocomplete_fields = ("contract",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: tickets froze this version."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def save_model(self, request: HttpRequest, obj: SlaClause, form: Any, change: bool) -> None:
        """Through the action that everybody else uses."""
        contracts.set_clause(obj, by=actor_of(request, "admin"), now=clock.now())


@admin.register(ServiceContract)
class ServiceContractAdmin(ReadOnlyAdmin):
    """Contracts."""

    list_display = ("code", "customer", "level", "scope", "starts_on", "ends_on", "status")
    list_filter = ("status", "level")
    list_select_related = ("customer", "level")
    search_fields = ("code", "name", "customer__name")


@admin.register(SlaOverride)
class SlaOverrideAdmin(ReadOnlyAdmin):
    """Overrides; they only tighten."""

    list_display = ("customer", "kind", "severity", "target_min", "replaced_min", "starts_at")
    list_select_related = ("customer",)
    search_fields = ("customer__name", "reason")


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """Tickets; open ones can take over today's clauses, after a dry run."""

    list_display = ("code", "customer", "severity", "status", "level", "owner", "reported_at")
    list_filter = ("status", "severity", "level", "ticket_class")
    list_select_related = ("customer", "owner")
    search_fields = ("code", "title", "customer__name", "external_ref")
    actions = ("preview_policy", "apply_policy")

    @admin.action(description=_("Re-apply policy: dry run"), permissions=["operate"])
    def preview_policy(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Say which targets would change; write nothing."""
        by, now = actor_of(request, "admin"), clock.now()
        for row in rows.select_related("customer", "contract")[:100]:
            try:
                differs = change.reapply_policy(row, reason="", by=by, now=now, dry_run=True)
            except Refused as error:
                differs = {"": [str(error.sentence)]}
            self.message_user(request, f"{row}: {differs}", messages.INFO)

    @admin.action(description=_("Re-apply policy"), permissions=["operate"])
    def apply_policy(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Today's clauses from now on; the elapsed time stays."""

        def act(row: Ticket, *, by: Any, now: Any) -> None:
            change.reapply_policy(row, reason="admin", by=by, now=now)

        said = say("%(count)d tickets took over today's clauses")
        each(self, request, rows.select_related("customer", "contract"), act, said)


@admin.register(TicketEvent)
class TicketEventAdmin(ReadOnlyAdmin):
    """The log of tickets."""

    list_display = ("ticket", "sequence", "kind", "effective_at", "recorded_at", "actor")
    list_select_related = ("ticket", "actor")
    search_fields = ("ticket__code",)


@admin.register(SlaClock)
class SlaClockAdmin(ReadOnlyAdmin):
    """Clocks, as of their last event."""

    list_display = ("ticket", "kind", "cycle", "state", "due_at", "elapsed_s", "target_s")
    list_filter = ("kind", "state")
    list_select_related = ("ticket",)
    search_fields = ("ticket__code",)


@admin.register(ThresholdCrossing)
class ThresholdCrossingAdmin(ReadOnlyAdmin):
    """What crossed, at its true time."""

    list_display = ("clock", "pct", "crossed_at", "detected_at", "outcome")
    list_select_related = ("clock",)
    search_fields = ("clock__ticket__code",)


@admin.register(Breach)
class BreachAdmin(ReadOnlyAdmin):
    """Missed targets."""

    list_display = ("clock", "due_at", "breached_at", "reason", "waived_at", "revoked_at")
    list_filter = ("reason", "is_internal")
    list_select_related = ("clock",)
    search_fields = ("clock__ticket__code",)


@admin.register(PauseInterval)
class PauseIntervalAdmin(ReadOnlyAdmin):
    """Pauses."""

    list_display = ("ticket", "reason", "starts_at", "ends_at", "expected_resume_at")
    list_select_related = ("ticket",)
    search_fields = ("ticket__code", "evidence")


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    """Calls."""

    list_display = ("ticket", "kind", "level", "reason", "at", "status", "acknowledged_by")
    list_filter = ("kind", "status")
    list_select_related = ("ticket", "acknowledged_by")
    search_fields = ("ticket__code",)


@admin.register(IncidentBulletin)
class IncidentBulletinAdmin(ReadOnlyAdmin):
    """Bulletins."""

    list_display = ("ticket", "stage", "number", "due_at", "sent_at", "status")
    list_filter = ("stage", "status")
    list_select_related = ("ticket",)
    search_fields = ("ticket__code",)


@admin.register(VocItem)
class VocItemAdmin(ReadOnlyAdmin):
    """Customer voices."""

    list_display = ("code", "customer", "source", "dimension", "status", "owner")
    list_filter = ("status", "source", "dimension")
    list_select_related = ("customer", "owner")
    search_fields = ("code", "customer__name", "text")
