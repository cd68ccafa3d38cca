"""Two pages, one for each door, served only to the tests of sessions."""

from django.http import HttpResponse
from django.urls import include, path

from accounts.models import OrgUnit
from core import clock, signin
from core.errors import Refused
from core.web import client_ip, portal_page, recent_auth, staff_page


@staff_page
def staff(request):
    return HttpResponse(str(request.user.username))


@staff_page
def half_write(request):
    OrgUnit.objects.update(name="changed")
    raise Refused("No.")


@staff_page
@recent_auth
def fresh(request):
    return HttpResponse("fresh")


@portal_page
def portal(request):
    return HttpResponse(str(request.user.username))


def portal_sign_in(request):
    user = signin.portal_sign_in(
        request,
        request.POST["login"],
        request.POST["password"],
        ip=client_ip(request),
        now=clock.now(),
    )
    return HttpResponse(status=204 if user else 400)


urlpatterns = [
    path("staff/", staff),
    path("half/", half_write),
    path("fresh/", fresh),
    path("portal/here/", portal),
    path("portal/sign-in/", portal_sign_in),
    path("", include("huaweicrm.urls")),
]
