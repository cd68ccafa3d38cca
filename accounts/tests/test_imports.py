"""Customers from a file: all or nothing, named rows, repeatable, undone."""

import datetime as dt
import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from accounts.models import Customer, OrgUnit
from accounts.tests import build
from core.actors import Actor
from core.errors import Refused
from core.imports import drafts
from core.imports.limits import PAGE
from core.imports.mapping import ColumnMap
from core.imports.run import commit_import, plan_import, undo_import
from core.models import ImportBatch, ImportMapping, ImportRow, TrailEntry

pytestmark = pytest.mark.django_db
COLUMNS = {"name": "name", "country": "country", "status": "status"}


def importing(content: str, by, **mapping):
    made = ColumnMap(kind="customers", columns=mapping.pop("columns", COLUMNS), **mapping)
    plan = plan_import(content.encode(), made, by=by, now=build.NINE, limits=PAGE)
    return plan, lambda **more: commit_import(
        plan, filename="a.csv", content=content.encode(), by=by, now=build.NINE, **more
    )


def test_rows_become_customers_with_codes_trail_and_unit():
    cast = build.cast()
    by = Actor.of(cast.lin, "import")

    _plan, commit = importing("name,country,status\nOne,China,active\nTwo,China,\n", by)
    batch = commit()

    made = Customer.objects.filter(name__in=["One", "Two"]).order_by("name")
    assert [row.status for row in made] == ["active", "prospect"]
    assert len({row.code for row in made}) == 2
    assert batch.counts["created"] == 2
    assert TrailEntry.objects.filter(verb="customer.created", scope_id=made[0].pk).count() == 1


def test_one_bad_row_and_nothing_is_written():
    cast = build.cast()
    by = Actor.of(cast.lin, "import")
    before = Customer.objects.count()

    plan, commit = importing("name,country,status\nOne,China,active\n,China,odd\n", by)
    with pytest.raises(Refused):
        commit()

    assert [name for name, _ in plan.refused[0].errors] == ["name", "status"]
    assert Customer.objects.count() == before
    assert not ImportBatch.objects.exists()


def test_rows_in_error_are_left_out_only_when_asked():
    cast = build.cast()

    _plan, commit = importing(
        "name,country,status\nOne,China,\n,China,\n", Actor.of(cast.lin, "import")
    )
    batch = commit(leave_out=True)

    assert batch.counts["created"] == 1
    assert batch.report[0]["row"] == 3


def test_the_same_file_twice_makes_nothing_new_and_undo_takes_it_back():
    cast = build.cast()
    by = Actor.of(cast.lin, "import")
    content = "name,country,status\nOne,China,\nTwo,China,\n"
    _plan, commit = importing(content, by)
    batch = commit()

    again, _commit = importing(content, by)
    counts = undo_import(batch, by=by, now=build.NINE)

    assert again.counts["created"] == 0
    assert [row.outcome for row in again.rows] == ["skip", "skip"] or again.counts["skipped"] == 2
    assert counts == {"undone": 2, "kept": 0}
    assert not Customer.objects.current().filter(name="One").exists()
    with pytest.raises(Refused):
        undo_import(ImportBatch.objects.get(), by=by, now=build.NINE)


def test_undo_keeps_what_somebody_changed_since():
    cast = build.cast()
    by = Actor.of(cast.lin, "import")
    _plan, commit = importing("name,country,status\nOne,China,\nTwo,China,\n", by)
    batch = commit()
    Customer.objects.filter(name="Two").update(version=2)

    counts = undo_import(batch, by=by, now=build.NINE)

    assert counts == {"undone": 1, "kept": 1}
    assert Customer.objects.current().filter(name="Two").exists()


def test_an_import_grows_by_batch_and_not_by_row(django_assert_max_num_queries):
    cast = build.cast()
    rows = "".join(f"Firm {number},China,\n" for number in range(300))

    with django_assert_max_num_queries(60):
        _plan, commit = importing("name,country,status\n" + rows, Actor.of(cast.lin, "import"))
        commit()

    assert ImportRow.objects.count() == 300


