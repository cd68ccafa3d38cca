"""Two kinds of admin pages: reference data with a trail, and read-only history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.db import models
from django.http import HttpRequest

from core import clock, trail
from core.actors import Actor
from core.errors import Refused
from core.models import Record
from core.text import plain_line, plain_text
from core.web import actor_of
from core.writes import is_one_line

SECRET = frozenset({"password", "secret", "digest"})


class PlainText(BaseModelAdmin):
    """Texts that are typed into the admin obey the same rule as those of an action."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        """A field that refuses control, direction and invisible characters."""
        field = super().formfield_for_dbfield(db_field, request, **more)
        if field is not None and isinstance(db_field, models.CharField | models.TextField):
            field.validators = [
                *field.validators,
                plain_line if is_one_line(db_field) else plain_text,
            ]
        return field


class Lookups(admin.ModelAdmin):
    """An address may ask for what no column holds; Django looks at that before it asks only."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; to the list without parameters where a value is out of range."""
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters from error


class ReadOnlyAdmin(Lookups):
    """Rows that actions write: searchable, never changed here except through admin actions."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may use the actions of the page: the change permission of the model."""
        names = self.opts.app_label, self.opts.model_name
        return request.user.has_perm("{}.change_{}".format(*names))


class ReferenceAdmin(PlainText, Lookups):
    """Reference data: every change is on the trail, with before and after."""

    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, with the common columns of a Record, and record what differs."""
        by, now = actor_of(request, "admin"), clock.now()
        if isinstance(obj, Record):
            _stamp(obj, by, now, change)
        super().save_model(request, obj, form, change)
        record_change(obj, form, by, now, "changed" if change else "created")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete and record it."""
        by, now = actor_of(request, "admin"), clock.now()
        trail.record(obj, f"{obj._meta.model_name}.deleted", by=by, now=now)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """One by one, so that each has its entry."""
        for obj in queryset:
            self.delete_model(request, obj)


def record_change(obj: models.Model, form: Any, by: Actor, now: Any, verb: str) -> None:
    """One trail entry with the changed fields of a form; secrets are named, never shown."""
    changed = {}
    for name in form.changed_data:
        before, after = form.initial.get(name), form.cleaned_data.get(name)
        changed[name] = "***" if name in SECRET else [_plain(before), _plain(after)]
    verb = f"{obj._meta.model_name}.{verb}"
    trail.record(obj, verb, by=by, now=now, facts={"changed": changed})


def _stamp(obj: Record, by: Actor, now: Any, change: bool) -> None:
    if change:
        obj.version += 1
        obj.updated_at, obj.updated_by_id = now, by.user_id
    else:
        obj.stamp(by=by, now=now)


def _plain(value: Any) -> Any:
    if isinstance(value, models.QuerySet):
        return sorted(value.values_list("pk", flat=True))
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def each(
    page: admin.ModelAdmin, request: HttpRequest, rows: models.QuerySet, act: Callable, said: Any
) -> None:
    """Call an action of ours for each selected row; refusals are shown with their sentence."""
    by, now, done = actor_of(request, "admin"), clock.now(), 0
    for row in rows:
        try:
            act(row, by=by, now=now)
            done += 1
        except Refused as error:
            page.message_user(request, f"{row}: {error.sentence}", messages.WARNING)
    if done:
        page.message_user(request, said % {"count": done})
