"""The paper of a form says what was signed, in both languages; the comparison on it is typed."""

from __future__ import annotations

import pytest
from django.test import Client

from expectations import comparison, pdf
from expectations.models import ConfirmationForm
from expectations.queries.document import document_for
from expectations.tests import build
from expectations.tests.build import NINE
from huaweicrm.testing.paper import squeezed, text_of

pytestmark = pytest.mark.django_db
OPTIONS = "比较项 | 借用模块 | *等待到货\n割接日期 | 12-15 | 12-24\n费用 | 3 万元 | 无"
WORDS = {
    "zh-hans": [
        "客户需求与期望确认表",
        "必须满足",
        "可协商",
        "本期不含",
        "甲方",
        "乙方",
        "双方选定",
    ],
    "en": ["Confirmationofcustomerneedsandexpectations", "Must", "Negotiable", "PartyA", "PartyB"],
}


@pytest.fixture
def team():
    return build.cast()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_names_parties_items_options_and_hash(team, language):
    options = comparison.parse(OPTIONS)
    form = build.effective(team, language=language, options=options)

    said = text_of(pdf.confirmation(document_for(form, now=NINE)))

    items = form.project.items.all()
    looked_for = [
        *(form.customer.name, form.project.name, form.code, form.snapshot_sha256),
        *(team.ruochuan.name, team.lin.full_name),
        *(row.statement for row in items),
        *("E-1", "E-2", "E-3", "网管统计", "2026-06-30"),
        *("借用模块", "等待到货", "割接日期", "12-24"),
        *(row.digest[:32] for row in form.signatures.all()),
        *WORDS[language],
    ]
    assert items.count() == 3
    assert [words for words in looked_for if squeezed(words) not in said] == []
    for other in set(WORDS) - {language}:
        assert WORDS[other][0] not in said


def test_the_comparison_is_typed_on_the_edit_page_and_shown(team, settings):
    settings.DEMO_NOW = NINE.isoformat()
    form = build.draft(team)
    client = Client()
    client.force_login(team.lin, backend="django.contrib.auth.backends.ModelBackend")
    here = form.get_absolute_url()
    values = {
        "contact": team.ruochuan.pk,
        "signatory": team.lin.pk,
        "language": "zh-hans",
        "version": form.version,
        "options_text": "比较项 | 借用模块\n费用 | 1",
    }

    refused = client.post(f"{here}edit/", values)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"options_text"}

    assert client.post(f"{here}edit/", values | {"options_text": OPTIONS}).status_code == 302
    kept = ConfirmationForm.objects.get(pk=form.pk)
    assert kept.options == comparison.parse(OPTIONS)
    assert "等待到货" in client.get(here).content.decode()
    assert "*等待到货" in client.get(f"{here}edit/").content.decode()

    emptied = values | {"version": kept.version, "options_text": ""}
    assert client.post(f"{here}edit/", emptied).status_code == 302
    assert "等待到货" not in client.get(here).content.decode()


def test_the_comparison_is_read_and_written_by_the_api(team, settings):
    settings.DEMO_NOW = NINE.isoformat()
    form = build.draft(team)
    client = Client()
    client.force_login(team.lin, backend="django.contrib.auth.backends.ModelBackend")
    here = f"/api/v1/confirmation-forms/{form.pk}/"

    def patch(options):
        version = client.get(here).json()["version"]
        headers = {"If-Match": f'"{version}"'}
        return client.patch(here, {"options": options}, "application/json", headers=headers)

    table = comparison.parse(OPTIONS)
    assert patch(table).json()["options"] == table
    refused = patch(table | {"names": ["借用模块", "借用模块"]})
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["options"]
    assert client.get(here).json()["options"] == table
    assert patch(None).json()["options"] == {}