def test_operators_of_the_world_keep_their_shape(tmp_path, capsys):
    build.unit("Company", "company")
    networks = [
        {
            "mcc": "1",
            "mnc": "1",
            "countryName": "Austria",
            "operator": "A1 ",
            "brand": None,
            "status": "Reserved",
            "bands": "GSM",
        },
        {
            "mcc": "1",
            "mnc": "2",
            "countryName": "Austria",
            "operator": "A1",
            "brand": "bob",
            "status": "Operational",
            "bands": None,
        },
        {
            "mcc": "1",
            "mnc": "3",
            "countryName": None,
            "operator": "A1",
            "brand": None,
            "status": "Unknown",
            "bands": None,
        },
        {
            "mcc": "1",
            "mnc": "4",
            "countryName": "Austria",
            "operator": None,
            "brand": "x",
            "status": "Unknown",
            "bands": None,
        },
    ]
    file = tmp_path / "networks.json"
    file.write_text(json.dumps(networks))

    call_command("import_data", "customers", str(file), "--json", mapping=_mapping_file())

    out, err = capsys.readouterr()
    counts = json.loads(out.strip().splitlines()[-1])
    assert (counts["rows"], counts["created"], counts["refused"]) == (4, 2, 1)
    assert "row 4, name" in err
    austrian = Customer.objects.get(country="Austria")
    assert (austrian.short_name, austrian.status) == ("bob", "active")
    assert austrian.owning_unit == OrgUnit.objects.filter(parent=None).first()


def _mapping_file():
    from pathlib import Path

    from django.conf import settings

    return Path(settings.BASE_DIR) / "docs/mappings/mcc-mnc-list.toml"


