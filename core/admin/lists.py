"""Saved views, jobs, own fields and tags in the admin; own fields are written by their actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import clock, trail
from core.admin.base import Lookups, PlainText, ReadOnlyAdmin, each
from core.cached import forget
from core.custom import actions, tagging
from core.custom.reading import entities
from core.errors import Refused
from core.models import CustomField, CustomValue, Job, SavedView, Tag, Tagging, ViewDefault
from core.web import actor_of


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Views of all people."""

    list_display = ("name", "listing", "owner", "audience", "unit_id", "removed_at")
    list_filter = ("listing", "audience")
    search_fields = ("name", "owner__full_name")
    list_select_related = ("owner",)


@admin.register(ViewDefault)
class ViewDefaultAdmin(ReadOnlyAdmin):
    """What lists open with."""

    list_display = ("user", "listing", "view")
    search_fields = ("user__full_name", "listing")
    list_select_related = ("user", "view")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Exports and changes of many rows."""

    list_display = ("id", "kind", "title", "state", "done", "total", "created_by", "created_at")
    list_filter = ("kind", "state")
    search_fields = ("title", "created_by__full_name")
    list_select_related = ("created_by",)


class CustomFieldForm(forms.ModelForm):
    """An own field; the action judges it, so that a refusal stands at its field."""

    entity = forms.ChoiceField(label=_("entity"))

    class Meta:
        model = CustomField
        fields = ("entity", "key", "name", "kind", "options", "help", "required", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "entity" in self.fields:
            self.fields["entity"].choices = [(key, _(name)) for key, name in entities().items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the action would refuse."""
        values = super().clean() or {}
        row = CustomField(**{**_kept(self.instance), **values})
        try:
            actions.check(row)
        except Refused as refusal:
            raise ValidationError(
                {
                    name if name in self.fields else "__all__": [str(one) for one in said]
                    for name, said in refusal.fields.items()
                }
            ) from refusal
        return values


def _kept(row: CustomField) -> dict[str, Any]:
    names = ("entity", "key", "name", "kind", "options", "help", "required", "position")
    return {name: getattr(row, name) for name in names}


@admin.register(CustomField)
class CustomFieldAdmin(PlainText, Lookups):
    """Own fields of customers, contacts, projects and tickets."""

    form = CustomFieldForm
    list_display = ("name", "entity", "key", "kind", "required", "position", "retired_at")
    list_filter = ("entity", "kind")
    search_fields = ("name", "key")
    actions = ("retire", "reinstate", "delete_for_good")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Entity, key and kind never change."""
        return ("entity", "key", "kind") if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only by the action, after retiring."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Call the action."""
        by, now = actor_of(request, "admin"), clock.now()
        if change:
            row = CustomField.objects.get(pk=obj.pk)
            actions.change(row, form.cleaned_data, by=by, now=now, version=None)
            return
        made = actions.define(form.cleaned_data, by=by, now=now)
        obj.pk, obj._state.adding = made.pk, False

    @admin.action(description=_("Retire the selected fields"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: Any) -> None:
        """Take them out of forms and lists."""
        each(self, request, rows, actions.retire, _("%(count)d retired."))

    @admin.action(description=_("Bring the selected fields back"), permissions=["change"])
    def reinstate(self, request: HttpRequest, rows: Any) -> None:
        """With their values."""
        each(self, request, rows, actions.reinstate, _("%(count)d brought back."))

    @admin.action(description=_("Delete retired fields for good"), permissions=["change"])
    def delete_for_good(self, request: HttpRequest, rows: Any) -> None:
        """The trail keeps the values."""
        each(self, request, rows, actions.delete, _("%(count)d deleted."))


@admin.register(CustomValue)
class CustomValueAdmin(ReadOnlyAdmin):
    """Values of own fields."""

    list_display = ("field", "about_id", "text")
    search_fields = ("text", "=about_id")
    list_select_related = ("field",)


@admin.register(Tag)
class TagAdmin(PlainText, Lookups):
    """Tags: the tone of the chip; retired ones are offered no more."""

    list_display = ("name", "tone", "retired_at")
    search_fields = ("name",)
    fields = ("name", "tone")
    actions = ("retire",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: they are retired."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save and record what differs."""
        by, now = actor_of(request, "admin"), clock.now()
        if not change:
            obj.created_at, obj.created_by = now, request.user
        super().save_model(request, obj, form, change)
        facts = {"name": obj.name, "tone": obj.tone}
        trail.record(obj, f"tag.{'changed' if change else 'created'}", by=by, now=now, facts=facts)
        forget("tags")

    @admin.action(description=_("Retire the selected tags"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: Any) -> None:
        """Out of forms and lists; bringing the word back brings the rows back."""
        each(self, request, rows, tagging.retire_tag, _("%(count)d retired."))


@admin.register(Tagging)
class TaggingAdmin(ReadOnlyAdmin):
    """Tags on rows."""

    list_display = ("tag", "about_label", "about_id", "created_by")
    search_fields = ("tag__name", "=about_id")
    list_select_related = ("tag", "created_by")
