"""Joint innovation: which step follows which, and what each needs (C137).

No table, no clock.
"""

from __future__ import annotations

from relationships.choices_agreement import CentreStatus

NEXT = {
    CentreStatus.PROPOSED: CentreStatus.CHARTERED,
    CentreStatus.CHARTERED: CentreStatus.RUNNING,
}
"""The step after each, apart from closing."""


def lacking(*, charter: str, ip_terms: str, ip_approved: bool, to: str) -> tuple[str, ...]:
    """What a centre lacks for a step: a charter to be chartered, the consent of legal to its IP
    terms to run."""
    lacks = [] if charter.strip() else ["charter"]
    if to == CentreStatus.RUNNING:
        lacks += [] if ip_terms.strip() else ["ip_terms"]
        lacks += [] if ip_approved else ["ip_approved_at"]
    return tuple(lacks)


def may_begin(topic: str, centre: str) -> bool:
    """A topic runs only while its centre does, and after its own charter."""
    return topic == CentreStatus.CHARTERED and centre == CentreStatus.RUNNING
