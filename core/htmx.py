"""Makes a redirect out of a dialog move the page, not the dialog."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

REDIRECTS = {301, 302, 303, 307, 308}


class DialogRedirects:
    """Middleware: answers a dialog's redirect with 204 and HX-Redirect, so messages survive."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Target") != "dialog" or response.status_code not in REDIRECTS:
            return response
        moved = HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})
        moved.cookies = response.cookies
        return moved
