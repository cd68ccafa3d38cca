"""What every row has: who made it, who changed it, which version it is."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _


def in_choices(field: str, choices: type[models.Choices]) -> models.CheckConstraint:
    """Only declared values may stand in a column."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_in_choices",
    )


@functools.cache
def _labels(field: models.Field) -> dict[Any, Any]:
    """Value to label of a field with choices; labels are translated when they are said."""
    return dict(field.flatchoices)


class Stored(models.Model):
    """Rows that are read quickly: the columns as they come, without the constructor's signals."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """An object of the columns that were read; one that was left out is read when asked for."""
        row = cls.__new__(cls)
        row.__dict__.update(zip(field_names, values, strict=True))
        row._state = ModelState()
        row._state.adding, row._state.db = False, db
        return row

    def _get_FIELD_display(self, field: models.Field) -> str:
        """The label of a choice. Django builds the table of labels anew at each call."""
        value = getattr(self, field.attname)
        return str(_labels(field).get(value, "" if value is None else value))


class Record(Stored):
    """Common columns of an editable row. `version` grows by one with each write."""

    created_at = models.DateTimeField(_("created"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    updated_at = models.DateTimeField(_("updated"), editable=False, db_index=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("updated by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    def stamp(self, *, by, now: dt.datetime) -> None:
        """Fill the common columns of a new row."""
        self.created_at = self.updated_at = now
        self.created_by_id = self.updated_by_id = by.user_id


class Referenced(models.Model):
    """A row that other systems know: unique by (external_source, external_ref) when given."""

    external_source = models.CharField(_("external source"), max_length=80, blank=True, default="")
    external_ref = models.CharField(_("external reference"), max_length=120, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["external_source", "external_ref"],
                condition=~Q(external_ref=""),
                name="%(app_label)s_%(class)s_external_unique",
                violation_error_message=_("This external reference exists already."),
            ),
        ]
