"""The people of a customer, and who of them may enter the portal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import (
    ConsentBasis,
    ContactLevel,
    ContactStatus,
    MembershipStatus,
)
from accounts.models.customer import Customer, CustomerUnit, OfCustomerQuerySet
from core.models import Record, Referenced, in_choices
from core.text import plain_line


class ContactQuerySet(OfCustomerQuerySet):
    """Questions about contacts."""

    def active(self) -> ContactQuerySet:
        """Still there."""
        return self.filter(status=ContactStatus.ACTIVE)


class Contact(Record, Referenced):
    """A natural person in a customer."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contacts", verbose_name=_("customer")
    )
    unit = models.ForeignKey(
        CustomerUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("unit"),
    )
    name = models.CharField(_("name"), max_length=80, validators=[plain_line])
    title = models.CharField(
        _("title"), max_length=80, blank=True, default="", validators=[plain_line]
    )
    level = models.CharField(
        _("level"), max_length=16, choices=ContactLevel, default=ContactLevel.STAFF
    )
    is_decision_layer = models.BooleanField(_("decision layer"), default=False)
    reports_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("reports to"),
    )
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, default="", validators=[plain_line]
    )
    email = models.EmailField(_("e-mail"), blank=True, default="")
    wechat = models.CharField(
        _("WeChat"), max_length=60, blank=True, default="", validators=[plain_line]
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    relationship_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("relationship owner"),
    )
    can_sign = models.BooleanField(_("may sign"), default=False)
    can_sign_attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    can_sign_until = models.DateField(_("may sign until"), null=True, blank=True)
    same_person = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("same person as"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )
    basis = models.CharField(
        _("lawful basis"), max_length=12, choices=ConsentBasis, default=ConsentBasis.LEGITIMATE
    )
    purpose = models.CharField(
        _("purpose"), max_length=120, blank=True, default="", validators=[plain_line]
    )
    source = models.CharField(
        _("source"), max_length=80, blank=True, default="", validators=[plain_line]
    )
    status = models.CharField(
        _("status"), max_length=8, choices=ContactStatus, default=ContactStatus.ACTIVE
    )

    objects = ContactQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("level", ContactLevel),
            in_choices("status", ContactStatus),
            in_choices("basis", ConsentBasis),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
                name="accounts_contact_merged",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status", "id"], name="accounts_contact_of"),
            # the list of all people by name
            models.Index(fields=["status", "name", "id"], name="accounts_contact_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this contact."""
        return f"/contacts/{self.pk}/"


class PortalMembership(Record):
    """A contact's door to the portal: one customer, some rights."""

    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="memberships", verbose_name=_("contact")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="memberships",
        verbose_name=_("user"),
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="memberships", verbose_name=_("customer")
    )
    include_descendants = models.BooleanField(_("with descendants"), default=False)
    rights = models.JSONField(_("rights"), default=list)
    status = models.CharField(
        _("status"), max_length=10, choices=MembershipStatus, default=MembershipStatus.INVITED
    )

    invited_until = models.DateTimeField(_("invitation valid until"), null=True, editable=False)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("portal membership")
        verbose_name_plural = _("portal memberships")
        constraints = [
            in_choices("status", MembershipStatus),
            models.UniqueConstraint(
                fields=["user", "customer"], name="accounts_portalmembership_unique"
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=~Q(status="suspended"),
                name="accounts_portalmembership_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact}"
