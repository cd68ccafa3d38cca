"""Admin of account plans: read only."""

from __future__ import annotations

from django.contrib import admin

from accounts.models import AccountPlan, Objective
from core.admin.base import ReadOnlyAdmin


@admin.register(AccountPlan)
class AccountPlanAdmin(ReadOnlyAdmin):
    """What we mean to reach at customers."""

    list_display = ("id", "customer", "kind", "year", "years", "status", "owner")
    list_filter = ("kind", "status", "year")
    search_fields = ("=id", "customer__name")
    list_select_related = ("customer", "owner")


@admin.register(Objective)
class ObjectiveAdmin(ReadOnlyAdmin):
    """What is measured, from where to where."""

    list_display = ("id", "plan", "type", "metric", "target", "actual", "due_on", "status")
    list_filter = ("type", "status")
    search_fields = ("=id", "metric", "plan__customer__name")
    list_select_related = ("plan",)
