"""The same person at other customers, and the way to say that they are two."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.actions import same_person
from accounts.choices import ContactStatus
from accounts.models import Contact
from accounts.views.acting import do
from core import clock
from core.errors import Refused
from core.web import actor_of, ask, found, staff_page


def elsewhere(request: HttpRequest, who: Contact) -> list[tuple[Contact, bool]]:
    """Records of the same person in sight, each with whether the reader may cut the link."""
    rows = list(_linked(request, who))
    wanted = {who.customer_id, *(one.customer_id for one in rows)} if rows else set()
    own = rules.editable_customers(request.user).filter(pk__in=wanted)
    kept = set(own.values_list("pk", flat=True)) if rows else set()
    return [(one, _may_part(kept, who, one)) for one in rows]


@staff_page
@require_POST
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """This and another record are two people after all."""
    rows = Contact.objects.visible_to(request.user)
    who = found(rows.select_related("customer__owning_unit", "same_person"), pk=pk)
    ask(rules.may_edit_contact(request.user, who), _("You are not on this account team."))
    asked = request.POST.get("other", "")
    known = asked.isdecimal() and len(asked) < 19
    other = _linked(request, who).filter(pk=int(asked) if known else 0).first()
    if other is None:
        raise Refused(_("These two are not linked. Reload the page."), rule=same_person.RULE)
    for one in same_person.holders_of(who, other):
        ask(rules.may_edit_contact(request.user, one), rule="b.1")
    return do(
        request,
        lambda: same_person.part(who, other, by=actor_of(request), now=clock.now()),
        to=who.get_absolute_url(),
        said=_("Two people again"),
    )


def _linked(request: HttpRequest, who: Contact) -> Any:
    seen = Contact.objects.visible_to(request.user)
    seen = seen.select_related("customer__owning_unit", "same_person")
    linked = seen.exclude(status=ContactStatus.MERGED)
    ids = [who.same_person_id] if who.same_person_id else []
    return linked.filter(same_person=who) | linked.filter(pk__in=ids)


def _may_part(own: set[int], who: Contact, other: Contact) -> bool:
    """Set by hand, on a record that they may edit: what comes from a move stays."""
    holders = same_person.holders_of(who, other)
    if any(one.same_person.status == ContactStatus.MOVED for one in holders if one.same_person):
        return False
    return all(one.customer_id in own for one in holders)
