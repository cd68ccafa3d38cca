"""Who decides at a customer: maps of seats, who moves whom (confidential)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, Opportunity, confided_to
from core.models import Record, in_choices
from core.text import plain_line
from relationships.choices import Chain, EdgeKind, MapStatus, SeatRole

STRENGTHS = (1, 3)


class PowerMapQuerySet(models.QuerySet):
    """Questions about power maps. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> PowerMapQuerySet:
        """Maps of customers whose confidential class this person may read."""
        return self.filter(customer__in=confided_to(user))

    def general(self) -> PowerMapQuerySet:
        """Of the customer whatever is bought; maps of one opportunity are left out."""
        return self.filter(opportunity=None)

    def overall(self) -> PowerMapQuerySet:
        """The one that figures are taken from: in force, of the whole customer."""
        return self.general().filter(status=MapStatus.ACTIVE, chain=Chain.OVERALL)


class PowerMap(Record):
    """The seats that a decision takes, on the whole or along one chain.

    On a map of an opportunity whoever was judged for it stands where they stand in that one
    (domain.md E-13); no figure of the customer is taken from such a map.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opportunity"),
    )
    name = models.CharField(_("name"), max_length=80, validators=[plain_line])
    chain = models.CharField(_("chain"), max_length=10, choices=Chain, default=Chain.OVERALL)
    status = models.CharField(
        _("status"), max_length=8, choices=MapStatus, default=MapStatus.DRAFT, editable=False
    )
    activated_at = models.DateTimeField(_("in force since"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = PowerMapQuerySet.as_manager()

    class Meta:
        verbose_name = _("power map")
        verbose_name_plural = _("power maps")
        ordering = ["-id"]
        constraints = [
            in_choices("chain", Chain),
            in_choices("status", MapStatus),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(activated_at__isnull=False),
                name="relationships_map_active",
            ),
            models.CheckConstraint(
                condition=Q(status="archived", archived_at__isnull=False)
                | (~Q(status="archived") & Q(archived_at=None)),
                name="relationships_map_archived",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status="active", chain="overall", opportunity=None),
                name="relationships_map_one_overall",
                violation_error_message=_(
                    "Another overall map of this customer is in force; archive it first."
                ),
            ),
            models.UniqueConstraint(
                fields=["opportunity"],
                condition=Q(status="active", chain="overall"),
                name="relationships_map_one_of_deal",
                violation_error_message=_(
                    "Another overall map of this opportunity is in force; archive it first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The map, drawn."""
        return f"/power-maps/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """May still be changed."""
        return self.status != MapStatus.ARCHIVED


class OfMapQuerySet(models.QuerySet):
    """Rows of a map; what was taken off stays for the trail."""

    def standing(self) -> OfMapQuerySet:
        """Not taken off."""
        return self.filter(removed_at=None)


class PowerSeatQuerySet(OfMapQuerySet):
    """Questions about seats."""

    def visible_to(self, user: Any) -> PowerSeatQuerySet:
        """Of maps within the confidential door."""
        return self.filter(map__customer__in=confided_to(user))


class PowerSeat(Record):
    """One place in the decision, held by somebody or by nobody yet.

    The weight follows from the role (R-R3); role is not attitude: where its holder stands is
    read from the nine-grid.
    """

    map = models.ForeignKey(
        PowerMap, models.PROTECT, related_name="seats", verbose_name=_("power map")
    )
    title = models.CharField(_("title"), max_length=80, validators=[plain_line])
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact"),
    )
    role = models.CharField(_("role"), max_length=10, choices=SeatRole)
    reports_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reports to"),
    )
    is_hidden = models.BooleanField(_("outside the chart"), default=False)
    removed_at = models.DateTimeField(_("taken off"), null=True, editable=False)

    objects = PowerSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("power seat")
        verbose_name_plural = _("power seats")
        ordering = ["-id"]
        constraints = [
            in_choices("role", SeatRole),
            models.CheckConstraint(
                condition=Q(reports_to=None) | ~Q(reports_to=F("id")),
                name="relationships_seat_not_itself",
                violation_error_message=_("A seat does not report to itself."),
            ),
            models.UniqueConstraint(
                fields=["map", "contact"],
                condition=Q(removed_at=None),
                name="relationships_seat_one_each",
                violation_error_message=_("This person has a seat on this map already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def customer(self) -> Customer:
        """Whose map it stands on."""
        return self.map.customer

    def get_absolute_url(self) -> str:
        """The seat on its map."""
        return f"/power-maps/{self.map_id}/?seat={self.pk}"


class InfluenceEdgeQuerySet(OfMapQuerySet):
    """Questions about influence between seats."""

    def visible_to(self, user: Any) -> InfluenceEdgeQuerySet:
        """Of maps within the confidential door."""
        return self.filter(from_seat__map__customer__in=confided_to(user))


class InfluenceEdge(Record):
    """One seat moves, opposes or carries another one, whatever the chart says."""

    from_seat = models.ForeignKey(
        PowerSeat, models.PROTECT, related_name="edges", verbose_name=_("from")
    )
    to_seat = models.ForeignKey(PowerSeat, models.PROTECT, related_name="+", verbose_name=_("to"))
    kind = models.CharField(_("kind"), max_length=10, choices=EdgeKind)
    strength = models.PositiveSmallIntegerField(
        _("strength"),
        default=2,
        validators=[MinValueValidator(STRENGTHS[0]), MaxValueValidator(STRENGTHS[1])],
    )
    removed_at = models.DateTimeField(_("taken off"), null=True, editable=False)

    objects = InfluenceEdgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("influence")
        verbose_name_plural = _("influences")
        ordering = ["-id"]
        constraints = [
            in_choices("kind", EdgeKind),
            models.CheckConstraint(
                condition=~Q(from_seat=F("to_seat")),
                name="relationships_edge_not_itself",
                violation_error_message=_("Choose two different seats."),
            ),
            models.CheckConstraint(
                condition=Q(strength__range=STRENGTHS),
                name="relationships_edge_strength",
                violation_error_message=_("The strength lies between 1 and 3."),
            ),
            models.UniqueConstraint(
                fields=["from_seat", "to_seat", "kind"],
                condition=Q(removed_at=None),
                name="relationships_edge_once",
                violation_error_message=_("These two are connected in this way already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.strength}"

    @property
    def customer(self) -> Customer:
        """Whose map it stands on."""
        return self.from_seat.map.customer
