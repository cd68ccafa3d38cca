"""Pages of own fields: their definitions, and the values and tags of one row."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, registry
from core.custom import actions, tagging
from core.custom.forms import ExtrasForm, FieldForm
from core.custom.reading import entities, extras_of, fields_of
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.models import CustomField, FieldKind
from core.paging import page_of
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page

HOME = "/settings/fields/"


@staff_page
def extras_edit(request: HttpRequest, entity: str, pk: int) -> HttpResponse:
    """Tags and own fields of one row, for whoever may edit the row."""
    row, may = _row(request, entity, pk)
    ask(may, _("You may not change this one."))
    form = ExtrasForm(
        sent(request),
        own=fields_of(entity),
        extras=extras_of(entity, [row.pk])[row.pk],
        version=row.version,
    )
    if request.method == "POST" and form.is_valid():
        by, now = actor_of(request), clock.now()
        try:
            actions.write(
                row, form.own_values, by=by, now=now, version=form.cleaned_data["version"]
            )
            tagging.set_tags(row, form.names, by=by, now=now)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(row)
    context = {
        "title": _("Tags and own fields"),
        "submit": _("Save"),
        "crumb": str(row),
        "crumb_url": row.get_absolute_url(),
    }
    return answer(request, "parts/form_page.html", context, form)


@staff_page
@require_safe
def extras_page(request: HttpRequest, entity: str, pk: int) -> HttpResponse:
    """Tags and own fields of one row; a fragment of its page."""
    row, may = _row(request, entity, pk)
    fragment = request.headers.get("HX-Request") == "true"
    context = {"row": row, "may_edit": may, "now": clock.now()}
    name = "_extras_loaded" if fragment else "extras_page"
    return render(request, f"core/lists/{name}.html", context)


def _row(request: HttpRequest, entity: str, pk: int) -> tuple[Any, bool]:
    if entity not in entities():
        raise Http404
    model: Any = apps.get_model(entity)
    row = found(model.objects.visible_to(request.user), pk=pk)
    may = registry.load(registry.entry("CUSTOM_MAY")[entity])
    return row, bool(may(request.user, row))


@staff_page
@require_safe
def field_list(request: HttpRequest) -> HttpResponse:
    """Every own field, in use and retired."""
    _ask(request)
    names = entities()
    page = page_of(
        CustomField.objects.all(), ordering="entity", cursor=request.GET.get("cursor", "")
    )
    rows = [(row, _(names[row.entity]) if row.entity in names else row.entity) for row in page.rows]
    context = {"rows": rows, "page": page, "now": clock.now()}
    return render(request, "core/lists/fields.html", context)


@staff_page
def field_new(request: HttpRequest) -> HttpResponse:
    """Define an own field."""
    _ask(request)
    choices = [(key, _(name)) for key, name in entities().items()]
    form = FieldForm(sent(request), entities=choices, kinds=FieldKind.choices, fresh=True)
    if request.method == "POST" and form.is_valid():
        try:
            actions.define(form.values(), by=actor_of(request), now=clock.now())
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Own field added"))
            return redirect(HOME)
    return answer(request, "parts/form_page.html", _page(_("New own field"), _("Add")), form)


@staff_page
def field_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, help, order or set of choices."""
    _ask(request)
    row = found(CustomField.objects.all(), pk=pk)
    initial = {
        "name": row.name,
        "options": "\n".join(row.options),
        "help": row.help,
        "required": row.required,
        "position": row.position,
        "version": row.version,
    }
    form = FieldForm(sent(request), initial=initial, entities=(), kinds=(), fresh=False)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change(
                row, form.values(), by=actor_of(request), now=clock.now(), version=version
            )
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(HOME)
    return answer(request, "parts/form_page.html", _page(row.name, _("Save")), form)


@require_POST
@staff_page
def field_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Retire a field, bring it back, delete it for good."""
    _ask(request)
    row = found(CustomField.objects.all(), pk=pk)
    act, said = {
        "retire": (actions.retire, _("Retired; its values wait")),
        "reinstate": (actions.reinstate, _("Back with its values")),
        "delete": (actions.delete, _("Deleted; the trail keeps its values")),
    }[step]
    act(row, by=actor_of(request), now=clock.now())
    undo = f"{HOME}{pk}/reinstate/" if step == "retire" else ""
    toast(request, said, undo_url=undo)
    return redirect(HOME)


def _ask(request: HttpRequest) -> None:
    may = registry.load(registry.entry("MAY_DEFINE"))
    ask(may(request.user), _("Administrators define own fields."))


def _page(title: str, submit: str) -> dict[str, Any]:
    return {"title": title, "submit": submit, "crumb": _("Own fields"), "crumb_url": HOME}
