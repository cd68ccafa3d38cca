"""Rows of the permission table of the roof: desk and portal."""

from core import clock, files
from core.actors import Actor
from core.tests.permission_rows import HEADS, SEE, STAFF, TEAM, Row, page


def file(world):
    """A picture about lanhai."""
    raw = b"\x89PNG\r\n\x1a\n" + b"0" * 64
    by = Actor.of(world.lin)
    about = world.lanhai
    return files.store(raw, name="a.png", about=about, scope=about, by=by, now=clock.now())


IMPORTERS = TEAM | HEADS | {"qm", "adm", "stranger"}

ROWS = [
    Row("", get=STAFF),
    Row("search/", get=STAFF),
    page("customers/<pk>/", lambda w: w.lanhai),
    page("customers/<pk>/timeline/", lambda w: w.lanhai),
    Row("styleguide/", get=STAFF),
    Row("styleguide/form/", get=STAFF, post=STAFF),
    Row("styleguide/confirmation/", get=STAFF, post=STAFF),
    Row("customers/import/", get=IMPORTERS, post=IMPORTERS),
    page("files/<pk>/", file, sees=SEE),
]
