"""What is known of a person beyond the business card (confidential, R-P1)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import ConsentBasis, Role
from accounts.models.contact import Contact
from accounts.models.customer import Customer, CustomerQuerySet, units_below
from accounts.models.organisation import roles_of
from core.models import Record, in_choices
from core.text import plain_line, plain_text


def private_to(user: Any) -> CustomerQuerySet:
    """Customers whose people one may know more about: the confidential class, and compliance
    below its unit (domain.md 0.2)."""
    rows = Customer.objects.confidential_to(user)
    if user.is_authenticated and not user.is_superuser and Role.CMP in roles_of(user):
        inner = Q(pk__in=rows.values("pk")) | Q(owning_unit__in=units_below(user))
        return Customer.objects.visible_to(user).filter(inner)
    return rows


class PersonalQuerySet(models.QuerySet):
    """Questions about personal details."""

    def visible_to(self, user: Any) -> PersonalQuerySet:
        """Of people at customers that `private_to` gives."""
        return self.filter(contact__customer__in=private_to(user))


class PersonalDetail(Record):
    """Few facts about one person, each allowed by a stated basis and kept for a stated purpose.

    No year of birth, no number, nothing about health, belief, family or politics has a place here.
    """

    contact = models.OneToOneField(
        Contact, models.PROTECT, related_name="personal_detail", verbose_name=_("contact")
    )
    birthday_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birthday_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    interests = models.CharField(
        _("interests"), max_length=200, blank=True, default="", validators=[plain_line]
    )
    dietary = models.CharField(
        _("at the table"), max_length=120, blank=True, default="", validators=[plain_line]
    )
    notes = models.TextField(
        _("notes"), max_length=1000, blank=True, default="", validators=[plain_text]
    )
    basis = models.CharField(_("lawful basis"), max_length=12, choices=ConsentBasis)
    purpose = models.CharField(_("purpose"), max_length=120, validators=[plain_line])

    objects = PersonalQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal details")
        verbose_name_plural = _("personal details")
        ordering = ["-id"]
        constraints = [
            in_choices("basis", ConsentBasis),
            models.CheckConstraint(
                condition=~Q(purpose=""),
                name="accounts_personaldetail_purpose",
                violation_error_message=_("Say what it is kept for."),
            ),
            models.CheckConstraint(
                condition=Q(birthday_month=None, birthday_day=None)
                | Q(birthday_month__range=(1, 12), birthday_day__range=(1, 31)),
                name="accounts_personaldetail_birthday",
                violation_error_message=_("A birthday has a month and a day."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["birthday_month", "birthday_day"],
                condition=Q(birthday_month__isnull=False),
                name="accounts_personal_birthday",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact}"

    def get_absolute_url(self) -> str:
        """The page with the door before it."""
        return f"/contacts/{self.contact_id}/personal/"

    @property
    def customer(self) -> Customer:
        """Whose person it is."""
        return self.contact.customer

    @property
    def customer_id(self) -> int:
        """Id of the customer."""
        return self.contact.customer_id
