"""`/portfolio/`: tier × fit, concentration, penetration, lifetime value; for heads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import policies_value, rules
from accounts.choices import Tier
from accounts.models import OrgUnit
from accounts.queries import units_to_share
from accounts.queries_portfolio import read, seen_by_head
from core import clock, policy
from core.preferences import is_presenting
from core.web import ask, staff_page


class UnitForm(forms.Form):
    """Which part of our organisation."""

    unit = forms.TypedChoiceField(
        label=gettext_lazy("Owning unit"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("all")), *units_to_share(user)]


@staff_page
@require_safe
def portfolio_page(request: HttpRequest) -> HttpResponse:
    """What the customers of a head are worth, together and one by one."""
    ask(
        rules.may_see_portfolio(request.user),
        _("The portfolio is for regional heads and executives."),
        rule="0.2",
    )
    now = clock.now()
    form = UnitForm(request.GET, user=request.user)
    unit = form.cleaned_data["unit"] if form.is_valid() else None
    if is_presenting(request):
        return render(request, "accounts/portfolio.html", {"hidden": True, "form": form})
    customers = seen_by_head(request.user)
    if unit is not None:
        below = OrgUnit.objects.visible_to(request.user).filter(path__contains=f"/{unit}/")
        customers = customers.filter(owning_unit__in=below.values("pk"))
    shown = read(customers, timezone.localdate(now))
    context = {
        "form": form,
        "shown": shown,
        "tiers": [(tier.label, tier.name.lower(), shown.tiers[tier]) for tier in Tier],
        "no_tier": shown.tiers[None],
        "factor": policy.get(policies_value.RETENTION_FACTOR, at=now),
        "count": len(shown.lines),
        "now": now,
    }
    return render(request, "accounts/portfolio.html", context)
