"""Pages around lists: the list itself, saved views, the neighbours of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, registry
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.lists import actions
from core.lists.forms import ViewForm
from core.lists.reading import Listing, listing_of
from core.lists.spec import Asker, ListSpec, spec_of
from core.models import Audience, SavedView
from core.paging import neighbours
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page

COOKIE = "in_"
COOKIE_MOST = 1500
COOKIE_S = 12 * 3600


def judged(request: HttpRequest, spec: ListSpec) -> Listing:
    """A list as this request asks for it; `drawn` reads its page of lines."""
    return listing_of(spec, request, Asker(request.user, clock.now(), is_presenting(request)))


def elsewhere(request: HttpRequest, listing: Listing) -> HttpResponse | None:
    """The way to the view that a person opens the list with, when nothing is asked for."""
    first = next((view for view in listing.views if view.is_default), None)
    if first is None or request.GET:
        return None
    return redirect(f"{request.path}?view={first.pk}")


def list_page(
    request: HttpRequest,
    spec: ListSpec,
    template: str,
    context: Callable[[Listing], dict[str, Any]] | None = None,
) -> HttpResponse:
    """Answer with a list; without parameters with the view that the person opens it with."""
    listing = judged(request, spec)
    return elsewhere(request, listing) or drawn(request, listing, template, context)


def drawn(
    request: HttpRequest,
    listing: Listing,
    template: str,
    context: Callable[[Listing], dict[str, Any]] | None = None,
    count: int | None = None,
) -> HttpResponse:
    """The page of a list that was judged; `count` where the caller knows how many rows match."""
    listing.read(
        cursor=request.GET.get("cursor", ""),
        size=listing.asked.get("page_size", ""),
        count=count,
    )
    said = {
        "list": listing,
        "page": listing.page,
        "filter": listing.filter,
        "filtered": listing.is_narrowed,
        "now": listing.asker.now,
        **(context(listing) if context else {}),
    }
    return remember(request, listing.spec, render(request, template, said))


def check_tabs(listing: Listing, tabs: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Tabs above a list that each turn one filter on; the first one, without a name, shows all."""
    tabs = list(tabs)
    on = next((key for key, _label in tabs if key and listing.asked.get(key)), "")
    path = listing.spec.path
    return [
        {
            "url": f"{path}?{key}=true" if key else f"{path}?view=0",
            "label": label,
            "current": key == on,
        }
        for key, label in tabs
    ]


