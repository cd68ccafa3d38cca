"""`explain_clock TKT-000001`: why every due time of a ticket is what it is."""

from __future__ import annotations

import json
import zoneinfo

from django.core.management.base import BaseCommand, CommandError

from core import clock
from service.models import Ticket
from service.queries.explaining import Explained, as_json, explain_ticket


class Command(BaseCommand):
    """Prints the stretches that counted and those that did not."""

    help = "Explain the clocks of a ticket: explain_clock CODE [--json]"

    def add_arguments(self, parser) -> None:
        """Code of the ticket; --json for machines."""
        parser.add_argument("code")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options) -> None:
        """Text, or one JSON array with --json."""
        rows = Ticket.objects.select_related("customer")
        ticket = rows.filter(code=options["code"]).first()
        if ticket is None:
            raise CommandError(f"There is no ticket {options['code']}.")
        found = explain_ticket(ticket, clock.now())
        if options["json"]:
            self.stdout.write(json.dumps([as_json(one) for one in found], ensure_ascii=False))
            return
        for one in found:
            self._print(one)

    def _print(self, one: Explained) -> None:
        zone = zoneinfo.ZoneInfo(one.zone)

        def shown(moment) -> str:
            return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else "-"

        self.stdout.write(
            f"{one.clock} {one.cycle}: {one.state}, {one.elapsed_s} of {one.target_s} s, "
            f"due {shown(one.due_at)} ({one.zone})"
        )
        for piece in one.stretches:
            mark = "+" if piece["counted"] else " "
            name = f" {piece['name']}" if piece["name"] else ""
            self.stdout.write(
                f"  {mark} {shown(piece['start'])} – {shown(piece['end'])}  "
                f"{piece['reason']}{name}  {piece['seconds']} s"
            )
