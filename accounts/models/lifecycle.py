"""A proposed step of a customer along its lifecycle, for the account manager to decide (R-A5)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import CustomerStatus, ProposalStatus
from accounts.models.customer import Customer, OfCustomerQuerySet
from core.models import Record, in_choices
from core.text import plain_line


class ProposalQuerySet(OfCustomerQuerySet):
    """Questions about proposals."""

    def open(self) -> ProposalQuerySet:
        """Not decided yet."""
        return self.filter(status=ProposalStatus.PROPOSED)


class LifecycleProposal(Record):
    """From where to where, and what became of it. It says no amount: orders are confidential."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="lifecycle_proposals", verbose_name=_("customer")
    )
    from_status = models.CharField(_("from"), max_length=10, choices=CustomerStatus)
    to_status = models.CharField(_("to"), max_length=10, choices=CustomerStatus)
    last_contact_on = models.DateField(_("last contact"), null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=ProposalStatus, default=ProposalStatus.PROPOSED
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line]
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("lifecycle proposal")
        verbose_name_plural = _("lifecycle proposals")
        ordering = ["-id"]
        constraints = [
            in_choices("from_status", CustomerStatus),
            in_choices("to_status", CustomerStatus),
            in_choices("status", ProposalStatus),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.PROPOSED, decided_at=None)
                | (~Q(status=ProposalStatus.PROPOSED) & Q(decided_at__isnull=False)),
                name="accounts_lifecycle_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.REJECTED) | ~Q(note=""),
                name="accounts_lifecycle_reason",
                violation_error_message=_("Say why it is rejected."),
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status=ProposalStatus.PROPOSED),
                name="accounts_lifecycle_one_open",
                violation_error_message=_("A proposal for this customer is open already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.from_status} → {self.to_status}"

    def get_absolute_url(self) -> str:
        """Where it is decided: the record of the customer."""
        return f"/customers/{self.customer_id}/record/"
