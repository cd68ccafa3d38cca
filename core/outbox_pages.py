"""The outbox as a page for administrators: what left, what waits, what is held, what is dead."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import clock, files, outbox
from core.models import Attachment, OutboxMessage, User
from core.paging import page_of, size_of
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page

CHANNELS = {
    "email": gettext_lazy("E-mail"),
    "webhook": gettext_lazy("Webhook"),
    "apprise": gettext_lazy("Robot"),
}
TONES = {"pending": "watch", "sent": "ok", "dead": "breach", "held": "paused"}


def may_administer(user: User) -> bool:
    """Administrators: superusers, and staff who may change outgoing messages."""
    return user.is_superuser or (user.is_staff and user.has_perm("core.change_outboxmessage"))


def _rows(request: HttpRequest) -> QuerySet:
    ask(may_administer(request.user), _("The outbox is for administrators."))
    return OutboxMessage.objects.select_related("recipient")


@staff_page
def outbox_list(request: HttpRequest) -> HttpResponse:
    """All messages, latest first; `?state=` and `?channel=` narrow the list."""
    rows = _rows(request)
    state = request.GET.get("state", "")
    channel = request.GET.get("channel", "")
    if state in OutboxMessage.State.values:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(channel=channel[:12])
    page = page_of(
        rows.defer("body", "extra"),
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    for row in page.rows:
        row.tone, row.way = TONES[row.state], CHANNELS.get(row.channel, row.channel)
    states = [(value, label, value == state) for value, label in OutboxMessage.State.choices]
    context = {"page": page, "states": states, "now": clock.now()}
    return render(request, "core/outbox.html", context)


@staff_page
def outbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message with its text, its log and what can be done about it."""
    row = found(_rows(request), pk=pk)
    row.way = CHANNELS.get(row.channel, row.channel)
    context = {"message": row, "tone": TONES[row.state], "now": clock.now()}
    return render(request, "core/outbox_message.html", context)


@staff_page
@require_POST
def outbox_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a dead message again."""
    outbox.retry(found(_rows(request), pk=pk), by=actor_of(request), now=clock.now())
    toast(request, _("The message is tried again."))
    return redirect("outbox_message", pk=pk)


@staff_page
@require_POST
def outbox_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a held message go out."""
    outbox.release(found(_rows(request), pk=pk), by=actor_of(request), now=clock.now())
    toast(request, _("The message goes out."))
    return redirect("outbox_message", pk=pk)


@staff_page
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A file, when the floor that owns it lets this person read it; else 404."""
    row = found(Attachment.objects.all(), pk=pk)
    if not files.may_read(request.user, row):
        row = found(Attachment.objects.none(), pk=pk)
    return files.response(row)
