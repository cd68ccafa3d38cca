"""`manage.py export_person CONTACT FILE`: everything that is kept of a person, as a zip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Contact
from core import clock
from core.actors import Actor
from huaweicrm.privacy.export import bundle


class Command(BaseCommand):
    """It is on the log of readings, as on the page."""

    help = "Write everything that is kept of a person (the id of a contact) to a new zip file"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and where to."""
        parser.add_argument("contact", type=int)
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the zip, never over another file."""
        person = Contact.objects.filter(pk=options["contact"]).select_related("customer").first()
        if person is None:
            raise CommandError("There is no such contact.")
        if options["file"].exists():
            raise CommandError("This file exists already.")
        with transaction.atomic():
            packed = bundle(person, by=Actor.system("command"), now=clock.now())
        options["file"].write_bytes(packed)
        self.stdout.write(f"{options['file']}: {len(packed)} bytes")
