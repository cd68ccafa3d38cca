"""What a customer says that could improve us (VOC), in their words."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer
from accounts.models.customer import OfCustomerQuerySet
from core.models import Record, in_choices
from core.text import plain_line
from service.choices_voice import VocDimension, VocSource, VocStatus, VocWeight


class VocItem(Record):
    """One voice: captured where it was heard, then taken up or set aside by a person."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )
    source = models.CharField(_("source"), max_length=10, choices=VocSource)
    about_label = models.CharField(max_length=60, blank=True, default="", editable=False)
    about_id = models.BigIntegerField(null=True, editable=False)
    text = models.CharField(_("in their words"), max_length=300, validators=[plain_line])
    dimension = models.CharField(
        _("dimension"), max_length=20, choices=VocDimension, blank=True, default=""
    )
    weight = models.CharField(_("weight"), max_length=6, choices=VocWeight, blank=True, default="")
    product_line = models.CharField(
        _("product line"), max_length=80, blank=True, default="", validators=[plain_line]
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=VocStatus, default=VocStatus.CAPTURED
    )
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("sorted by"),
    )
    sorted_at = models.DateTimeField(_("sorted"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=200, blank=True, default="", validators=[plain_line]
    )

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer voice")
        verbose_name_plural = _("customer voices")
        ordering = ["-id"]
        constraints = [
            in_choices("source", VocSource),
            in_choices("status", VocStatus),
            models.CheckConstraint(
                condition=~Q(status="filtered")
                | (~Q(dimension="") & ~Q(weight="") & Q(owner__isnull=False)),
                name="service_vocitem_filtered",
                violation_error_message=_("What is taken up has a dimension, a weight, an owner."),
            ),
            models.UniqueConstraint(
                fields=["about_label", "about_id", "text"],
                condition=~Q(about_label=""),
                name="service_vocitem_once",
                violation_error_message=_("This was captured already."),
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="service_vocitem_inbox")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The voice with where it was heard."""
        return f"/voc-items/{self.pk}/"
