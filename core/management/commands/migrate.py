"""Django's migrate: on PostgreSQL it gives way to those who work, and takes its own time."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

LIMITS = ("SET lock_timeout = '3s'", "SET statement_timeout = 0")
GIVEN_BACK = ("RESET lock_timeout", "RESET statement_timeout")
LOCK_NOT_AVAILABLE = "55P03"


class Command(migrate.Command):
    """A lock that is not had within three seconds is given up, so that nobody queues behind it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Limit, migrate, give the limits back."""
        link = connections[options["database"]]
        if link.vendor != "postgresql":
            return super().handle(*args, **options)
        _say(link, LIMITS)
        try:
            return super().handle(*args, **options)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                raise
            raise CommandError(
                "Somebody works on a table that this step changes; nothing of the step was kept."
                " Run migrate again, or stop the workers first."
            ) from error
        finally:
            _say(link, GIVEN_BACK)


def _say(link: Any, statements: tuple[str, ...]) -> None:
    with link.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
