"""How a person likes the pages: theme, language, shortcuts, presenting mode."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import Forbidden
from core.models import User

CHOICES = {
    "theme": {"system", "light", "dark"},
    "language": {code for code, _name in settings.LANGUAGES},
    "keys": {"on", "off"},
    "presenting": {"on", "off"},
}
COOKIES = {"theme": "theme", "language": "language"}
"""Also kept in a cookie, so that the sign-in page follows."""
YEAR = 365 * 24 * 3600


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def theme_of(request: HttpRequest) -> str:
    """light or dark; "" follows the system."""
    wish = request.user.theme if _signed_in(request) else request.COOKIES.get("theme", "")
    return wish if wish in ("light", "dark") else ""


def shortcuts_on(request: HttpRequest) -> bool:
    """Whether single keys work (WCAG 2.1.4 asks for the switch)."""
    return request.user.shortcuts if _signed_in(request) else False


def refuse_presenting(request: HttpRequest) -> None:
    """A form that shows what is locked does not open while presenting: 403."""
    if is_presenting(request):
        raise Forbidden(_("This is hidden while presenting. Leave presenting mode first."))


def is_presenting(request: HttpRequest) -> bool:
    """Whether everything internal must be left out of the page; ends with the session."""
    session = getattr(request, "session", None)
    return bool(session) and session.get("presenting") == "on"


def keep(user: User, name: str, value: str) -> None:
    """Save one choice of a person."""
    if name == "keys":
        User.objects.filter(pk=user.pk).update(shortcuts=value == "on")
    elif name in ("theme", "language"):
        User.objects.filter(pk=user.pk).update(**{name: value})


def _back(request: HttpRequest) -> str:
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url and url_has_allowed_host_and_scheme(url, {request.get_host()}):
            return url
    return "/"


@require_POST
def set_preference(request: HttpRequest, name: str) -> HttpResponse:
    """Keep one choice and go back to the page; scripts (X-Requested-With: fetch) get 204."""
    value = request.POST.get("value", "")
    if value not in CHOICES.get(name, ()):
        raise Http404
    if name == "presenting":
        request.session["presenting"] = value
    elif _signed_in(request):
        keep(request.user, name, value)
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    else:
        response = HttpResponseRedirect(_back(request))
    if name in COOKIES:
        response.set_cookie(
            COOKIES[name],
            value,
            max_age=YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
