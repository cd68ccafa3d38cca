"""Closed sets of what two houses agree on: agreements, locked projects."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class AgreementStatus(models.TextChoices):
    """State of a strategic agreement (b.2.1)."""

    DRAFTING = "drafting", pgettext_lazy("agreement", "being drafted")
    NEGOTIATING = "negotiating", pgettext_lazy("agreement", "being negotiated")
    APPROVED = "approved", pgettext_lazy("agreement", "approved, to be signed")
    SIGNED = "signed", pgettext_lazy("agreement", "signed")
    IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
    RENEWED = "renewed", pgettext_lazy("agreement", "renewed")
    EXPIRED = "expired", pgettext_lazy("agreement", "expired")
    TERMINATED = "terminated", pgettext_lazy("agreement", "terminated")


AGREEMENT_DRAFTS = (AgreementStatus.DRAFTING, AgreementStatus.NEGOTIATING)
"""States in which the text may still change."""
AGREEMENT_OPEN = (
    *AGREEMENT_DRAFTS,
    AgreementStatus.APPROVED,
    AgreementStatus.SIGNED,
    AgreementStatus.IN_FORCE,
)
"""Not ended."""
AGREEMENT_SIGNED = (AgreementStatus.SIGNED, AgreementStatus.IN_FORCE)
LOCKABLE = (*AGREEMENT_DRAFTS, AgreementStatus.IN_FORCE)
"""States in which a project may be locked: while it is negotiated, and each year anew."""


class LockStatus(models.TextChoices):
    """State of a locked project (b.2.1)."""

    LOCKED = "locked", pgettext_lazy("locked project", "locked")
    WON = "won", pgettext_lazy("locked project", "won")
    LOST = "lost", pgettext_lazy("locked project", "lost")
    RELEASED = "released", pgettext_lazy("locked project", "released")
