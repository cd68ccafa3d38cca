"""Pages about oneself: profile, notifications, API tokens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import actions_inbox, actions_own, actions_tokens, clock
from core.errors import Refused
from core.formpages import put_on, status_of
from core.forms import ChannelForm, ProfileForm, QuietForm, TokenForm
from core.models import ApiToken, Notification, NotificationChannel, User
from core.notify import text_of
from core.paging import page_of, size_of
from core.toasts import toast
from core.web import actor_of, found, recent_auth, staff_page


@staff_page
def profile(request: HttpRequest) -> HttpResponse:
    """Name, phone and time zone of oneself."""
    return _own(request, ProfileForm, _("Your profile"), "me")


@staff_page
def quiet(request: HttpRequest) -> HttpResponse:
    """Quiet hours, digest, chat robots."""
    more = {"channels": NotificationChannel.objects.filter(user=request.user).order_by("id")}
    return _own(request, QuietForm, _("Notifications"), "me_notifications", more=more)


def _own(
    request: HttpRequest, kind: type[ProfileForm | QuietForm], title: str, name: str, *, more=None
) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)
    form = kind(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        fresh = User.objects.get(pk=request.user.pk)
        try:
            actions_own.change_own(fresh, form.cleaned_data, by=actor_of(request), now=clock.now())
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(name)
    context = {"form": form, "title": title, **(more or {})}
    return render(request, f"core/{name}.html", context, status=status_of(form))


@staff_page
def add_channel(request: HttpRequest) -> HttpResponse:
    """A new chat robot."""
    form = ChannelForm(request.POST or None)
    if form.is_valid():
        try:
            actions_own.add_channel(
                request.user, **form.cleaned_data, by=actor_of(request), now=clock.now()
            )
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Robot added"))
            return redirect("me_notifications")
    context = {
        "title": _("Add a chat robot"),
        "form": form,
        "submit": _("Add the robot"),
        "crumb": _("Notifications"),
        "crumb_url": "/me/notifications/",
    }
    return render(request, "parts/form_page.html", context, status=status_of(form))


@require_POST
@staff_page
def remove_channel(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a chat robot."""
    channel = found(NotificationChannel.objects.filter(user=request.user), pk=pk)
    actions_own.remove_channel(channel, by=actor_of(request), now=clock.now())
    toast(request, _("Robot removed"))
    return redirect("me_notifications")


@require_POST
@staff_page
def test_channel(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a line to a chat robot."""
    channel = found(NotificationChannel.objects.filter(user=request.user), pk=pk)
    actions_own.test_channel(channel, by=actor_of(request), now=clock.now())
    toast(request, _("A test message is on its way"))
    return redirect("me_notifications")


@staff_page
def tokens(request: HttpRequest) -> HttpResponse:
    """Own API tokens, newest first."""
    return _own_tokens(request)


def _own_tokens(request: HttpRequest, text: str = "") -> HttpResponse:
    rows = ApiToken.objects.filter(user=request.user).order_by("-id")
    context = {"tokens": rows, "now": clock.now(), "text": text}
    return render(request, "core/me_tokens.html", context, status=201 if text else 200)


@staff_page
@recent_auth
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a token; the answer shows its text, which is kept nowhere, not even in the session."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            _token, text = actions_tokens.create_token(
                request.user, **form.cleaned_data, by=actor_of(request), now=clock.now()
            )
        except Refused as refusal:
            put_on(form, refusal)
        else:
            return _own_tokens(request, text)
    context = {
        "title": _("New API token"),
        "form": form,
        "submit": _("Make the token"),
        "crumb": _("API tokens"),
        "crumb_url": "/me/tokens/",
    }
    return render(request, "parts/form_page.html", context, status=status_of(form))


@require_POST
@staff_page
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    token = found(ApiToken.objects.filter(user=request.user), pk=pk)
    actions_tokens.revoke_token(token, by=actor_of(request), now=clock.now())
    toast(request, _("Token revoked"))
    return redirect("me_tokens")


@staff_page
def inbox(request: HttpRequest) -> HttpResponse:
    """Own notifications, newest first; `?unread=1` only the unread ones."""
    rows = Notification.objects.filter(user=request.user)
    unread = request.GET.get("unread") == "1"
    if unread:
        rows = rows.filter(read_at=None)
    try:
        size = size_of(request.GET.get("page_size", ""))
        page = page_of(rows, ordering="-id", cursor=request.GET.get("cursor", ""), size=size)
    except Refused:
        return redirect(request.path)
    lines = [(row, text_of(row)) for row in page.rows]
    context = {"page": page, "lines": lines, "only_unread": unread}
    return render(request, "core/notifications.html", context)


@require_POST
@staff_page
def read_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    row = found(Notification.objects.filter(user=request.user), pk=pk)
    actions_inbox.mark_read(row, by=actor_of(request), now=clock.now())
    there = row.url if request.POST.get("go") else ""
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()})
    return HttpResponseRedirect(there if there and safe else "/notifications/")


@require_POST
@staff_page
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actions_inbox.mark_all_read(request.user, now=clock.now())
    return redirect("notifications")
