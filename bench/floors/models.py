"""The product's tables as plain Django models: nothing of the product's own classes helps them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.choices import CustomerKind, CustomerStatus, Tier
from service.choices import Channel, Line, Severity, TicketStatus


class Unit(models.Model):
    """A unit."""

    name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "accounts_orgunit"

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A customer with the columns that the list of the API shows."""

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    external_source = models.CharField(max_length=80, default="")
    external_ref = models.CharField(max_length=120, default="")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60, default="")
    kind = models.CharField(max_length=12, choices=CustomerKind)
    level = models.CharField(max_length=10)
    parent = models.ForeignKey("self", models.PROTECT, null=True)
    owning_unit = models.ForeignKey(Unit, models.PROTECT)
    industry = models.CharField(max_length=60, default="")
    country = models.CharField(max_length=80, default="")
    region = models.CharField(max_length=80, default="")
    website = models.CharField(max_length=120, default="")
    notes = models.TextField(default="")
    calendar_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=CustomerStatus)
    tier = models.PositiveSmallIntegerField(choices=Tier, null=True)
    tier_valid_until = models.DateField(null=True)
    investment_stance = models.CharField(max_length=10)
    is_demanding = models.BooleanField(default=False)
    first_order_date = models.DateField(null=True)
    data_owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    last_verified_on = models.DateField(null=True)
    is_archived = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = "accounts_customer"

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """A ticket with the columns that its list shows and those that an insert needs."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)
    external_source = models.CharField(max_length=80, default="", blank=True)
    external_ref = models.CharField(max_length=120, default="", blank=True)
    code = models.CharField(max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT)
    site = models.CharField(max_length=120, default="", blank=True)
    asset_serial = models.CharField(max_length=80, default="", blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    ticket_class = models.CharField(max_length=20, default="fault")
    severity = models.PositiveSmallIntegerField(choices=Severity)
    outage = models.BooleanField(default=False)
    kdm_involved = models.BooleanField(default=False)
    title = models.CharField(max_length=160)
    text = models.TextField(default="", blank=True)
    status = models.CharField(max_length=18, choices=TicketStatus, default="reported")
    line = models.PositiveSmallIntegerField(choices=Line, default=1)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    level = models.CharField(max_length=10, default="none")
    entitlement = models.CharField(max_length=14, default="no_data")
    entitlement_basis = models.CharField(max_length=120, default="", blank=True)
    is_internal = models.BooleanField(default=False)
    terms = models.JSONField(default=dict, editable=False)
    reported_at = models.DateTimeField()
    queue_at = models.DateTimeField(default="2999-01-01T00:00Z")
    root_cause = models.CharField(max_length=16, default="", blank=True)
    root_cause_text = models.TextField(default="", blank=True)
    fix = models.TextField(default="", blank=True)
    workaround = models.TextField(default="", blank=True)
    unconfirmed = models.BooleanField(default=False)
    assumed = models.BooleanField(default=False)
    reminders = models.PositiveSmallIntegerField(default=0)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    cancel_reason = models.CharField(max_length=300, default="", blank=True)
    outcome_label = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        managed = False
        db_table = "service_ticket"

    def __str__(self) -> str:
        return self.title
