"""What one person answers for on the relationship floor."""

from __future__ import annotations

from core.duties import Duty
from core.msgid import gettext_noop
from relationships.choices import OPEN_PLANS, InteractionStatus, MinutesStatus, RoundStatus
from relationships.choices_agreement import AGREEMENT_OPEN, CENTRE_OPEN

DUTIES = (
    Duty(
        "relationships.minutes",
        "owner",
        gettext_noop("Minutes owed"),
        {"status": MinutesStatus.DUE},
        url="/minutes/?customer={pk}",
    ),
    Duty(
        "relationships.interaction",
        "participants",
        gettext_noop("Planned meetings"),
        {"status": InteractionStatus.PLANNED},
        url="/interactions/?customer={pk}",
        give="relationships.actions.giving:meetings",
    ),
    Duty(
        "relationships.relationshipplan",
        "owner",
        gettext_noop("Relationship plans"),
        {"status__in": OPEN_PLANS},
        url="/relationship-plans/?customer={pk}",
        give="relationships.actions.giving:plans_of",
        confidential=True,
    ),
    Duty(
        "relationships.relationshipplan",
        "sponsor",
        gettext_noop("Relationship plans that one sponsors"),
        {"status__in": OPEN_PLANS},
        url="/relationship-plans/?customer={pk}",
        confidential=True,
    ),
    Duty(
        "relationships.strategicagreement",
        "owner",
        gettext_noop("Strategic agreements"),
        {"status__in": AGREEMENT_OPEN},
        url="/customers/{pk}/agreements/",
    ),
    Duty(
        "relationships.jointinnovationcentre",
        "owner",
        gettext_noop("Joint innovation centres"),
        {"status__in": CENTRE_OPEN},
        url="/customers/{pk}/agreements/",
    ),
    Duty(
        "relationships.innovationtopic",
        "owner",
        gettext_noop("Topics of joint innovation"),
        {"status__in": CENTRE_OPEN},
        scope="centre__customer",
        url="/customers/{pk}/agreements/",
    ),
    Duty(
        "relationships.ratinground",
        "asked_by",
        gettext_noop("Rounds of ratings"),
        {"status": RoundStatus.OPEN},
        url="/customers/{pk}/grid/",
        confidential=True,
    ),
)
