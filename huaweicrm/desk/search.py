"""The search box and the command palette: one query, what the person may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.findable import scopes_of
from core import search
from core.web import staff_page

LABELS = {
    "accounts.customer": ("account", lambda: _("Customers")),
    "accounts.contact": ("people", lambda: _("Contacts")),
    "expectations.project": ("report", lambda: _("Projects")),
    "expectations.confirmationform": ("confirm", lambda: _("Confirmation forms")),
    "expectations.expectationitem": ("matrix", lambda: _("Expectations")),
    "service.ticket": ("ticket", lambda: _("Tickets")),
}


@staff_page
def results(request: HttpRequest) -> HttpResponse:
    """Hits in groups; as a fragment for the palette, as a page without script."""
    query = request.GET.get("q", "").strip()[:100]
    hits = search.find(query, 30, scopes_of(request.user)) if query else []
    groups: dict[str, list] = {}
    for hit in hits:
        groups.setdefault(hit.label, []).append(hit)
    shown = [
        {
            "icon": LABELS.get(label, ("search", None))[0],
            "title": LABELS[label][1]() if label in LABELS else label,
            "hits": rows,
        }
        for label, rows in groups.items()
    ]
    context = {"query": query, "groups": shown, "count": len(hits)}
    template = "desk/_found.html" if request.headers.get("HX-Request") else "desk/search.html"
    return render(request, template, context)
