"""Users: made and deactivated here, never deleted (what they did keeps their name)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import clock
from core.admin.base import Lookups, PlainText, record_change
from core.models import User
from core.web import actor_of


class NewUserForm(AdminUserCreationForm):
    """A user with name and mail from the start."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "full_name", "email")


@admin.register(User)
class UserAdmin(PlainText, Lookups, DjangoUserAdmin):
    """People who sign in, staff and portal."""

    add_form = NewUserForm
    list_display = ("username", "full_name", "email", "is_active", "is_portal", "is_staff")
    list_filter = ("is_active", "is_portal", "is_staff", "is_superuser", "groups")
    search_fields = ("username", "full_name", "email", "=phone")
    ordering = ("full_name", "id")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("full_name", "email", "phone", "language", "timezone")}),
        (_("Notices"), {"fields": ("quiet_from", "quiet_until", "digest")}),
        (_("Access"), {
            "fields": ("is_active", "is_portal", "is_staff", "is_superuser", "groups",
                       "user_permissions", "last_login", "date_joined"),
        }),
    )  # fmt: skip
    add_fieldsets = (
        (None, {
            "classes": ("wide",),
            "fields": ("username", "full_name", "email", "usable_password", "password1",
                       "password2"),
        }),
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save and record who changed which access; names and passwords are not repeated."""
        super().save_model(request, obj, form, change)
        form.changed_data = [name for name in form.changed_data if name in _RECORDED]
        by = actor_of(request, "admin")
        record_change(obj, form, by, clock.now(), "changed" if change else "created")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deactivate instead."""
        return False


_RECORDED = frozenset({
    "is_active", "is_portal", "is_staff", "is_superuser", "groups", "user_permissions",
    "language", "timezone", "digest",
})  # fmt: skip
