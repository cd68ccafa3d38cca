"""Parameters of lists: the FilterSet of the page, strict about names and characters."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError

from core.api.paging import NAMES as PAGING
from core.api.problems import UnknownParameter
from core.filters import Filters, bad_texts

MAX_TEXT = 200


class StrictFilterBackend(DjangoFilterBackend):
    """An unknown parameter is 400. Adds `?search=` (view.search_fields) and `?updated_since=`."""

    filterset_base = Filters

    def filter_queryset(self, request: Any, queryset: QuerySet, view: Any) -> QuerySet:
        """The filtered rows; ValidationError with the parameter's name."""
        refuse_unknown(request, self.names(view, queryset))
        queryset = super().filter_queryset(request, queryset, view)
        return self._since(request, self._search(request, queryset, view))

    def names(self, view: Any, queryset: QuerySet) -> set[str]:
        """Every parameter that this list takes."""
        filterset = self.get_filterset_class(view, queryset)
        known = PAGING | (filterset.names() if filterset is not None else set())
        if getattr(view, "search_fields", ()):
            known = known | {"search"}
        if has_updated_at(queryset):
            known = known | {"updated_since"}
        return known

    def _search(self, request: Any, queryset: QuerySet, view: Any) -> QuerySet:
        text = request.query_params.get("search", "").strip()
        fields = getattr(view, "search_fields", ())
        if not text or not fields:
            return queryset
        if len(text) > MAX_TEXT:
            raise ValidationError({"search": [_("At most %(most)d characters.") % {"most": 200}]})
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": text})
        return queryset.filter(wanted)

    def _since(self, request: Any, queryset: QuerySet) -> QuerySet:
        text = request.query_params.get("updated_since", "")
        if not text:
            return queryset
        try:
            since = parse_datetime(text.replace(" ", "+"))
            if since is None or since.tzinfo is None:
                raise ValueError(text)
            since.utctimetuple()
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                {"updated_since": [_("A time with zone, like 2026-03-02T09:00:00+08:00.")]}
            ) from error
        return queryset.filter(updated_at__gte=since)


def has_updated_at(queryset: QuerySet) -> bool:
    """True when rows know when they were changed."""
    return any(field.name == "updated_at" for field in queryset.model._meta.fields)


def refuse_unknown(request: Any, known: set[str]) -> None:
    """400 for parameters that nobody reads, and for forbidden characters in any."""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise UnknownParameter(
            {name: [_("This parameter does not exist here.")] for name in unknown}
        )
    wrong = bad_texts(request.query_params.items())
    if wrong:
        raise ValidationError(wrong)
