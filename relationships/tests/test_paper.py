"""The grid as PDF: in both languages, noted each time, hidden while presenting."""

import json

import pytest

from accounts.tests.build import NINE, cast, contact, opportunity
from core.models import TrailEntry
from relationships.queries import board
from relationships.tests.build import placed
from relationships.views import panels
from relationships.views.paper import document_of

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


def test_the_grid_of_an_opportunity_is_set_with_who_stands_there_in_brackets(client, made):
    deal = opportunity(made.lanhai, made.lin)
    placed(made.ruochuan, made.lin, made.boss, (0, -2), NINE, opportunity=deal)
    general = contact(made.lanhai, "薄言")
    placed(general, made.lin, made.boss, (0, 1), NINE)
    client.force_login(made.lin)

    answer = client.get(f"/customers/{made.lanhai.pk}/grid/pdf/?opportunity={deal.pk}")
    shown = board(made.lanhai, on=NINE.date(), today=NINE.date(), opportunity=deal)
    tokens = panels.tokens_of(shown, chosen=None, may_move=False, keep="")
    data = document_of(made.lanhai, shown, tokens)

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    entry = TrailEntry.objects.get(verb="grid.paper")
    assert json.loads(entry.facts)["opportunity"] == deal.pk
    lines = {line[0]: line[5] for line in data["lines"]}
    assert lines == {made.ruochuan.name: "−2", "(薄言)": "+1"}


def test_strangers_and_a_screen_on_the_wall_get_none(client, made):
    address = f"/customers/{made.lanhai.pk}/grid/pdf/"
    client.force_login(made.stranger)
    absent = client.get(address).status_code
    client.force_login(made.lin)
    client.post("/preferences/presenting/", {"value": "on"})

    assert (absent, client.get(address).status_code) == (404, 403)
    assert not TrailEntry.objects.filter(verb="grid.paper").exists()
