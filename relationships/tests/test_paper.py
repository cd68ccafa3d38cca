"""The grid as PDF: in both languages, noted each time, hidden while presenting."""

import pytest

from accounts.tests.build import NINE, cast, contact
from core.models import TrailEntry
from relationships.tests.build import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    made = cast()
    placed(made.ruochuan, made.lin, made.boss, (0, 2), NINE)
    contact(made.lanhai, "孟昭")
    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("query", ["", "?attitude=opponent", "?at=2025-12&period=year"])
def test_the_grid_is_set_and_each_paper_is_noted(client, made, language, query):
    client.force_login(made.lin)

    answer = client.get(
        f"/customers/{made.lanhai.pk}/grid/pdf/{query}", headers={"accept-language": language}
    )
    client.get(f"/customers/{made.lanhai.pk}/grid/pdf/")

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    entries = TrailEntry.objects.filter(verb="grid.paper")
    assert [(row.actor, row.klass) for row in entries] == [(made.lin, "confidential")] * 2


def test_strangers_and_a_screen_on_the_wall_get_none(client, made):
    address = f"/customers/{made.lanhai.pk}/grid/pdf/"
    client.force_login(made.stranger)
    absent = client.get(address).status_code
    client.force_login(made.lin)
    client.post("/preferences/presenting/", {"value": "on"})

    assert (absent, client.get(address).status_code) == (404, 403)
    assert not TrailEntry.objects.filter(verb="grid.paper").exists()
