"""Closed sets of what two houses agree on: agreements, locked projects, joint innovation."""

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


class CentreStatus(models.TextChoices):
    """State of a joint innovation centre, and of a topic in it (b.2.1)."""

    PROPOSED = "proposed", pgettext_lazy("innovation", "proposed")
    CHARTERED = "chartered", pgettext_lazy("innovation", "chartered")
    RUNNING = "running", pgettext_lazy("innovation", "running")
    CLOSED = "closed", pgettext_lazy("innovation", "closed")


CENTRE_OPEN = (CentreStatus.PROPOSED, CentreStatus.CHARTERED, CentreStatus.RUNNING)


class ReuseClass(models.TextChoices):
    """What may be done elsewhere with what came out of a topic."""

    UNKNOWN = "unknown", pgettext_lazy("reuse", "not decided")
    CUSTOMER = "customer", pgettext_lazy("reuse", "for this customer only")
    PRODUCT = "product", pgettext_lazy("reuse", "goes into our product")
    INDUSTRY = "industry", pgettext_lazy("reuse", "for other customers of the industry")
