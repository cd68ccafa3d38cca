"""Admin pages of the relationship floor: kinds are edited, the rest is read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ReadOnlyAdmin, ReferenceAdmin
from relationships.models import (
    CadenceResult,
    CadenceRule,
    CalendarFeed,
    CompetitorStance,
    CoverageCell,
    GiftRecord,
    GridAssessment,
    InfluenceEdge,
    InnovationTopic,
    Interaction,
    InteractionType,
    JointInnovationCentre,
    LayerSnapshot,
    LockedProject,
    Minutes,
    MinutesLine,
    PowerMap,
    PowerSeat,
    Rating,
    RatingRound,
    RelationshipPlan,
    StrategicAgreement,
)


@admin.register(InteractionType)
class InteractionTypeAdmin(ReferenceAdmin):
    """Kinds of interaction (E-12)."""

    list_display = ["code", "name", "name_zh", "is_executive", "is_meeting", "is_active"]
    list_filter = ["is_active", "is_executive"]
    search_fields = ["code", "name", "name_zh"]


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    """What took place or is planned."""

    list_display = ["id", "customer", "type", "channel", "status", "starts_at", "is_backdated"]
    list_filter = ["status", "channel", "is_backdated"]
    list_select_related = ["customer", "type"]
    search_fields = ["=id", "customer__name"]
    date_hierarchy = "starts_at"


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who reads the own meetings in a calendar program; the address is kept nowhere."""

    list_display = ["id", "user", "created_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["=id", "user__username"]
    fields = ["user", "created_at", "revoked_at"]


@admin.register(Minutes)
class MinutesAdmin(ReadOnlyAdmin):
    """Minutes: who owes them, until when, and whether they came late."""

    list_display = ["id", "customer", "owner", "status", "due_at", "is_late"]
    list_filter = ["status", "is_late"]
    list_select_related = ["customer", "owner"]
    search_fields = ["=id", "customer__name"]


@admin.register(MinutesLine)
class MinutesLineAdmin(ReadOnlyAdmin):
    """Promises and opinions in minutes."""

    list_display = ["id", "minutes", "kind", "text", "due_at"]
    list_filter = ["kind"]
    list_select_related = ["minutes__interaction__type"]
    search_fields = ["=id", "text"]


@admin.register(GridAssessment)
class GridAssessmentAdmin(ReadOnlyAdmin):
    """States and days of assessments; scores and evidence are read on the grid."""

    list_display = [
        "id", "customer", "opportunity", "status", "assessed_on", "valid_until", "assessor",
    ]  # fmt: skip
    list_filter = ["status"]
    list_select_related = ["customer", "opportunity", "assessor"]
    search_fields = ["=id", "customer__name"]
    fields = [
        "customer",
        "opportunity",
        "status",
        "assessed_on",
        "valid_until",
        "assessor",
        "reviewer",
    ]


@admin.register(RatingRound)
class RatingRoundAdmin(ReadOnlyAdmin):
    """Rounds in which several people rate one contact."""

    list_display = ["id", "customer", "opportunity", "status", "closes_on", "asked_by"]
    list_filter = ["status"]
    list_select_related = ["customer", "opportunity", "asked_by"]
    search_fields = ["=id", "customer__name"]
    fields = ["customer", "opportunity", "status", "closes_on", "asked_by", "closed_at"]


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    """Who was asked and who answered; the scores are read in the round."""

    list_display = ["id", "round", "rater", "given_at"]
    list_select_related = ["round__contact", "rater"]
    search_fields = ["=id"]
    fields = ["round", "rater", "given_at"]


@admin.register(RelationshipPlan)
class RelationshipPlanAdmin(ReadOnlyAdmin):
    """States and days of plans; targets and strategies are read on the grid."""

    list_display = ["id", "customer", "layer", "status", "due_on", "owner", "approved_by"]
    list_filter = ["status", "layer"]
    list_select_related = ["customer", "owner", "approved_by"]
    search_fields = ["=id", "customer__name"]
    fields = [
        "customer", "layer", "status", "due_on", "owner", "sponsor", "approved_by", "approved_at",
        "reviewed_at", "claimed_by", "closed_at",
    ]  # fmt: skip


@admin.register(PowerMap)
class PowerMapAdmin(ReadOnlyAdmin):
    """Maps and their states; who sits where is read on the map."""

    list_display = [
        "id", "customer", "opportunity", "chain", "status", "activated_at", "archived_at",
    ]  # fmt: skip
    list_filter = ["status", "chain"]
    list_select_related = ["customer", "opportunity"]
    search_fields = ["=id", "customer__name"]
    fields = ["customer", "opportunity", "name", "chain", "status", "activated_at", "archived_at"]


@admin.register(PowerSeat)
class PowerSeatAdmin(ReadOnlyAdmin):
    """Seats by map and role; who holds them is read on the map."""

    list_display = ["id", "map", "role", "is_hidden", "removed_at"]
    list_filter = ["role", "is_hidden"]
    list_select_related = ["map"]
    search_fields = ["=id", "map__customer__name"]
    fields = ["map", "role", "is_hidden", "removed_at"]


@admin.register(InfluenceEdge)
class InfluenceEdgeAdmin(ReadOnlyAdmin):
    """That two seats are tied; how is read on the map."""

    list_display = ["id", "from_seat", "to_seat", "removed_at"]
    list_select_related = ["from_seat", "to_seat"]
    search_fields = ["=id"]
    fields = ["from_seat", "to_seat", "removed_at"]


@admin.register(GiftRecord)
class GiftRecordAdmin(ReadOnlyAdmin):
    """States and days of gifts; what and for whom is read in the register."""

    list_display = ["id", "direction", "recipient_class", "status", "given_on", "decided_by"]
    list_filter = ["status", "direction", "recipient_class"]
    list_select_related = ["decided_by"]
    search_fields = ["=id", "contact__customer__name"]
    fields = [
        "direction", "occasion", "recipient_class", "status", "given_on", "needs_approval",
        "created_by", "decided_by", "decided_at",
    ]  # fmt: skip


@admin.register(CompetitorStance)
class CompetitorStanceAdmin(ReadOnlyAdmin):
    """That a stance is known, since when; how somebody stands is read on the map."""

    list_display = ["id", "customer", "as_of", "superseded_at", "created_by"]
    list_select_related = ["customer", "created_by"]
    search_fields = ["=id", "customer__name"]
    fields = ["customer", "as_of", "superseded_at", "created_by"]


@admin.register(CoverageCell)
class CoverageCellAdmin(ReadOnlyAdmin):
    """Cells of the coverage matrix as they were counted last night."""

    list_display = ["id", "customer", "unit_kind", "level", "active", "contacted", "counted_at"]
    list_filter = ["unit_kind", "level"]
    list_select_related = ["customer"]
    search_fields = ["=id", "customer__name"]


@admin.register(StrategicAgreement)
class StrategicAgreementAdmin(ReadOnlyAdmin):
    """What was agreed with whom until when."""

    list_display = ["code", "customer", "title", "status", "starts_on", "ends_on", "is_exclusive"]
    list_filter = ["status", "is_exclusive"]
    list_select_related = ["customer"]
    search_fields = ["code", "title", "customer__name"]
    date_hierarchy = "ends_on"


@admin.register(LockedProject)
class LockedProjectAdmin(ReadOnlyAdmin):
    """Deals named in agreements."""

    list_display = ["id", "agreement", "opportunity", "year", "value", "currency", "status"]
    list_filter = ["status", "year"]
    list_select_related = ["agreement", "opportunity"]
    search_fields = ["=id", "agreement__code", "opportunity__code"]


@admin.register(CadenceRule)
class CadenceRuleAdmin(ReferenceAdmin):
    """Who should meet customers how often; the front-line drive (R-R8) is switched on here."""

    list_display = ["rule", "subject", "subject_key", "metric", "minimum", "mode", "unit", "is_on"]
    list_filter = ["is_on", "subject", "metric"]
    list_select_related = ["unit"]
    search_fields = ["=rule", "subject_key"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Switched off instead: its results stay."""
        return False


@admin.register(CadenceResult)
class CadenceResultAdmin(ReadOnlyAdmin):
    """What weeks came to; those of key people are read on the grid."""

    list_display = ["id", "rule", "user", "customer", "ends_on", "actual", "minimum", "status"]
    list_filter = ["status", "mode"]
    list_select_related = ["rule", "user", "customer"]
    search_fields = ["=id", "user__username", "customer__name"]
    fields = [
        "rule", "user", "customer", "starts_on", "ends_on", "actual", "minimum", "target",
        "status", "mode", "due_at", "judged_at", "late_by_s",
    ]  # fmt: skip


@admin.register(JointInnovationCentre)
class JointInnovationCentreAdmin(ReadOnlyAdmin):
    """What customers and we find out together."""

    list_display = ["id", "customer", "name", "status", "ip_approved_at", "running_since"]
    list_filter = ["status"]
    list_select_related = ["customer"]
    search_fields = ["=id", "name", "customer__name"]


@admin.register(InnovationTopic)
class InnovationTopicAdmin(ReadOnlyAdmin):
    """Questions of joint innovation centres."""

    list_display = ["id", "centre", "title", "status", "reuse", "due_on"]
    list_filter = ["status", "reuse"]
    list_select_related = ["centre"]
    search_fields = ["=id", "title", "centre__name"]


@admin.register(LayerSnapshot)
class LayerSnapshotAdmin(ReadOnlyAdmin):
    """The three layers of relations by month."""

    list_display = [
        "customer", "month", "key_index", "key_coverage", "universal_grade", "organisational_grade",
    ]  # fmt: skip
    list_filter = ["month", "organisational_grade"]
    list_select_related = ["customer"]
    search_fields = ["customer__name"]
