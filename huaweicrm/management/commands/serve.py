"""`manage.py serve`: the whole product in one process; prepares its database on the way."""

from __future__ import annotations

import socket

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application

from core import environment as env
from core.heaps import share_heaps
from core.local_disk import lies_on_network
from huaweicrm import embedded, prepare, serving

DEMO_OUTSIDE = (
    "SITE_URL is https, and --demo makes accounts with a password that everybody knows. Start "
    "`make serve` (`manage.py serve`) instead, or leave SITE_URL out to look at the demo here."
)


class Command(BaseCommand):
    """Web, worker and beat in one process over SQLite (or the engines of the environment)."""

    help = "Prepare the database and serve on HOST:PORT (default 127.0.0.1:8000)"

    def add_arguments(self, parser):
        """Options."""
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.port())
        parser.add_argument("--demo", action="store_true", help="demo data on the first start")

    def handle(self, *args, **options):
        """Bind first (a taken port is said at once), prepare, serve until a signal."""
        refuse_network_disk()
        share_heaps()
        if options["demo"] and settings.SECURE:
            raise CommandError(DEMO_OUTSIDE)
        if options["demo"] and not env.text("TWO_STEP_FORCED"):
            settings.TWO_STEP_FORCED = False  # the cast of the demo signs in by password alone
        sock = listen(options["host"], options["port"])
        names = prepare.prepare(demo=options["demo"], say=self.say)
        address = f"http://{options['host']}:{options['port']}"
        one = embedded.Embedded(get_wsgi_application(), sock)
        serving.warm()
        one.run(ready=lambda: self.say(f"{names}\nReady: {address} (Ctrl-C stops)".lstrip()))
        self.say("Stopped.")

    def say(self, text):
        """Print at once, also into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()


def refuse_network_disk():
    """SQLite over a network file system loses data: say so instead of starting."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        kind = lies_on_network(settings.DATA_DIR)
        if kind:
            raise CommandError(
                f"DATA_DIR {settings.DATA_DIR} lies on a network file system ({kind}). SQLite "
                "needs a local disk: move DATA_DIR, or set DATABASE_URL to a PostgreSQL database."
            )


def listen(host, port):
    """The listening socket, or a sentence that says what to do."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:  # --port=99999
        why = str(getattr(error, "strerror", error)).rstrip(".")
        raise CommandError(
            f"Cannot listen on {host}:{port}: {why}. Choose another with PORT=8001."
        ) from error
