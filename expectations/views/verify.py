"""The public verify page: does a hash or a number belong to a form? No content, no names."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from expectations import terms
from expectations.models import ConfirmationForm

_HASH = re.compile(r"^[0-9a-f]{12,64}$")
_CODE = re.compile(r"^CEF-\d{4}-\d{1,9}$")


@require_GET
def verify_start(request: HttpRequest) -> HttpResponse:
    """Ask for a hash; `?key=` leads on."""
    key = request.GET.get("key", "").strip()
    if key and re.fullmatch(r"[0-9A-Za-z-]{4,64}", key):
        return redirect("verify", key=key)
    return render(request, "expectations/verify.html", {"words": terms.not_certified()})


@require_GET
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """Number, version, state and hash of what belongs to the key; nothing else."""
    rows = ConfirmationForm.objects.exclude(sent_at=None).defer("snapshot")
    if _HASH.match(key.lower()):
        rows = rows.filter(snapshot_sha256__startswith=key.lower())
    elif _CODE.match(key.upper()):
        rows = rows.filter(code=key.upper())
    else:
        rows = rows.none()
    found = list(rows.order_by("-version_no")[:5])
    context = {"key": key, "found": found, "asked": True, "words": terms.not_certified()}
    return render(request, "expectations/verify.html", context, status=200 if found else 404)
