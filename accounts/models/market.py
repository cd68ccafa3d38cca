"""Where we stand at a customer: our products in use, and the positions of competitors."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.choices_market import Penetration
from accounts.models.customer import Customer, CustomerUnit, OfCustomerQuerySet
from core.models import Record, in_choices
from core.text import plain_line


def _line(label: object, length: int, *, blank: bool = True) -> models.CharField:
    more = {"blank": True, "default": ""} if blank else {}
    return models.CharField(label, max_length=length, validators=[plain_line], **more)


class PositionQuerySet(OfCustomerQuerySet):
    """Questions about positions of competitors."""

    def current(self) -> PositionQuerySet:
        """The latest that is known."""
        return self.filter(superseded_at=None)


class CompetitorPosition(Record):
    """What a competitor holds at a customer, as of a day and from a source (C122)."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="competitor_positions", verbose_name=_("customer")
    )
    competitor = _line(_("competitor"), 80, blank=False)
    product = _line(_("product"), 80, blank=False)
    share = models.PositiveSmallIntegerField(
        _("share in percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    strengths = _line(_("strengths"), 300)
    weaknesses = _line(_("weaknesses"), 300)
    open_issues = _line(_("open issues"), 300)
    swap_plan = _line(_("swap plan"), 300)
    as_of = models.DateField(_("as of"))
    source = _line(_("source"), 200, blank=False)
    superseded_at = models.DateTimeField(_("superseded"), null=True, editable=False)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position of a competitor")
        verbose_name_plural = _("positions of competitors")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__lte=100),
                name="accounts_position_share",
                violation_error_message=_("A share is 100 percent at most."),
            ),
            models.UniqueConstraint(
                "customer",
                Lower("competitor"),
                Lower("product"),
                condition=Q(superseded_at=None),
                name="accounts_position_current",
                violation_error_message=_("A later position is noted already; reload the page."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "superseded_at"], name="accounts_position_of"),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/competitor-positions/{self.pk}/"

    def __str__(self) -> str:
        return f"{self.competitor} · {self.product}"


class PenetrationQuerySet(OfCustomerQuerySet):
    """Questions about our products in use."""

    def in_use(self) -> PenetrationQuerySet:
        """On trial or more."""
        return self.exclude(status=Penetration.NONE)


class ProductPenetration(Record):
    """How far one product of ours is in use at a customer, or in one of its departments (C095)."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="penetration", verbose_name=_("customer")
    )
    unit = models.ForeignKey(
        CustomerUnit, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("department"),
    )  # fmt: skip
    product = _line(_("product"), 80, blank=False)
    status = models.CharField(_("in use"), max_length=8, choices=Penetration)
    note = _line(_("note"), 200)

    objects = PenetrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("product in use")
        verbose_name_plural = _("products in use")
        ordering = ["-id"]
        constraints = [
            in_choices("status", Penetration),
            models.UniqueConstraint(
                "customer",
                "unit",
                Lower("product"),
                condition=Q(unit__isnull=False),
                name="accounts_penetration_unit",
                violation_error_message=_("This product is noted for the department already."),
            ),
            models.UniqueConstraint(
                "customer",
                Lower("product"),
                condition=Q(unit=None),
                name="accounts_penetration_whole",
                violation_error_message=_("This product is noted for the customer already."),
            ),
        ]
        indexes = [models.Index(fields=["product", "status"], name="accounts_penetration_of")]

    def get_absolute_url(self) -> str:
        """The matrix of its customer."""
        return f"/product-penetration/?customer={self.customer_id}"

    def __str__(self) -> str:
        return f"{self.product} {self.status}"
