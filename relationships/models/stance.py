"""Where a person stands towards a competitor of ours (confidential)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, confided_to
from core.models import Record
from core.text import plain_line, plain_text
from relationships.grid import HIGHEST, LOWEST
from relationships.models.assessment import SCORE


class StanceQuerySet(models.QuerySet):
    """Questions about stances. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> StanceQuerySet:
        """Of customers whose confidential class this person may read."""
        return self.filter(customer__in=confided_to(user))

    def current(self) -> StanceQuerySet:
        """Not superseded by a later one."""
        return self.filter(superseded_at=None)


class CompetitorStance(Record):
    """From −3 (keeps them out) to +3 (acts for them), with what shows it; never changed, only
    superseded by a later one."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("contact")
    )
    competitor = models.CharField(_("competitor"), max_length=80, validators=[plain_line])
    stance = models.SmallIntegerField(_("stance"), validators=SCORE)
    evidence = models.TextField(_("evidence"), max_length=2000, validators=[plain_text])
    as_of = models.DateField(_("as of"))
    superseded_at = models.DateTimeField(_("superseded"), null=True, editable=False)

    objects = StanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("stance towards a competitor")
        verbose_name_plural = _("stances towards competitors")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stance__range=(LOWEST, HIGHEST)),
                name="relationships_stance_range",
                violation_error_message=_("Scores lie between −3 and +3."),
            ),
            models.UniqueConstraint(
                fields=["contact", "competitor"],
                condition=Q(superseded_at=None),
                name="relationships_stance_one_current",
            ),
        ]
        indexes = [models.Index(fields=["customer", "contact"], name="relationships_stance_of")]

    def __str__(self) -> str:
        return f"{self.competitor} {self.as_of}"

    def get_absolute_url(self) -> str:
        """The person on the grid of the customer."""
        return f"/customers/{self.customer_id}/grid/?person={self.contact_id}"
