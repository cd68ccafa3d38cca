"""Tokens, webhooks, files, imports and the books of the house."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from core import actions_tokens, clock, guarded_http
from core.admin.base import ReadOnlyAdmin, ReferenceAdmin, each
from core.models import (
    ApiToken,
    Attachment,
    IdempotencyRecord,
    ImportBatch,
    ImportMapping,
    ImportRow,
    LoginAttempt,
    Sequence,
    WebhookEndpoint,
)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Keys for machines; made by `manage.py create_token` or the settings page."""

    list_display = ("name", "prefix", "user", "scopes", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at",)
    list_select_related = ("user",)
    search_fields = ("name", "=prefix", "=user__username", "user__full_name")
    actions = ("revoke",)

    @admin.action(description=_("Revoke for good"), permissions=["operate"])
    def revoke(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Revoke the selected tokens."""
        each(self, request, queryset, actions_tokens.revoke_token, say("%(count)d revoked."))


class WebhookForm(forms.ModelForm):
    """A webhook: https, a public host, a list of event names."""

    url = forms.URLField(label=_("address"), assume_scheme="https", max_length=300)
    events = forms.JSONField(label=_("events"), required=False, help_text=_("Empty: every event."))

    def clean_url(self) -> str:
        """Refuse what delivery would refuse."""
        url = self.cleaned_data["url"]
        try:
            guarded_http.check_url(url)
        except guarded_http.Refusal as error:
            raise ValidationError(str(error)) from error
        except guarded_http.Failure:
            return url  # the name may be found later
        return url

    def clean_events(self) -> list[str]:
        """A list of names."""
        names = self.cleaned_data["events"] or []
        if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
            raise ValidationError(say("A list of event names, for example %(example)s.") % {
                "example": '["risk.opened"]'
            })  # fmt: skip
        return names


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReferenceAdmin):
    """Receivers of domain events."""

    form = WebhookForm
    list_display = ("url", "user", "is_active", "created_at")
    list_filter = ("is_active",)
    list_select_related = ("user",)
    search_fields = ("url", "=user__username")
    autocomplete_fields = ("user",)
    exclude = ("created_at",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A secret nobody has to invent."""
        return {"secret": secrets.token_urlsafe(32)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Note when it was made."""
        if not change:
            obj.created_at = clock.now()
        super().save_model(request, obj, form, change)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """Files, without a link: they are read where they belong."""

    list_display = ("name", "content_type", "size", "about_label", "about_id", "created_at")
    list_filter = ("content_type",)
    search_fields = ("name", "=sha256", "=about_id")


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Imports and what came of them."""

    list_display = ("filename", "kind", "state", "created_by", "created_at")
    list_filter = ("kind", "state")
    list_select_related = ("created_by",)
    search_fields = ("filename", "=sha256")


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    """What an import did to one row."""

    list_display = ("batch", "number", "about_label", "about_id", "outcome")
    list_select_related = ("batch",)
    search_fields = ("=batch__id", "=about_id")


@admin.register(ImportMapping)
class ImportMappingAdmin(ReferenceAdmin):
    """Saved ways to read a file."""

    list_display = ("name", "kind", "owner")
    list_select_related = ("owner",)
    search_fields = ("name", "=kind")
    autocomplete_fields = ("owner",)


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    """First answers of the last 24 h; the bodies are not shown."""

    list_display = ("method", "path", "principal", "status", "created_at")
    search_fields = ("=key", "^path", "=principal")
    exclude = ("body",)


@admin.register(LoginAttempt)
class LoginAttemptAdmin(ReadOnlyAdmin):
    """Failed sign-ins; deleting them lifts a lockout."""

    list_display = ("login", "ip", "at")
    search_fields = ("=login", "=ip")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An administrator lifts a lockout by deleting its attempts."""
        return request.user.is_superuser


@admin.register(Sequence)
class SequenceAdmin(ReadOnlyAdmin):
    """Where the codes stand."""

    list_display = ("series", "last")
    search_fields = ("series",)
