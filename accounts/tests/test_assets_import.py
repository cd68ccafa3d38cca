"""The installed base from a table: previewed row by row, recorded, taken back."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import timers_record
from accounts.actions import assets
from accounts.models import Asset
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.imports.limits import PAGE
from core.imports.mapping import ColumnMap, guess
from core.imports.reading import read_table
from core.imports.run import commit_import, importer_for, plan_import, undo_import
from core.models import ImportBatch, Timer, TrailEntry

HEAD = "客户,产品,序列号,厂家,数量,启用日期,保修期至,状态,资产编号\n"
GOOD = "澜海移动通信,核心网关,S1,ours,2,2026-01-05,2027-01-04,,A1\n"


@pytest.fixture
def cast(db):
    return build.cast()


def planned(cast, text, user=None, **options):
    by = Actor.of(user or cast.lin)
    content = (HEAD + text).encode()
    fields = importer_for("assets").fields
    columns = guess(read_table(content, limits=PAGE).columns, fields)
    mapping = ColumnMap(kind="assets", columns=columns, options=options)
    plan = plan_import(content, mapping, by=by, now=NINE, limits=PAGE)
    return plan, lambda: commit_import(plan, filename="a.csv", content=content, by=by, now=NINE)


def outcomes(plan):
    return [row.outcome for row in plan.rows]


def test_rows_become_equipment_with_alerts_and_trail_and_the_file_again_nothing(cast):
    _plan, commit = planned(cast, GOOD + "澜海移动通信,网关,,competitor,,,,,\n")
    batch = commit()
    again, _commit = planned(cast, GOOD)

    ours, theirs = Asset.objects.order_by("id")
    assert (ours.status, ours.quantity, ours.warranty_end) == (
        "in_service", 2, dt.date(2027, 1, 4),
    )  # fmt: skip
    assert (theirs.status, theirs.vendor) == ("planned", "competitor")
    armed = Timer.objects.armed().filter(about_label="accounts.asset")
    wanted = {one[0] for one in timers_record.expected(NINE) if one[1] == "accounts.asset"}
    assert set(armed.values_list("kind", flat=True)) == wanted and len(wanted) == 2
    assert TrailEntry.objects.filter(verb="asset.created", scope_id=cast.lanhai.pk).count() == 2
    assert batch.counts["created"] == 2
    assert outcomes(again) == ["skip"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("无此客户,网关,,ours,,,,planned,\n", "customer"),
        ("澜海移动通信,,,ours,,,,planned,\n", "product"),
        ("澜海移动通信,网关,,ours,,2026-01-05,,,\n", "warranty_end"),
        ("澜海移动通信,网关,,ours,,2026-01-05,2026-01-04,,\n", "warranty_end"),
        ("澜海移动通信,网关,,ours,,2026-03-03,2027-01-04,in_service,\n", "commissioned_on"),
        ("澜海移动通信,网关,,ours,0,,,planned,\n", "quantity"),
        ("澜海移动通信,网关,,nobody's,,,,planned,\n", "vendor"),
        ("澜海移动通信,网关,,ours,,,,broken,\n", "status"),
    ],
)
def test_what_a_form_refuses_the_import_names(cast, row, field):
    plan, _commit = planned(cast, row)

    assert [name for name, _said in plan.rows[0].errors] == [field]


def test_today_is_in_service_and_tomorrow_is_planned(cast):
    plan, _commit = planned(
        cast,
        "澜海移动通信,网关,,ours,,2026-03-02,2027-01-04,,\n"
        "澜海移动通信,网关,,ours,,2026-03-03,2027-01-04,,\n",
    )

    assert NINE.date() == dt.date(2026, 3, 2)
    assert [row.values["_asset"].status for row in plan.rows] == ["in_service", "planned"]


def test_twins_of_a_file_and_what_was_retired_are_left_out(cast):
    plan, _commit = planned(
        cast,
        GOOD
        + "澜海移动通信,核心网关,S1,ours,,2026-01-05,2027-01-04,,A2\n"
        + "澜海移动通信,旧网关,S9,ours,,,,retired,A3\n",
    )

    assert outcomes(plan) == ["create", "skip", "skip"]


def test_known_equipment_is_updated_when_asked_and_both_come_back_with_undo(cast):
    row = assets.create(
        cast.lanhai,
        {"product": "核心网关", "serial": "S1", "status": "in_service",
         "warranty_end": dt.date(2026, 6, 1)},
        by=Actor.of(cast.lin), now=NINE,
    )  # fmt: skip
    rows = GOOD + "澜海移动通信,网关,S2,ours,1,,,planned,A2\n"
    plan, commit = planned(cast, rows, duplicates="update")
    batch = commit()

    assert outcomes(plan) == ["update", "create"]
    row.refresh_from_db()
    assert (row.quantity, row.warranty_end) == (2, dt.date(2027, 1, 4))
    made = Asset.objects.get(serial="S2")
    assert undo_import(batch, by=Actor.of(cast.lin), now=NINE) == {"undone": 2, "kept": 0}
    row.refresh_from_db()
    made.refresh_from_db()
    assert (row.quantity, row.warranty_end) == (1, dt.date(2026, 6, 1))
    assert (made.status, made.external_ref) == ("retired", "")
    due = Timer.objects.armed().get(kind=assets.END, about_id=row.pk).due_at
    assert due == assets.end_at(row)
    assert outcomes(planned(cast, rows, duplicates="update")[0]) == ["update", "create"]


def test_what_somebody_edited_since_stays(cast):
    _plan, commit = planned(cast, GOOD)
    batch = commit()
    row = Asset.objects.get()
    assets.edit(row, {"site": "三楼"}, by=Actor.of(cast.lin), now=NINE, version=None)

    counts = undo_import(batch, by=Actor.of(cast.lin), now=NINE)

    row.refresh_from_db()
    assert counts == {"undone": 0, "kept": 1}
    assert row.status == "in_service"


def test_a_reference_of_another_customer_is_refused_and_customers_of_others_are_unknown(cast):
    other = build.customer(cast.office, "岭东电网")
    build.assign(other, cast.lin, "ar")
    planned(cast, GOOD)[1]()
    plan, _commit = planned(cast, GOOD.replace("澜海移动通信", "岭东电网"))
    strange, _commit = planned(cast, GOOD, user=cast.stranger)

    assert [name for name, _said in plan.rows[0].errors] == ["external_ref"]
    assert [name for name, _said in strange.rows[0].errors] == ["customer"]


def test_thirty_rows_cost_the_statements_of_one(cast):
    counts = []
    for many in (1, 30):
        text = "".join(GOOD.replace("S1", f"S{many}-{n}").replace("A1", f"A{many}-{n}")
                       for n in range(many))  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            planned(cast, text)[1]()
        counts.append(len(asked))

    assert counts[1] - counts[0] <= 2  # the savepoint of a second batch


def test_the_browser_leads_from_the_list_to_undo(cast, client):
    client.force_login(cast.lin)
    ledger = (
        "客户名称,机房,设备名称,型号,序列号,厂家,数量,开通日期,保修到期,维保合同,设备状态,备注,设备编号\n"
        "澜海移动通信,一楼,网关,X1,S1,我方,2,2026-01-05,2099-01-04,,在网,,E1\n"
        "澜海移动通信,一楼,交换机,Y1,S2,别家,1,2026-01-05,,,在网,,E2\n"
    )

    listed = client.get("/assets/").content.decode()
    file = SimpleUploadedFile("a.csv", ledger.encode("gb18030"))
    columns = client.post("/assets/import/", {"file": file})["Location"]
    draft = ImportBatch.objects.get()
    shown = client.post(columns, {"ready": "installed-base"}, follow=True).content.decode()
    client.post(f"/imports/{draft.pk}/commit/")
    made = list(Asset.objects.order_by("id").values_list("product", "vendor", "status"))
    client.post(f"/imports/{ImportBatch.objects.get().pk}/undo/")

    assert "/assets/import/" in listed
    assert "交换机" in shown
    assert made == [("网关", "ours", "in_service"), ("交换机", "competitor", "in_service")]
    assert set(Asset.objects.values_list("status", flat=True)) == {"retired"}


def test_the_command_refuses_what_its_person_does_not_edit(cast, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text(HEAD + GOOD)

    with pytest.raises(CommandError):
        call_command("import_data", "assets", str(table), user="stranger")
    call_command("import_data", "assets", str(table), user="lin")

    assert Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "row"),
    [("assets", "{},网关,,ours,,,,planned,A9\n"), ("revenue", "{},2025-12-31,50,V1\n")],
)
def test_a_name_that_two_customers_bear_is_refused_with_their_codes(cast, kind, row):
    twin = build.customer(cast.lanhai.owning_unit, name=cast.lanhai.name)
    head = HEAD if kind == "assets" else "客户,月份,收入,凭证号\n"
    content = (head + row.format(twin.name) + row.format(twin.code)).encode()
    columns = guess(read_table(content, limits=PAGE).columns, importer_for(kind).fields)
    mapping = ColumnMap(kind=kind, columns=columns, options={})
    plan = plan_import(content, mapping, by=build.SYSTEM, now=NINE, limits=PAGE)

    by_name, by_code = plan.rows
    assert [name for name, _sentence in by_name.errors] == ["customer"]
    assert cast.lanhai.code in by_name.errors[0][1] and twin.code in by_name.errors[0][1]
    assert by_code.outcome == "create"
