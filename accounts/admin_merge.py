"""Merges in the admin: read, and undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import merging, merging_people
from accounts.models import ContactMerge, CustomerMerge
from core.admin.base import ReadOnlyAdmin, each


class MergeAdmin(ReadOnlyAdmin):
    """Merges are read here, and undone by `undoing`."""

    actions = ("undo",)
    undoing: Callable[..., Any]

    @admin.action(description=_("Undo the selected merges"), permissions=["operate"])
    def undo(self, request: HttpRequest, rows: models.QuerySet) -> None:
        """Put everything back where it was."""
        said = gettext("%(count)d merges undone")
        each(self, request, rows, self.undoing, said)


@admin.register(CustomerMerge)
class CustomerMergeAdmin(MergeAdmin):
    """Two records that became one."""

    list_display = ("customer", "merged", "rows", "created_at", "undone_at")
    fields = ("customer", "merged", "taken", "journal", "rows")
    search_fields = ("customer__name", "merged__name", "merged__code")
    list_select_related = ("customer", "merged")
    undoing = staticmethod(merging.undo)


@admin.register(ContactMerge)
class ContactMergeAdmin(MergeAdmin):
    """Two records of one person that became one; the journal is for the undoing alone."""

    list_display = ("customer", "contact", "merged", "rows", "created_at", "undone_at")
    fields = ("customer", "contact", "merged", "taken", "rows")
    search_fields = ("customer__name", "contact__name", "merged__name")
    list_select_related = ("customer", "contact", "merged")
    undoing = staticmethod(merging_people.undo)
