"""Admin of a customer's record beside its own row, and of scorecards: read only."""

from __future__ import annotations

from django.contrib import admin

from accounts.models import (
    AccountHealth,
    Asset,
    BuyingProfile,
    BuyingStep,
    CustomerInfluence,
    CustomerInsight,
    KeyActionReview,
    KeyActionScore,
    LifecycleProposal,
    MetricValue,
    Scorecard,
    ScorecardTemplate,
    UserLeave,
)
from core.admin.base import ReadOnlyAdmin


@admin.register(CustomerInfluence)
class CustomerInfluenceAdmin(ReadOnlyAdmin):
    """Which customer has a say in what another one buys."""

    list_display = ("customer", "kind", "influenced", "ended_at")
    list_filter = ("kind",)
    search_fields = ("customer__name", "influenced__name")
    list_select_related = ("customer", "influenced")


@admin.register(CustomerInsight)
class CustomerInsightAdmin(ReadOnlyAdmin):
    """What we understand of customers."""

    list_display = ("customer", "status", "published_at", "valid_until")
    list_filter = ("status", "main_business_position")
    search_fields = ("customer__name",)
    list_select_related = ("customer",)


@admin.register(BuyingProfile)
class BuyingProfileAdmin(ReadOnlyAdmin):
    """How customers buy."""

    list_display = ("customer", "procurement_mode", "budget_amount", "updated_on", "status")
    list_filter = ("status", "procurement_mode")
    search_fields = ("customer__name",)
    list_select_related = ("customer",)


@admin.register(BuyingStep)
class BuyingStepAdmin(ReadOnlyAdmin):
    """Steps of buying decisions."""

    list_display = ("profile", "position", "name", "roles", "usual_days")
    search_fields = ("name", "profile__customer__name")
    list_select_related = ("profile",)


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    """Equipment at customers."""

    list_display = ("product", "model", "serial", "customer", "vendor", "status", "warranty_end")
    list_filter = ("vendor", "status")
    search_fields = ("product", "serial", "customer__name", "external_ref")
    list_select_related = ("customer",)


@admin.register(LifecycleProposal)
class LifecycleProposalAdmin(ReadOnlyAdmin):
    """Proposed steps along the lifecycle."""

    list_display = ("customer", "from_status", "to_status", "status", "decided_at")
    list_filter = ("status", "to_status")
    search_fields = ("customer__name",)
    list_select_related = ("customer",)


@admin.register(AccountHealth)
class AccountHealthAdmin(ReadOnlyAdmin):
    """Account health by customer and day."""

    list_display = ("customer", "as_of", "total", "band", "lost", "is_current")
    list_filter = ("is_current", "band")
    search_fields = ("customer__name",)
    list_select_related = ("customer",)


@admin.register(ScorecardTemplate)
class ScorecardTemplateAdmin(ReadOnlyAdmin):
    """Templates: shaped on their pages, where the weights are judged."""

    list_display = ("name", "scope", "is_business", "status")
    list_filter = ("scope", "status")
    search_fields = ("name",)


@admin.register(Scorecard)
class ScorecardAdmin(ReadOnlyAdmin):
    """Cards: calculated and confirmed on their pages."""

    list_display = ("template", "unit", "person", "first_day", "last_day", "status", "score")
    list_filter = ("status",)
    search_fields = ("unit__name", "person__full_name")
    list_select_related = ("template", "unit", "person")


@admin.register(MetricValue)
class MetricValueAdmin(ReadOnlyAdmin):
    """Figures of cards."""

    list_display = ("scorecard", "metric", "weight", "target", "actual", "score")
    list_filter = ("metric",)
    search_fields = ("metric", "scorecard__unit__name")
    list_select_related = ("scorecard__unit", "scorecard__person")


@admin.register(UserLeave)
class UserLeaveAdmin(ReadOnlyAdmin):
    """Who is away when, and who stands in: entered by themselves."""

    list_display = ("user", "starts_on", "ends_on", "deputy", "cancelled_at")
    list_select_related = ("user", "deputy")
    search_fields = ("user__full_name", "user__username")


@admin.register(KeyActionReview)
class KeyActionReviewAdmin(ReadOnlyAdmin):
    """Reviews of key actions: written on their pages."""

    list_display = ("scorecard", "status", "actions_part", "result", "confirmed_at")
    list_filter = ("status",)
    search_fields = ("scorecard__person__full_name",)
    list_select_related = ("scorecard__person", "scorecard__unit")


@admin.register(KeyActionScore)
class KeyActionScoreAdmin(ReadOnlyAdmin):
    """The nine, with evidence."""

    list_display = ("review", "action", "computed", "self_score", "manager_score")
    list_filter = ("action",)
    search_fields = ("action", "review__scorecard__person__full_name")
    list_select_related = ("review__scorecard__person", "review__scorecard__unit")
