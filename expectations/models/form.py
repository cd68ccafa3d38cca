"""Confirmation forms, their one-time links and the signatures of both sides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, seen_by
from core.models import Attachment, Record, in_choices
from expectations.choices import (
    FORM_OPEN,
    FORM_TONES,
    FormStatus,
    Side,
    SignatureStatus,
    SignMethod,
)
from expectations.models.project import Project


class FormQuerySet(models.QuerySet):
    """Questions about confirmation forms."""

    def visible_to(self, user: Any) -> FormQuerySet:
        """Forms of visible customers."""
        return self.filter(customer__in=seen_by(user))

    def open(self) -> FormQuerySet:
        """On the way to be effective."""
        return self.filter(status__in=FORM_OPEN)

    def effective(self) -> FormQuerySet:
        """In force."""
        return self.filter(status=FormStatus.EFFECTIVE)


class ConfirmationForm(Record):
    """One version of what both sides agree on. After sending its snapshot never changes."""

    code = models.CharField(_("code"), max_length=20, editable=False)
    version_no = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="confirmation_forms", verbose_name=_("customer")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="confirmation_forms", verbose_name=_("project")
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signs for the customer"),
    )
    signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signs for us"),
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    # [{"dimension", "text", "source"}]: what we heard; sources of implicit findings stay empty
    findings = models.JSONField(_("findings"), default=list, blank=True)
    # {"names": […], "chosen": 1, "rows": [{"label", "cells": […]}]}
    options = models.JSONField(_("options"), default=dict, blank=True)
    terms = models.JSONField(_("terms"), default=list, blank=True)
    snapshot = models.TextField(_("snapshot"), blank=True, default="", editable=False)
    snapshot_sha256 = models.CharField(
        _("SHA-256"), max_length=64, blank=True, default="", editable=False, db_index=True
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, editable=False)
    customer_signed_at = models.DateTimeField(_("customer signed"), null=True, editable=False)
    effective_at = models.DateTimeField(_("effective"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    comment = models.TextField(_("comment of the customer"), blank=True, default="", editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="", editable=False)
    excepted = models.JSONField(_("left open"), default=list, blank=True, editable=False)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="superseded_by"
    )
    status = models.CharField(
        _("status"), max_length=16, choices=FormStatus, default=FormStatus.DRAFT, editable=False
    )

    objects = FormQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation form")
        verbose_name_plural = _("confirmation forms")
        ordering = ["-id"]
        constraints = [
            in_choices("status", FormStatus),
            models.UniqueConstraint(
                fields=["code", "version_no"],
                name="expectations_form_version",
                violation_error_message=_("This version of the form exists already."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(status="effective"),
                name="expectations_form_one_effective",
                violation_error_message=_("This project has an effective form already."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(
                    status__in=["draft", "internal_review", "ready", "sent", "partly_signed"]
                ),
                name="expectations_form_one_open",
                violation_error_message=_(
                    "This project has a form on its way; finish or withdraw that one first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None)
                | (~Q(snapshot="") & ~Q(snapshot_sha256="") & Q(expires_at__isnull=False)),
                name="expectations_form_sent_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "partly_signed", "effective", "superseded"])
                | Q(sent_at__isnull=False),
                name="expectations_form_sent_before_signed",
            ),
            models.CheckConstraint(
                condition=~Q(status="effective") | Q(effective_at__isnull=False),
                name="expectations_form_effective_at",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("submitted_by")),
                name="expectations_form_four_eyes",
                violation_error_message=_(
                    "The reviewer must be someone other than the one who submitted the form."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status", "-id"], name="expectations_form_of"),
            models.Index(fields=["project", "-version_no"], name="expectations_form_project"),
            models.Index(fields=["status", "-id"], name="expectations_form_status"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version_no}"

    def get_absolute_url(self) -> str:
        """The page of this version."""
        return f"/confirmation-forms/{self.pk}/"

    @property
    def tone(self) -> str:
        """The tone of its status."""
        return FORM_TONES.get(self.status, "none")

    @property
    def is_open(self) -> bool:
        """On the way to be effective."""
        return self.status in FORM_OPEN

    def waiting_days(self, now: dt.datetime) -> int | None:
        """Day of waiting for the customer, 1 on the day of sending; None when not waiting."""
        if self.status != FormStatus.SENT or self.sent_at is None:
            return None
        return (now - self.sent_at).days + 1


class SigningLink(models.Model):
    """A one-time door to one form for one contact. Only digests of link and code are kept."""

    form = models.ForeignKey(ConfirmationForm, models.PROTECT, related_name="links")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    code_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    code_sent_at = models.DateTimeField(_("code sent"), null=True)
    code_expires_at = models.DateTimeField(_("code expires"), null=True)
    code_count = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    tries_left = models.PositiveSmallIntegerField(_("tries left"), default=0)

    class Meta:
        verbose_name = _("signing link")
        verbose_name_plural = _("signing links")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["form", "contact"],
                condition=Q(used_at=None, revoked_at=None),
                name="expectations_signinglink_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.contact_id}"


class RecordedSignature(models.Model):
    """A signature on paper, by e-mail or in person that one of us recorded: a second one checks."""

    form = models.ForeignKey(
        ConfirmationForm, models.PROTECT, related_name="recorded", verbose_name=_("form")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("contact")
    )
    method = models.CharField(_("method"), max_length=16, choices=SignMethod)
    excepted = models.JSONField(_("left open"), default=list)
    signed_on = models.DateField(_("signed on"))
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), null=True)
    status = models.CharField(
        _("status"), max_length=8, choices=SignatureStatus, default=SignatureStatus.PENDING
    )

    class Meta:
        verbose_name = _("recorded signature")
        verbose_name_plural = _("recorded signatures")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            in_choices("status", SignatureStatus),
            models.CheckConstraint(
                condition=Q(method__in=["email_reply", "sealed_scan", "in_person"]),
                name="expectations_recordedsignature_method",
            ),
            models.UniqueConstraint(
                fields=["form"],
                condition=Q(status="pending"),
                name="expectations_recordedsignature_one",
                violation_error_message=_("A recorded signature waits to be checked already."),
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("recorded_by")),
                name="expectations_recordedsignature_four_eyes",
                violation_error_message=_(
                    "The one who checks must be someone other than the one who recorded it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="pending", checked_by=None)
                | (~Q(status="pending") & Q(checked_by__isnull=False)),
                name="expectations_recordedsignature_checked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.get_method_display()}"


class FormSignature(models.Model):
    """A signature: who, how, when, over which hash. A row is evidence and never changes."""

    form = models.ForeignKey(
        ConfirmationForm, models.PROTECT, related_name="signatures", verbose_name=_("form")
    )
    side = models.CharField(_("side"), max_length=8, choices=Side)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, related_name="+", verbose_name=_("contact")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("user"),
    )
    signer_name = models.CharField(_("name"), max_length=80)
    signer_title = models.CharField(_("title"), max_length=120, blank=True, default="")
    authority = models.CharField(_("authority"), max_length=200, blank=True, default="")
    method = models.CharField(_("method"), max_length=16, choices=SignMethod)
    document_sha256 = models.CharField(_("SHA-256 of the document"), max_length=64)
    # codes of the items left open, as canonical JSON text
    excepted = models.TextField(_("left open"), default="[]")
    consent = models.TextField(_("declaration"))
    signed_at = models.DateTimeField(_("signed"))
    database_at = models.DateTimeField(_("time of the database"))
    ip = models.CharField(_("address"), max_length=45, blank=True, default="")
    agent = models.CharField(_("browser"), max_length=300, blank=True, default="")
    recorded = models.OneToOneField(
        RecordedSignature, models.PROTECT, null=True, related_name="signature"
    )
    previous = models.CharField(_("previous digest"), max_length=64, blank=True, default="")
    digest = models.CharField(_("digest"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            in_choices("side", Side),
            in_choices("method", SignMethod),
            models.UniqueConstraint(
                fields=["form", "side"],
                name="expectations_formsignature_one",
                violation_error_message=_("This side has signed already."),
            ),
            models.CheckConstraint(
                condition=Q(side="customer", contact__isnull=False, user=None)
                | Q(side="ours", contact=None, user__isnull=False),
                name="expectations_formsignature_side",
            ),
            models.CheckConstraint(
                condition=~Q(digest="") & ~Q(document_sha256=""),
                name="expectations_formsignature_digest",
            ),
            models.CheckConstraint(
                condition=~Q(method__in=["email_reply", "sealed_scan", "in_person"])
                | Q(recorded__isnull=False),
                name="expectations_formsignature_recorded",
                violation_error_message=_("A recorded signature needs a second person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.signer_name}"
