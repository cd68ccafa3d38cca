"""When colleagues are away and who stands in for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models.customer import units_below
from accounts.models.organisation import is_staff_member, roles_of
from core.models import Record


class LeaveQuerySet(models.QuerySet):
    """Questions about leave."""

    def visible_to(self, user: Any) -> LeaveQuerySet:
        """One's own, those for whom one stands in, and those of one's people."""
        if not is_staff_member(user):
            return self.none()
        if user.is_superuser:
            return self
        near = Q(user=user.pk) | Q(deputy=user.pk, cancelled_at=None)
        if roles_of(user) & {Role.RH, Role.EXE, Role.QM, Role.ADM}:
            near |= Q(user__profile__unit__in=units_below(user))
        return self.filter(near)

    def standing(self) -> LeaveQuerySet:
        """Not called off."""
        return self.filter(cancelled_at=None)

    def touching(self, first: dt.date, last: dt.date) -> LeaveQuerySet:
        """With at least one day between two days, both counted."""
        return self.standing().filter(starts_on__lte=last, ends_on__gte=first)


class UserLeave(Record):
    """Days on which somebody is away; why is nobody's business and is not kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    cancelled_at = models.DateTimeField(_("called off"), null=True, editable=False)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="accounts_leave_days",
                violation_error_message=_("The last day lies before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("user")),
                name="accounts_leave_deputy",
                violation_error_message=_("Nobody deputises for themselves."),
            ),
        ]
        indexes = [models.Index(fields=["user", "ends_on"], name="accounts_leave_of")]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_on}"

    def get_absolute_url(self) -> str:
        """The list that shows it."""
        return "/leaves/"
