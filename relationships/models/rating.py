"""Rounds in which several people rate one contact, each without the scores of the others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, Opportunity, confided_to
from core.models import Record, in_choices
from core.text import plain_line, plain_text
from relationships.choices import RoundStatus
from relationships.grid import HIGHEST, LOWEST


class RoundQuerySet(models.QuerySet):
    """Questions about rounds. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> RoundQuerySet:
        """Rounds at customers whose confidential class this person may read."""
        return self.filter(customer__in=confided_to(user))

    def open(self) -> RoundQuerySet:
        """Still waiting for scores."""
        return self.filter(status=RoundStatus.OPEN)


class RatingRound(Record):
    """Several people are asked where a contact stands, in general or in one deal; nobody reads a
    score before giving one."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="rating_rounds", verbose_name=_("contact")
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opportunity"),
    )
    question = models.CharField(
        _("occasion"), max_length=200, blank=True, default="", validators=[plain_line]
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    closes_on = models.DateField(_("open until"))
    status = models.CharField(
        _("status"), max_length=10, choices=RoundStatus, default=RoundStatus.OPEN
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating round")
        verbose_name_plural = _("rating rounds")
        ordering = ["-id"]
        constraints = [
            in_choices("status", RoundStatus),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None)
                | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="relationships_round_closed",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(status="open"),
                name="relationships_round_one_open",
                violation_error_message=_("Several people rate this person already."),
            ),
        ]
        indexes = [models.Index(fields=["customer", "status"], name="relationships_round_of")]

    def __str__(self) -> str:
        return f"{self.contact} {self.closes_on}"

    def get_absolute_url(self) -> str:
        """Where a rater gives the score and the spread shows afterwards."""
        return f"/grid-rounds/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Still waiting for scores."""
        return self.status == RoundStatus.OPEN


class Rating(models.Model):
    """One person's score in a round; empty until it is given, and never changed afterwards."""

    round = models.ForeignKey(RatingRound, models.CASCADE, related_name="ratings")
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("rater")
    )
    intimacy = models.SmallIntegerField(_("intimacy"), null=True)
    support = models.SmallIntegerField(_("support"), null=True)
    evidence = models.TextField(
        _("evidence"), max_length=2000, blank=True, default="", validators=[plain_text]
    )
    given_at = models.DateTimeField(_("given"), null=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "rater"], name="relationships_rating_once"),
            models.CheckConstraint(
                condition=Q(given_at=None, intimacy=None, support=None)
                | Q(
                    given_at__isnull=False,
                    intimacy__range=(LOWEST, HIGHEST),
                    support__range=(LOWEST, HIGHEST),
                ),
                name="relationships_rating_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.rater}"

    @property
    def point(self) -> tuple[int, int] | None:
        """(intimacy, support); None until given."""
        if self.intimacy is None or self.support is None:
            return None
        return self.intimacy, self.support
