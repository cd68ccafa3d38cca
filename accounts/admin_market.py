"""Admin of where we stand at a customer: read only."""

from __future__ import annotations

from django.contrib import admin

from accounts.models import CompetitorPosition, ProductPenetration, ReferenceSite, ReferenceVisit
from core.admin.base import ReadOnlyAdmin


@admin.register(ReferenceSite)
class ReferenceSiteAdmin(ReadOnlyAdmin):
    """What customers let us show."""

    list_display = ("product", "site", "customer", "kind", "status", "consent_until")
    list_filter = ("kind", "status")
    search_fields = ("product", "site", "customer__name")
    list_select_related = ("customer",)


@admin.register(ReferenceVisit)
class ReferenceVisitAdmin(ReadOnlyAdmin):
    """Who came to see a site."""

    list_display = ("site", "visited_on", "visitors", "people")
    search_fields = ("visitors", "site__product", "site__customer__name")
    list_select_related = ("site",)


@admin.register(CompetitorPosition)
class CompetitorPositionAdmin(ReadOnlyAdmin):
    """What competitors hold at customers."""

    list_display = ("competitor", "product", "customer", "share", "as_of", "superseded_at")
    search_fields = ("competitor", "product", "customer__name")
    list_select_related = ("customer",)


@admin.register(ProductPenetration)
class ProductPenetrationAdmin(ReadOnlyAdmin):
    """Our products in use."""

    list_display = ("product", "customer", "unit", "status")
    list_filter = ("status",)
    search_fields = ("product", "customer__name")
    list_select_related = ("customer", "unit")
