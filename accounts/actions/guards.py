"""Guards that several actions share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Customer
from core.actors import Actor
from core.errors import Forbidden, Invalid
from core.models import User


def persons_only(by: Actor, *, rule: str) -> None:
    """A machine writes facts; it never approves, scores or attests (domain.md 0.2.4)."""
    if by.is_machine:
        raise Forbidden(
            _("An integration cannot do this; a person has to sign in and decide."), rule=rule
        )


def invalid(field: str, sentence: Any, *, rule: str = "") -> Invalid:
    """A refusal of one field, with the rule that it breaks."""
    return Invalid(sentence, rule=rule, fields={field: [sentence]})


def only(values: dict[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
    """The values as they are; a name outside `allowed` is a mistake of the caller."""
    unknown = set(values) - set(allowed)
    if unknown:
        raise TypeError(f"not editable here: {', '.join(sorted(unknown))}")
    return values


def staff(user: User | None, field: str) -> None:
    """Only an active colleague can hold a duty; None is nobody."""
    if user is not None and (user.is_portal or not user.is_active):
        raise invalid(field, _("%(name)s has no active staff account.") % {"name": user})


def must_see(customer: Customer, user: User | None, field: str) -> None:
    """Whoever answers for something at a customer is one of us who sees it; None is nobody."""
    staff(user, field)
    if user is not None and not Customer.objects.visible_to(user).filter(pk=customer.pk).exists():
        raise invalid(
            field,
            _("%(name)s does not see this customer; put them on the team first.") % {"name": user},
        )


def in_ids(differs: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Before and after as the trail keeps them: rows by id, never by a name."""
    return {name: [getattr(value, "pk", value) for value in pair] for name, pair in differs.items()}
