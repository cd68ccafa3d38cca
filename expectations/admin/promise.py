"""Projects, expectations, forms and signatures in the admin: read-only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from expectations.models import (
    ConfirmationForm,
    ExpectationItem,
    FormSignature,
    Project,
    ProjectMember,
    RecordedSignature,
    SigningLink,
)


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    """Projects."""

    list_display = ["code", "name", "customer", "expectation_owner", "status", "early_until"]
    list_filter = ["status", "is_major"]
    list_select_related = ["customer", "expectation_owner"]
    search_fields = ["code", "name"]


@admin.register(ProjectMember)
class ProjectMemberAdmin(ReadOnlyAdmin):
    """People in projects."""

    list_display = ["project", "user", "role", "is_lead", "status"]
    list_filter = ["role", "status"]
    list_select_related = ["project", "user"]


@admin.register(ExpectationItem)
class ExpectationItemAdmin(ReadOnlyAdmin):
    """Expectations."""

    list_display = ["code", "statement", "project", "priority_class", "due_on", "status"]
    list_filter = ["priority_class", "status"]
    list_select_related = ["project"]
    search_fields = ["code", "statement"]


@admin.register(ConfirmationForm)
class ConfirmationFormAdmin(ReadOnlyAdmin):
    """Forms: snapshots are evidence."""

    list_display = ["code", "version_no", "customer", "project", "status", "effective_at"]
    list_filter = ["status"]
    list_select_related = ["customer", "project"]
    search_fields = ["code"]


@admin.register(FormSignature)
class FormSignatureAdmin(ReadOnlyAdmin):
    """Signatures."""

    list_display = ["form", "side", "signer_name", "method", "signed_at"]
    list_filter = ["side", "method"]
    list_select_related = ["form"]


@admin.register(RecordedSignature)
class RecordedSignatureAdmin(ReadOnlyAdmin):
    """Signatures on paper, by e-mail, in person."""

    list_display = ["form", "contact", "method", "recorded_by", "checked_by", "status"]
    list_select_related = ["form", "contact", "recorded_by", "checked_by"]


@admin.register(SigningLink)
class SigningLinkAdmin(ReadOnlyAdmin):
    """One-time links: digests only, and those are not shown."""

    list_display = ["form", "contact", "created_at", "expires_at", "used_at", "revoked_at"]
    list_select_related = ["form", "contact"]
    fields = ["form", "contact", "created_at", "expires_at", "used_at", "revoked_at",
              "code_sent_at", "code_count"]  # fmt: skip
