"""Which objectives of the customer's plans an interaction served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid
from accounts.models import Objective
from core import trail
from core.actors import Actor
from core.errors import Refused
from relationships.actions.interactions import RULE
from relationships.choices import InteractionStatus
from relationships.models import Interaction
from relationships.queries.objectives import offered


@transaction.atomic
def serve(
    row: Interaction, objectives: Iterable[Objective], *, by: Actor, now: dt.datetime
) -> Interaction:
    """Name all the objectives that it served; one named before stays though it is settled by now.

    Invalid for those of another customer and of plans that are not under way.
    """
    if row.status == InteractionStatus.CANCELLED:
        raise Refused(_("It did not take place, so it served nothing."), rule=RULE)
    wanted = {each.pk: each for each in objectives}
    known = set(offered(row.customer, row.objectives.all()).values_list("pk", flat=True))
    if wanted.keys() - known:
        sentence = _("Choose open objectives of this customer's plans.")
        raise invalid("objectives", sentence, rule=RULE)
    before = set(row.objectives.values_list("pk", flat=True))
    if before == wanted.keys():
        return row
    row.objectives.set(wanted.values())
    facts = {"objectives": [sorted(before), sorted(wanted)]}
    trail.record(row, "interaction.served", by=by, now=now, scope=row.customer, facts=facts)
    return row
