"""Guards whose absence no test can notice, with the reason; bench/mutants.py leaves them out."""

from __future__ import annotations

NARROW = "it bounds what is read: what follows asks the same of each row"
EQUIVALENT: dict[str, str] = {
    "accounts/timers_value.py recheck propose_cash_flow OrgUnit.objects.open()": (
        "a closed unit has no customers: it bounds what is read"
    ),
    "accounts/timers_value.py recheck propose_in status": NARROW,
    "accounts/timers_value.py recheck propose_in owning_unit": NARROW,
    "accounts/timers_value.py recheck propose_in": (
        "a short cut: without an assessment nobody has grounds"
    ),
    "service/actions/alerts.py recheck tell if not wanted": "a short cut: nothing to tell",
    "accounts/timers_lifecycle.py recheck _standing customer__in": (
        "what is found is looked up by customer: it bounds what is read, not what is said"
    ),
    "accounts/timers_lifecycle.py recheck _notes customer__in": (
        "managers are looked up by customer: it bounds what is read, not who is told"
    ),
    "accounts/timers_plan.py recheck ask_for_plans about_label": (
        "notices of this kind are about customers only: the label is there for the index"
    ),
    "accounts/timers_record.py recheck _lacking about_label": (
        "notices of this kind are about customers only: the label is there for the index"
    ),
    "accounts/timers_record.py recheck managers_of customer__in": (
        "managers are looked up by customer: it bounds what is read, not who is told"
    ),
    "service/api/tickets.py field TicketInput Customer.objects": (
        "customer_seen_by finds the customer; the queryset says which model it is"
    ),
}
