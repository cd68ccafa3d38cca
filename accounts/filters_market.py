"""Filters of where we stand at a customer: one for page and API."""

from __future__ import annotations

from django.db import models
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter

from accounts.choices_market import Penetration, ReferenceKind, ReferenceStatus
from accounts.models import CompetitorPosition, ProductPenetration, ReferenceSite
from core import clock
from core.filters import Filters, IdFilter
from core.wording import localtime


class ReferenceFilter(Filters):
    """Reference sites: by text, customer, kind, state, and whether they may be shown today."""

    search = CharFilter(method="by_text", label=_("Product, site"), max_length=80)
    customer = IdFilter(widget=HiddenInput)
    kind = ChoiceFilter(choices=ReferenceKind.choices, label=_("Kind"), empty_label=_("any"))
    status = ChoiceFilter(choices=ReferenceStatus.choices, label=_("Status"), empty_label=_("any"))
    shown = ChoiceFilter(
        method="by_shown",
        label=_("Consent"),
        empty_label=_("any"),
        choices=[("yes", _("in force today")), ("no", _("not in force today"))],
    )

    class Meta:
        model = ReferenceSite
        fields: list[str] = []

    def by_text(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """A part of the product, the site or what there is to see."""
        wanted = models.Q()
        for column in ("product", "site", "highlights"):
            wanted |= models.Q(**{f"{column}__icontains": value})
        return queryset.filter(wanted)

    def by_shown(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """As references.may_be_shown, today where the reader is."""
        today = localtime(clock.now()).date()
        running = ReferenceSite.objects.shown_on(today)
        if value == "yes":
            return queryset.filter(pk__in=running.values("pk"))
        return queryset.exclude(pk__in=running.values("pk"))


class PositionFilter(Filters):
    """Positions of competitors: by text, customer, swap plan; current ones or history."""

    search = CharFilter(method="by_text", label=_("Competitor, product"), max_length=80)
    customer = IdFilter(widget=HiddenInput)
    swap = ChoiceFilter(
        method="by_swap",
        label=_("Swap plan"),
        empty_label=_("any"),
        choices=[("yes", _("planned")), ("no", _("none"))],
    )
    state = ChoiceFilter(
        method="by_state",
        label=_("State"),
        empty_label=_("any"),
        choices=[
            ("current", pgettext_lazy("position", "current")),
            ("past", pgettext_lazy("position", "history")),
        ],
    )

    class Meta:
        model = CompetitorPosition
        fields: list[str] = []

    def by_text(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """A part of either name."""
        return queryset.filter(
            models.Q(competitor__icontains=value) | models.Q(product__icontains=value)
        )

    def by_swap(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """Whether a plan is written down."""
        return queryset.exclude(swap_plan="") if value == "yes" else queryset.filter(swap_plan="")

    def by_state(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """The latest known, or what was before."""
        return queryset.filter(superseded_at__isnull=value == "current")


class PenetrationFilter(Filters):
    """Products in use: by product, customer, department, how far."""

    search = CharFilter(field_name="product", lookup_expr="icontains", label=_("Product"),
                        max_length=80)  # fmt: skip
    customer = IdFilter(widget=HiddenInput)
    unit = IdFilter(widget=HiddenInput)
    status = ChoiceFilter(choices=Penetration.choices, label=_("In use"), empty_label=_("any"))

    class Meta:
        model = ProductPenetration
        fields: list[str] = []
