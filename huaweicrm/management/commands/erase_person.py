"""`manage.py erase_person CONTACT --asked-by NAME --carried-out-by NAME`: two people erase one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import rules
from accounts.actions import erasure
from accounts.choices_privacy import ErasureOrigin
from accounts.models import Contact, ErasureRequest
from core import clock
from core.actors import Actor
from core.errors import Refused
from core.models import User
from huaweicrm.privacy import erase


class Command(BaseCommand):
    """Compliance asks, an administrator carries out; the same rules as on the pages (R-P3)."""

    help = "Erase a person (the id of a contact) everywhere but under legal hold; two people"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, and the two sign-in names."""
        parser.add_argument("contact", type=int)
        parser.add_argument("--asked-by", required=True)
        parser.add_argument("--carried-out-by", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the report: counts by table, what stays and why."""
        person = Contact.objects.filter(pk=options["contact"]).select_related("customer").first()
        asker, doer = self.user(options["asked_by"]), self.user(options["carried_out_by"])
        if person is None:
            raise CommandError("There is no such contact.")
        if not rules.may_ask_erasure(asker, person) or not rules.administers(doer):
            raise CommandError("Compliance asks, an administrator carries out.")
        now = clock.now()
        try:
            with transaction.atomic():
                row = ErasureRequest.objects.open().filter(contact=person).first()
                row = row or erasure.request(
                    person,
                    origin=ErasureOrigin.PERSON,
                    received_on=now.date(),
                    by=Actor.of(asker, "command"),
                    now=now,
                )
                report = erase.carry_out(row, by=Actor.of(doer, "command"), now=now)
        except Refused as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
        for part in ("replaced", "dropped", "held"):
            for label, count in sorted(report[part].items()):
                self.stdout.write(f"{part} {label} {count}")
        self.stdout.write(f"files to look at: {report['files'] or 'none'}")
        self.stdout.write(f"files not read whole: {', '.join(report['unread']) or 'none'}")

    def user(self, name: str) -> User:
        """An active colleague by sign-in name."""
        found = User.objects.filter(username=name, is_active=True, is_portal=False).first()
        if found is None:
            raise CommandError(f"Nobody signs in as {name}.")
        return found
