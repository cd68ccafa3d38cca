"""Policies: every declared number with its present value; a change is a new row with a reason."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock, policy
from core.admin.base import ReadOnlyAdmin
from core.errors import Invalid
from core.models import PolicyValue
from core.web import actor_of


class Written(str):
    """A value that was not JSON: right for a policy that is a text, wrong for every other."""


class ValueField(forms.JSONField):
    """A number, a truth, a table as JSON; a text as it is, without quotation marks."""

    def to_python(self, value: Any) -> Any:
        """The value; what is no JSON comes as `Written`."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            return Written(value)


class PolicyForm(forms.ModelForm):
    """One new value; type and bounds are those of the declaration."""

    key = forms.ChoiceField(label=_("policy"))
    value = ValueField(
        label=_("value"), required=False, help_text=_("Empty: the scope has no value of its own.")
    )
    valid_from = forms.SplitDateTimeField(
        label=_("valid from"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("Empty: from now on."),
    )

    class Meta:
        model = PolicyValue
        fields = ("key", "scope", "value", "valid_from", "reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["key"].choices = [(key, key) for key in policy.declared()]

    def clean(self) -> dict[str, Any]:
        """Refuse what the declaration refuses."""
        said = super().clean() or {}
        declared = policy.declared().get(said.get("key", ""))
        if declared is not None and said.get("value") is not None:
            try:
                if isinstance(said["value"], Written) and declared.type is not str:
                    raise Invalid(self.fields["value"].error_messages["invalid"])
                said["value"] = declared.check(said["value"])
            except Invalid as error:
                self.add_error("value", str(error.sentence))
        said["valid_from"] = said.get("valid_from") or clock.now()
        if said["valid_from"] < clock.now() - dt.timedelta(minutes=1):
            self.add_error("valid_from", _("A policy changes from now on, not backwards."))
        return said


@admin.register(PolicyValue)
class PolicyValueAdmin(ReadOnlyAdmin):
    """The history of all values; only added to."""

    form = PolicyForm
    list_display = ("key", "scope", "value", "valid_from", "set_by", "reason")
    list_filter = ("scope",)
    list_select_related = ("set_by",)
    search_fields = ("key", "scope", "reason")
    change_list_template = "admin/core/policyvalue/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Adding is the only change."""
        return request.user.has_perm("core.add_policyvalue")

    def get_urls(self) -> list[URLPattern]:
        """Also the list of what is declared."""
        declared = self.admin_site.admin_view(self.declared)
        return [path("declared/", declared, name="core_policy_declared"), *super().get_urls()]

    def declared(self, request: HttpRequest) -> HttpResponse:
        """Every declared policy: value for everyone, default, bounds, rule, help twice."""
        now = clock.now()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Declared policies"),
            "opts": self.opts,
            "policies": [_line(each, now) for each in policy.declared().values()],
        }
        return TemplateResponse(request, "admin/core/policyvalue/declared.html", context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The policy may come from the list of the declared ones."""
        return {"key": request.GET.get("key", "")}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the one action that writes policies."""
        said, now = form.cleaned_data, clock.now()
        made = policy.set_value(
            policy.declared()[said["key"]],
            said["value"],
            scope=said["scope"],
            reason=said["reason"],
            by=actor_of(request, "admin"),
            now=now,
            valid_from=max(said["valid_from"], now),
        )
        obj.pk = made.pk


def _line(declared: policy.Policy, now: Any) -> dict[str, Any]:
    helps = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            helps.append(str(declared.help))
    value = policy.get(declared, at=now)
    return {
        "key": declared.key,
        "value": json.dumps(value, ensure_ascii=False, default=str),
        "default": json.dumps(declared.default, ensure_ascii=False, default=str),
        "differs": value != declared.default,
        "unit": declared.unit,
        "minimum": declared.minimum,
        "maximum": declared.maximum,
        "rule": declared.rule,
        "helps": helps,
    }
