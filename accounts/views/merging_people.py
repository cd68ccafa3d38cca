"""Pages of merges of contacts: choose the other record, whose values stay, merge; undo."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules_people
from accounts.actions import merging_people
from accounts.duplicates import contact_candidates
from accounts.forms_merge_people import MergePeopleForm, OtherPersonForm
from accounts.models import Contact, ContactMerge
from accounts.queries_merge import what_moves
from accounts.rules import sees_private
from accounts.views.acting import submit
from accounts.views.contacts import contact_of
from accounts.views.merging import merges_page, undone
from core import clock
from core.formpages import answer
from core.preferences import is_presenting
from core.web import actor_of, ask, staff_page

TEMPLATE = "accounts/merge_people.html"


@staff_page
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """First which record is meant, then, side by side, what of each is kept."""
    contact = contact_of(request, pk)
    if contact.merged_into_id is not None:
        return redirect(f"/contacts/{contact.merged_into_id}/")
    may = rules_people.may_merge_contact(request.user, contact)
    ask(may, _("The account manager decides this."), rule="b.1")
    typed = request.POST if request.method == "POST" else request.GET
    if typed.get("other") == str(contact.pk):
        other: Contact | None = contact
    else:
        bound = typed if typed.get("other") else None
        chosen = OtherPersonForm(bound, user=request.user, contact=contact)
        other = chosen.cleaned_data["other"] if chosen.is_bound and chosen.is_valid() else None
    if other is None:
        shown = {**_page(contact), "submit": _("Compare"), "people": _alike(request, contact)}
        return answer(request, TEMPLATE, shown, chosen)
    if request.method == "POST" and not request.POST.get("compared"):
        return redirect(f"{request.path}?other={other.pk}")
    return _compare(request, contact, contact_of(request, other.pk))


def _compare(request: HttpRequest, contact: Contact, other: Contact) -> HttpResponse:
    form = MergePeopleForm(
        request.POST or None, user=request.user, contact=contact, other=other,
        initial={"other": other.pk, "compared": "1"},
    )  # fmt: skip
    by = actor_of(request)
    inside = sees_private(request.user, contact.customer) and not is_presenting(request)
    return submit(
        request,
        form,
        lambda values: merging_people.merge(contact, by=by, now=clock.now(), **values),
        to=contact.get_absolute_url(),
        said=_("Merged; it can be undone on the merge page"),
        page={
            **_page(contact),
            "submit": _("Merge"),
            "danger": True,
            "other": other,
            "intro": _("%(other)s becomes a part of %(contact)s; it can be undone for a time.")
            % {"other": _named(other), "contact": _named(contact)},
            "moves": what_moves(other, inside=inside),
            "inside": inside,
        },
        template=TEMPLATE,
    )


def _named(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name, contact.title) if part)


def _alike(request: HttpRequest, contact: Contact) -> list[Contact]:
    rows = contact_candidates(
        request.user, contact.customer, contact.name, contact.phone, contact.email
    )
    return [row for row in rows if row.pk != contact.pk and row.customer_id == contact.customer_id]


def _page(contact: Contact) -> dict[str, Any]:
    return {"contact": contact, **merges_page(contact)}


@require_POST
@staff_page
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put everything back where it was."""
    may = rules_people.may_undo_contact_merge
    return undone(request, pk, ContactMerge, may, merging_people.undo)
