"""What a customer said in a meeting is captured as a customer voice, for a person to sort."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.models import Event
from relationships.choices import LineKind
from relationships.models import Minutes
from service.actions import voices
from service.choices_voice import VocSource
from service.models import VocItem


def opinions(event: Event, *, now: dt.datetime) -> None:
    """Each opinion in submitted minutes, once however often it is told."""
    row = Minutes.objects.select_related("customer").get(pk=event.about_id)
    lines = row.lines.filter(kind=LineKind.OPINION).select_related("contact")
    label = Minutes._meta.label_lower
    known = set(
        VocItem.objects.filter(about_label=label, about_id=row.pk).values_list("text", flat=True)
    )
    for line in lines:
        if line.text not in known:
            known.add(line.text)
            voices.capture(
                row.customer,
                line.text,
                source=VocSource.MINUTES,
                contact=line.contact,
                about=row,
                by=Actor.system(),
                now=now,
            )
