"""Merges in the admin: read, and undone."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import merging, merging_people
from accounts.models import ContactMerge, CustomerMerge
from core.admin.base import ReadOnlyAdmin, each


@admin.register(CustomerMerge)
class CustomerMergeAdmin(ReadOnlyAdmin):
    """Two records that became one."""

    list_display = ("customer", "merged", "rows", "created_at", "undone_at")
    search_fields = ("customer__name", "merged__name", "merged__code")
    list_select_related = ("customer", "merged")
    actions = ("undo",)

    @admin.action(description=_("Undo the selected merges"), permissions=["operate"])
    def undo(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Put everything back where it was."""
        said = gettext("%(count)d merges undone")
        each(self, request, rows, merging.undo, said)


@admin.register(ContactMerge)
class ContactMergeAdmin(ReadOnlyAdmin):
    """Two records of one person that became one; the journal is for the undoing alone."""

    list_display = ("customer", "contact", "merged", "rows", "created_at", "undone_at")
    search_fields = ("customer__name", "contact__name", "merged__name")
    list_select_related = ("customer", "contact", "merged")
    exclude = ("journal",)
    actions = ("undo",)

    @admin.action(description=_("Undo the selected merges"), permissions=["operate"])
    def undo(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Put everything back where it was."""
        said = gettext("%(count)d merges undone")
        each(self, request, rows, merging_people.undo, said)
