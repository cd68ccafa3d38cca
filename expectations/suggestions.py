"""What may be offered instead, by what a risk comes from; pure. A person chooses and rewords."""

from __future__ import annotations

from core.msgid import gettext_noop
from expectations.choices import AlternativeKind as Kind
from expectations.choices import RiskCategory as Category

DEFAULT = (Kind.RESEQUENCE, Kind.PARTIAL_DELIVERY, Kind.WORKAROUND)
KINDS: dict[str, tuple[str, ...]] = {
    Category.SUPPLY_DELAY: (Kind.RESEQUENCE, Kind.LOAN_EQUIPMENT, Kind.SUBSTITUTE_PART),
    Category.REQUIREMENT_CHANGE: (Kind.PARTIAL_DELIVERY, Kind.DOWNGRADE, Kind.RESEQUENCE),
    Category.RESOURCE: (Kind.RESOURCE_SWAP, Kind.RESEQUENCE, Kind.SERVICE_COMPENSATION),
    Category.TECHNICAL: (Kind.WORKAROUND, Kind.SUBSTITUTE_PART, Kind.PARTIAL_DELIVERY),
    Category.SITE_READINESS: (Kind.RESEQUENCE, Kind.PARTIAL_DELIVERY, Kind.RESOURCE_SWAP),
    Category.QUALITY: (Kind.SUBSTITUTE_PART, Kind.LOAN_EQUIPMENT, Kind.SERVICE_COMPENSATION),
    Category.PAYMENT: (Kind.PARTIAL_DELIVERY, Kind.RESEQUENCE),
    Category.REGULATORY: (Kind.RESEQUENCE, Kind.SUBSTITUTE_PART, Kind.DOWNGRADE),
    Category.COMPETITOR: (Kind.VALUE_ADD, Kind.SERVICE_COMPENSATION),
}
SENTENCES: dict[str, str] = {
    Kind.RESEQUENCE: gettext_noop("Do another zone or step first, keep the end date."),
    Kind.SUBSTITUTE_PART: gettext_noop("Deliver an equivalent part, with proof that it fits."),
    Kind.PARTIAL_DELIVERY: gettext_noop("Deliver in two lots, what matters most first."),
    Kind.LOAN_EQUIPMENT: gettext_noop("Lend equipment until the right one arrives."),
    Kind.WORKAROUND: gettext_noop("Keep the service running another way until then."),
    Kind.SERVICE_COMPENSATION: gettext_noop("Add service: a watch on site, an extra inspection."),
    Kind.DOWNGRADE: gettext_noop("Start with a smaller scope and extend it on a fixed date."),
    Kind.VALUE_ADD: gettext_noop("Add something that you value and that we can do at once."),
    Kind.RESOURCE_SWAP: gettext_noop("Bring people from another team for the critical days."),
}


def suggested(category: str) -> list[tuple[str, str]]:
    """(kind, English msgid of a sentence) of what usually helps, the most fitting first."""
    return [(str(kind), SENTENCES[kind]) for kind in KINDS.get(category, DEFAULT)]