def test_the_browser_leads_from_upload_to_undo(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    cast = build.cast()
    client.force_login(cast.lin)
    file = SimpleUploadedFile("a.csv", "客户名称,国家\n新客户,中国\n".encode("gb18030"))

    columns = client.post("/customers/import/", {"file": file}, follow=True)
    draft = ImportBatch.objects.get()
    shown = client.post(
        f"/imports/{draft.pk}/columns/", {"f_name": "客户名称", "f_country": "国家"}, follow=True
    )
    done = client.post(f"/imports/{draft.pk}/commit/", follow=True)
    batch = ImportBatch.objects.get()
    client.post(f"/imports/{batch.pk}/undo/")

    assert columns.status_code == shown.status_code == done.status_code == 200
    assert "新客户" in shown.content.decode()
    assert batch.counts["created"] == 1
    assert Customer.objects.get(name="新客户").is_archived
    client.force_login(cast.stranger)
    assert client.get(f"/imports/{batch.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", "name\nOne\n"),
        ("a.json", "name\nOne\n"),
        ("a.csv", '[{"name": "One"}]'),
        ("a.exe", "name\nOne\n"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(client, name, content):
    client.force_login(build.cast().lin)

    answer = client.post("/customers/import/", {"file": SimpleUploadedFile(name, content.encode())})

    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("saved", ["abc", "%00", "²", "9" * 30])
def test_a_strange_saved_mapping_is_none(client, saved):
    client.force_login(build.cast().lin)
    there = client.post("/customers/import/", {"file": SimpleUploadedFile("a.csv", b"name\nOne\n")})

    assert client.get(f"{there.url}?saved={saved}").status_code == 200


def test_a_mapping_is_kept_under_a_plain_name(client):
    client.force_login(build.cast().lin)
    there = client.post("/customers/import/", {"file": SimpleUploadedFile("a.csv", b"name\nOne\n")})

    answer = client.post(there.url, {"f_name": "name", "save_as": "a\u202eb"})

    assert answer.status_code == 422


def test_an_upload_that_nobody_imports_is_deleted_after_a_day(client):
    client.force_login(build.cast().lin)
    client.post("/customers/import/", {"file": SimpleUploadedFile("a.csv", b"name\nOne\n")})
    draft = ImportBatch.objects.get()

    kept = drafts.forget_old(draft.created_at + drafts.KEPT - dt.timedelta(seconds=1))
    gone = drafts.forget_old(draft.created_at + drafts.KEPT)

    assert (kept, gone) == (0, 1)
    assert not ImportBatch.objects.exists()
    assert not default_storage.exists(draft.path)


NETWORKS = [
    {"mcc": "1", "mnc": "1", "countryName": "Austria", "operator": "A1", "brand": "bob",
     "status": "Operational", "bands": "GSM"},
    {"mcc": "1", "mnc": "2", "countryName": "Austria", "operator": "A1", "brand": None,
     "status": "Unknown", "bands": "LTE"},
]  # fmt: skip


def brought(client, name, content):
    """The draft of an upload."""
    client.post("/customers/import/", {"file": SimpleUploadedFile(name, content)})
    return ImportBatch.objects.get(state="draft")


def test_a_mapping_of_the_product_is_offered_where_it_fits(client):
    client.force_login(build.cast().lin)
    draft = brought(client, "networks.json", json.dumps(NETWORKS).encode())

    shown = client.get(f"/imports/{draft.pk}/columns/").content.decode()
    preview = client.post(f"/imports/{draft.pk}/columns/", {"ready": "mcc-mnc-list"}, follow=True)
    client.post(f"/imports/{draft.pk}/commit/")

    assert 'value="mcc-mnc-list"' in shown
    assert preview.redirect_chain == [(f"/imports/{draft.pk}/preview/", 302)]
    made = Customer.objects.get(country="Austria")
    assert (made.name, made.short_name, made.status) == ("A1", "bob", "active")


@pytest.mark.parametrize("name", ["mcc-mnc-list", "../../etc/passwd", ""])
def test_no_mapping_of_the_product_where_it_does_not_fit(client, name):
    client.force_login(build.cast().lin)
    draft = brought(client, "a.csv", b"name\nOne\n")

    answer = client.post(f"/imports/{draft.pk}/columns/", {"ready": name})

    assert answer.status_code == 422
    assert "mcc-mnc-list" not in client.get(f"/imports/{draft.pk}/columns/").content.decode()


def test_words_of_a_choice_are_mapped_and_kept(client):
    client.force_login(build.cast().lin)
    content = b"name,state\nOne,Live\nTwo,Dead\nThree,Live\nFour,active\n"
    draft = brought(client, "a.csv", content)
    columns = {"f_name": "name", "f_status": "state", "save_as": "ours"}

    asked = client.post(f"/imports/{draft.pk}/columns/", columns, follow=True)
    answers = {"w_status_0": "active", "w_status_1": "-"}
    client.post(f"/imports/{draft.pk}/words/", answers)
    client.post(f"/imports/{draft.pk}/commit/")

    assert asked.redirect_chain[-1][0] == f"/imports/{draft.pk}/words/"
    assert "“Live” × 2" in asked.content.decode()
    made = Customer.objects.filter(name__in=["One", "Two", "Three", "Four"]).order_by("name")
    assert [row.status for row in made] == ["active", "active", "active", "prospect"]
    kept = ImportMapping.objects.get(name="ours")
    assert kept.values == {"status": {"Live": "active", "Dead": ""}}

    again = brought(client, "b.csv", b"name,state\nFive,Live\n")
    there = client.post(f"/imports/{again.pk}/columns/?saved={kept.pk}", columns)
    assert there.url == f"/imports/{again.pk}/preview/"


def test_a_word_without_an_answer_names_its_rows(client):
    client.force_login(build.cast().lin)
    draft = brought(client, "a.csv", b"name,state\nOne,Live\n")
    client.post(f"/imports/{draft.pk}/columns/", {"f_name": "name", "f_status": "state"})

    client.post(f"/imports/{draft.pk}/words/", {"w_status_0": ""})
    refused = client.post(f"/imports/{draft.pk}/commit/")

    assert refused.status_code == 409
    assert not Customer.objects.filter(name="One").exists()


def test_whoever_may_not_import_any_more_undoes_nothing():
    cast = build.cast()
    engineer = build.person("engineer", cast.office, "eng")
    batch = ImportBatch.objects.create(
        kind="customers",
        filename="a.csv",
        sha256="0" * 64,
        created_at=build.NINE,
        created_by=engineer,
    )
    client = Client()
    client.force_login(engineer)

    assert client.post(f"/imports/{batch.pk}/undo/").status_code == 403
    batch.refresh_from_db()
    assert batch.state == "committed"
