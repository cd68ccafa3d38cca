"""`manage.py create_token USER --scopes customers:read,tickets:write --days 90 --name erp`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.actions_tokens import create_token, known_scopes
from core.actors import Actor
from core.errors import Invalid
from core.models import User


class Command(BaseCommand):
    """Makes one API token and prints it; only its hash is kept."""

    help = "Make an API token and print it once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The person, the scopes, the days, the name."""
        parser.add_argument("user", help="user name")
        parser.add_argument("--scopes", required=True, help="comma-separated, or: all")
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--name", default="integration")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone on its line."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        wish = options["scopes"]
        scopes = known_scopes() if wish == "all" else [w.strip() for w in wish.split(",") if w]
        try:
            _token, text = create_token(
                user,
                name=options["name"],
                scopes=scopes,
                days=options["days"],
                by=Actor.system("command"),
                now=clock.now(),
            )
        except Invalid as error:
            known = ", ".join(known_scopes())
            raise CommandError(f"{error.sentence} Known scopes: {known}") from error
        self.stdout.write(text)
