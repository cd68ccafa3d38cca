"""What the verbs of the trail say on a timeline: one line each, with its icon and tone.

A verb without a line here shows its last part; a test lists the verbs that code records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Word:
    """How a verb is shown."""

    text: Any
    icon: str = "flag"
    tone: str = ""


WORDS: dict[str, Word] = {
    "customer.created": Word(_("Customer added"), "account"),
    "customer.changed": Word(_("Customer changed"), "pen"),
    "customer.archived": Word(_("Customer archived"), "account"),
    "customer.restored": Word(_("Customer restored"), "account"),
    "customer.moved": Word(_("Moved in the customer tree"), "account"),
    "customer.status_changed": Word(_("Lifecycle changed"), "account"),
    "customer.tier_changed": Word(_("Tier changed"), "star", "ok"),
    "contact.created": Word(_("Contact added"), "people"),
    "contact.changed": Word(_("Contact changed"), "people"),
    "assignment.created": Word(_("Joined the team"), "people"),
    "assignment.ended": Word(_("Left the team"), "people"),
    "project.opened": Word(_("Project opened"), "report"),
    "project.started": Word(_("Project started"), "report", "ok"),
    "item.created": Word(_("Expectation recorded"), "matrix"),
    "form.created": Word(_("Confirmation form drafted"), "confirm"),
    "form.sent": Word(_("Confirmation form sent to the customer"), "confirm", "watch"),
    "form.signed": Word(_("Confirmation form signed"), "confirm", "ok"),
    "form.effective": Word(_("Confirmation form effective"), "confirm", "ok"),
    "form.commented": Word(_("The customer commented on the form"), "confirm", "risk"),
    "form.withdrawn": Word(_("Confirmation form withdrawn"), "confirm"),
    "form.expired": Word(_("Confirmation form expired"), "confirm", "breach"),
    "commitment.created": Word(_("Promise made"), "flag"),
    "commitment.confirmed": Word(_("Promise confirmed"), "flag"),
    "commitment.threatened": Word(_("Promise at risk"), "flag", "risk"),
    "commitment.met": Word(_("Promise kept"), "check", "ok"),
    "commitment.missed": Word(_("Promise missed"), "flag", "breach"),
    "risk.opened": Word(_("Risk opened"), "s-risk", "risk"),
    "risk.closed": Word(_("Risk closed"), "s-ok", "ok"),
    "risk.occurred": Word(_("Risk occurred"), "s-breach", "breach"),
    "risk.impact_moved": Word(_("Date of impact moved"), "s-risk", "risk"),
    "notice.required": Word(_("72-hour notice required"), "s-risk", "risk"),
    "notice.drafted": Word(_("Notice drafted"), "pen"),
    "notice.approved": Word(_("Notice approved"), "check"),
    "notice.sent": Word(_("Notice sent to the customer"), "s-ok", "ok"),
    "notice.told_orally": Word(_("Customer told by phone"), "phone", "ok"),
    "notice.acknowledged": Word(_("The customer acknowledged the notice"), "check", "ok"),
    "notice.alerted": Word(_("Notice: alert sent"), "bell", "watch"),
    "notice.verdict": Word(_("Notice: verdict changed"), "s-watch"),
    "notice.settled": Word(_("Notice settled"), "check", "ok"),
    "report.submitted": Word(_("Weekly report submitted"), "report"),
    "report.published": Word(_("Weekly report published to the customer"), "report", "ok"),
    "report.returned": Word(_("Weekly report returned"), "report", "risk"),
    "interaction.logged": Word(_("Interaction logged"), "pin"),
    "interaction.held": Word(_("Meeting held"), "pin"),
    "ticket.reported": Word(_("Ticket reported"), "ticket"),
    "ticket.accepted": Word(_("Ticket accepted"), "ticket"),
    "ticket.restored": Word(_("Service restored"), "ticket", "ok"),
    "ticket.resolved": Word(_("Ticket resolved"), "ticket", "ok"),
    "ticket.closed": Word(_("Ticket closed"), "ticket", "ok"),
    "ticket.reopened": Word(_("Ticket reopened"), "ticket", "risk"),
}


def word_for(verb: str) -> Word:
    """The line of a verb; its own name when nobody wrote one."""
    return WORDS.get(verb) or Word(verb.replace(".", ": ").replace("_", " "))
