"""Template tags of promises: what the trail says in words, tones of states."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.msgid import gettext_noop
from core.templatetags.ui import mark
from expectations import tones
from expectations.choices import MilestoneStatus

register = template.Library()

VERBS = {
    "commitment.promised": gettext_noop("promised it"),
    "commitment.confirmed": gettext_noop("confirmed the capacity"),
    "commitment.changed": gettext_noop("changed the text"),
    "commitment.moved": gettext_noop("moved the date"),
    "commitment.threatened": gettext_noop("put it at risk"),
    "commitment.relaxed": gettext_noop("took it out of risk"),
    "commitment.met": gettext_noop("marked it as kept"),
    "commitment.missed": gettext_noop("marked it as missed"),
    "commitment.withdrawn": gettext_noop("withdrew it"),
    "commitment.replaced": gettext_noop("replaced it"),
    "risk.opened": gettext_noop("opened the risk"),
    "risk.changed": gettext_noop("changed the risk"),
    "risk.mitigating": gettext_noop("began to act against it"),
    "risk.impact_moved": gettext_noop("moved the date of impact"),
    "risk.occurred": gettext_noop("recorded that it struck"),
    "risk.closed": gettext_noop("closed the risk"),
    "risk.accepted": gettext_noop("accepted the risk"),
    "risk.known_corrected": gettext_noop("corrected since when it is known"),
    "risk.widened": gettext_noop("added threatened promises"),
    "risk.narrowed": gettext_noop("took a promise off the risk"),
    "notice.required": gettext_noop("started the clock"),
    "notice.drafted": gettext_noop("saved the draft"),
    "notice.approved": gettext_noop("approved the notice"),
    "notice.excepted": gettext_noop("approved that nothing can be offered"),
    "notice.sent": gettext_noop("sent the notice"),
    "notice.told_orally": gettext_noop("told the customer by phone"),
    "notice.confirmed_in_writing": gettext_noop("confirmed the call in writing"),
    "notice.acknowledged": gettext_noop("acknowledged it for the customer"),
    "notice.settled": gettext_noop("settled it"),
    "notice.verdict": gettext_noop("judged the notice anew"),
    "notice.alerted": gettext_noop("alerted people"),
    "report.drafted": gettext_noop("opened the draft"),
    "report.changed": gettext_noop("changed the report"),
    "report.submitted": gettext_noop("submitted the report"),
    "report.revised": gettext_noop("revised the report"),
    "report.returned": gettext_noop("returned the report"),
    "report.acknowledged": gettext_noop("acknowledged the report"),
    "report.published": gettext_noop("published it to the customer"),
    "report.withdrawn": gettext_noop("withdrew it from the customer"),
    "report.late": gettext_noop("noted that it is late"),
}
TONES = {
    "risk": tones.RISKS,
    "notice": tones.NOTICES,
    "verdict": tones.VERDICTS,
    "commitment": tones.COMMITMENTS,
    "milestone": tones.MILESTONES,
    "health": tones.HEALTH,
    "report": tones.REPORTS,
}


@register.filter
def verb_words(verb: str) -> str:
    """What an entry of the trail says: "moved the date"."""
    return _(VERBS[verb]) if verb in VERBS else verb


@register.filter
def tone_of(status: str, kind: str) -> str:
    """The tone of a status: `{{ risk.status|tone_of:"risk" }}`."""
    return TONES[kind].get(status, "none")


@register.filter
def is_overdue(commitment: Any, now: Any) -> bool:
    """Open and past its due time."""
    return commitment.is_overdue(now)


@register.simple_tag
def milestone_mark(status: str) -> SafeString:
    """The state of a milestone from a snapshot, where only the key is kept."""
    label = dict(MilestoneStatus.choices).get(status, status)
    return mark(tones.MILESTONES.get(status, "none"), str(label))
