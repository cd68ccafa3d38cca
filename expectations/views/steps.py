"""What the pages of projects and forms share: rows within sight."""

from __future__ import annotations

from django.http import HttpRequest

from core.web import found
from expectations.models import ConfirmationForm, ExpectationItem, Project


def project_of(request: HttpRequest, pk: int) -> Project:
    """A project within sight, else 404."""
    rows = Project.objects.visible_to(request.user)
    return found(rows.select_related("customer", "expectation_owner", "unit", "early_by"), pk=pk)


def item_of(request: HttpRequest, pk: int) -> ExpectationItem:
    """An item within sight, else 404."""
    rows = ExpectationItem.objects.visible_to(request.user)
    return found(rows.select_related("customer", "project__expectation_owner", "owner"), pk=pk)


def form_of(request: HttpRequest, pk: int) -> ConfirmationForm:
    """A form within sight, else 404."""
    rows = ConfirmationForm.objects.visible_to(request.user)
    return found(
        rows.select_related(
            "customer",
            "contact",
            "signatory",
            "reviewed_by",
            "supersedes",
            "project__expectation_owner",
            "project__customer",
            "project__early_by",
        ),
        pk=pk,
    )