def remember(
    request: HttpRequest, spec: ListSpec, response: HttpResponse, query: str | None = None
) -> HttpResponse:
    """Keep in a cookie which list a record is opened from: previous and next read it.

    `query`: what says the same to the declared list, where a page of another address shows it.
    """
    name, query = f"{COOKIE}{spec.key}", request.GET.urlencode() if query is None else query
    if len(query) <= COOKIE_MOST:
        response.set_cookie(
            name, query, max_age=COOKIE_S, path="/lists/", samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
    return response


@staff_page
@require_safe
def record_neighbours(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Fragment: links to the record before and after one, in the list that one came from."""
    spec = spec_of(key)
    params = QueryDict(request.COOKIES.get(f"{COOKIE}{spec.key}", "")[:COOKIE_MOST])
    asker = Asker(request.user, clock.now(), is_presenting(request))
    if spec.confidential and asker.presenting:
        return HttpResponse("")
    try:
        listing = listing_of(spec, request, asker, params=params)
    except Refused:
        return HttpResponse(status=204)
    row = listing.rows.filter(pk=pk).first()
    if row is None:
        found(spec.rows(request.user), pk=pk)
        return HttpResponse("")
    before, after = neighbours(listing.rows, row, ordering=listing.ordering)
    context = {"before": before, "after": after, "list": listing}
    return render(request, "core/lists/_neighbours.html", context)


@staff_page
def view_new(request: HttpRequest, key: str) -> HttpResponse:
    """Save what stands there as a view."""
    spec = spec_of(key)
    query = request.POST.get("query", request.GET.get("query", ""))
    form = _form(request, fresh=True, initial={"query": query})

    def save(values: dict[str, Any]) -> SavedView:
        kept = actions.clean_query(spec, query, _names(spec))
        return actions.save_view(spec, values, query=kept, by=actor_of(request), now=clock.now())

    page = {"title": _("Save this view"), "submit": _("Save the view")}
    return _answer(request, form, spec, save, page)


@staff_page
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or renew a view of one's own; others can only be opened first."""
    row = _view(request, pk)
    spec = spec_of(row.listing)
    mine = row.owner_id == request.user.pk
    if not mine:
        context = {"view": row, "spec": spec, "is_default": row.is_default}
        return render(request, "core/lists/view_others.html", context)
    form = _form(
        request,
        fresh=False,
        initial={
            "name": row.name,
            "audience": row.audience,
            "unit_id": row.unit_id,
            "is_default": row.is_default,
            "query": request.GET.get("query", ""),
            "version": row.version,
        },
    )

    def save(values: dict[str, Any]) -> SavedView:
        changes = {
            name: values[name]
            for name in ("name", "audience", "unit_id", "is_default")
            if name in values
        }
        if values.get("renew"):
            changes["query"] = actions.clean_query(spec, values["query"], _names(spec))
        return actions.change_view(
            row, changes, by=actor_of(request), now=clock.now(), version=values.get("version")
        )

    page = {"title": _("This view"), "submit": _("Save the view"), "view": row}
    return _answer(request, form, spec, save, page, template="core/lists/view_form.html")


@require_POST
@staff_page
def view_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a view away; the toast brings it back."""
    row = _own(request, pk)
    actions.remove_view(row, by=actor_of(request), now=clock.now())
    toast(request, _("View removed"), undo_url=f"/list-views/{row.pk}/restore/")
    return redirect(f"{spec_of(row.listing).path}?view=0")


@require_POST
@staff_page
def view_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a removal."""
    rows = SavedView.objects.filter(owner=request.user).exclude(removed_at=None)
    row = found(rows, pk=pk)
    actions.bring_back(row, by=actor_of(request), now=clock.now())
    toast(request, _("The view is back"))
    return redirect(f"{spec_of(row.listing).path}?view={row.pk}")


@require_POST
@staff_page
def view_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the list open with a view, or no more."""
    row = _view(request, pk)
    on = actions.choose(row, by=actor_of(request), now=clock.now())
    toast(request, _("The list opens with this view") if on else _("The list opens with all rows"))
    return redirect(f"{spec_of(row.listing).path}?view={row.pk}")


def _view(request: HttpRequest, pk: int) -> SavedView:
    units = registry.entry("VIEW_UNITS")
    held = registry.load(units)(request.user) if units else ()
    return found(SavedView.objects.visible_to(request.user, held).with_default(request.user), pk=pk)


def _own(request: HttpRequest, pk: int) -> SavedView:
    row = _view(request, pk)
    ask(row.owner_id == request.user.pk, _("Only who saved the view changes it."))
    return row


def _form(request: HttpRequest, *, fresh: bool, initial: dict[str, Any]) -> ViewForm:
    may, units = registry.entry("MAY_SHARE"), registry.entry("SHARE_UNITS")
    audiences = {str(Audience.ME)}
    if may:
        audiences |= {
            str(one)
            for one in (Audience.UNIT, Audience.EVERYBODY)
            if registry.load(may)(request.user, str(one))
        }
    held = registry.load(units)(request.user) if units and Audience.UNIT in audiences else []
    if not held:
        audiences.discard(str(Audience.UNIT))
    return ViewForm(sent(request), initial=initial, audiences=audiences, units=held, fresh=fresh)


def _answer(
    request: HttpRequest,
    form: ViewForm,
    spec: ListSpec,
    save: Callable[[dict[str, Any]], SavedView],
    page: dict[str, Any],
    template: str = "parts/form_page.html",
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            row = save(form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("View saved"))
            return HttpResponseRedirect(f"{spec.path}?view={row.pk}")
    context = {"crumb": spec.title, "crumb_url": spec.path, **page}
    return answer(request, template, context, form)


def _names(spec: ListSpec) -> set[str]:
    return set(spec.filterset.names())  # type: ignore[attr-defined]
