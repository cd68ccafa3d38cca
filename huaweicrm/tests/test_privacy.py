"""People can leave: whole exports, and erasing leaves no mention outside the legal hold (R-P3)."""

import datetime as dt
import io
import json
import zipfile
from contextlib import suppress

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction

from accounts.actions import contacts, erasure, personal
from accounts.choices import ContactStatus
from accounts.models import Contact, ErasureRequest, PersonalDetail
from accounts.tests import build
from accounts.tests.build import NINE
from core import clock, files, registry
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import Notification, SearchEntry, Timer, TrailEntry
from core.timers import sweep as sweep_timers
from huaweicrm.privacy import columns, erase, mentions, sweep
from huaweicrm.privacy.export import bundle
from huaweicrm.tests import mirror
from huaweicrm.tests.world import world

NAME, PHONE = "Qzcanaryname", "13866667777"
EMAIL, WECHAT = "qzcanary@lanhai.example", "qzcanarywx"
WORDS = (NAME, PHONE, EMAIL, WECHAT)
SAID = f"{NAME} {PHONE} {EMAIL} {WECHAT}"


def test_every_column_with_text_has_its_place_in_one_table():
    tables = [columns.named(one) for one in (
        columns.SWEPT, columns.DROPPED, columns.EMPTIED, columns.NEVER
    )] + [set(columns.held())]  # fmt: skip
    known = [name for table in tables for name in table]
    standing = {f"{model._meta.label_lower}.{field.name}" for model, field in sweep.text_columns()}

    assert standing - set(known) == set(), "say in huaweicrm/privacy/columns.py what erasing does"
    assert set(known) - standing == set()
    assert sorted(known) == sorted(set(known))


def test_nothing_is_swept_that_the_database_refuses_to_change():
    shut = set()
    for one in registry.guards():
        table, names = (one, ()) if isinstance(one, str) else (one.table, one.columns)
        shut |= {(table, name) for name in names} or {(table, "")}
    swept = {
        (model._meta.db_table, field.column)
        for model, fields in sweep.swept_columns().items()
        for field in fields
    }

    assert swept & shut == set()
    assert {table for table, _name in swept} & {table for table, name in shut if not name} == set()


def test_what_is_looked_for_and_what_is_too_short():
    said = [("name", "林若川"), ("name", "林"), ("phone", "138"), ("email", EMAIL), ("phone", "")]

    assert mentions.needles(said) == [EMAIL, "林若川"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("见了林若川,给他回电", "见了〔〕,给他回电"),
        ("QZCANARY@lanhai.example", "〔〕"),
        ("没有提到谁", "没有提到谁"),
        (r"a\1 林若川", r"a\1 〔〕"),
    ],
)
def test_a_mention_is_covered(text, after):
    assert mentions.covered(text, [EMAIL, "林若川"], "〔〕") == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("The delivery of LI and Lily", "The delivery of 〔〕 and Lily"),
        ("李立Li说 reliable\nLi, Li's", "李立〔〕说 reliable\n〔〕, 〔〕's"),
        ("+8613866667777 pauline@x.cn line@x.cn", "+86〔〕 pauline@x.cn 〔〕"),
    ],
)
def test_a_short_latin_name_is_not_found_within_other_words(text, after):
    assert mentions.covered(text, ["13866667777", "line@x.cn", "Li"], "〔〕") == after


def test_a_longer_name_of_somebody_else_stays():
    assert mentions.covered("王伟和王伟东", ["王伟"], "〔〕", ["王伟东"]) == "〔〕和王伟东"


def test_mentions_are_covered_through_lists_and_mappings():
    value = {"林若川": ["林若川", 3, None, {"who": "林若川"}]}

    assert mentions.covered_value(value, ["林若川"], "x") == {"x": ["x", 3, None, {"who": "x"}]}


@pytest.fixture
def made(db):
    """The world of the permission table, everything built in it, and a canary at home in it."""
    made = world()
    by = Actor.of(made.lin)
    Contact.objects.filter(pk=made.ruochuan.pk).update(can_sign=True)
    values = {"name": NAME, "phone": PHONE, "email": EMAIL, "wechat": WECHAT}
    made.ruochuan.refresh_from_db()
    contacts.edit(made.ruochuan, values, by=by, now=clock.now(), version=None)
    return made


def plant():
    """The canary into every column that is swept, of every row that stands."""
    planted = 0
    for model, fields in sweep.swept_columns().items():
        for field in fields:
            json_column = isinstance(field, models.JSONField)
            most = field.max_length or 999
            text = {"said": [SAID]} if json_column else SAID if most >= len(SAID) else NAME
            if not json_column and most < len(NAME):
                continue
            rows = model._base_manager.all()
            if field.unique:
                rows = rows.filter(pk__in=rows.order_by("pk").values("pk")[:1])
            with suppress(DatabaseError), transaction.atomic():
                planted += rows.update(**{field.name: text})
    return planted


def dump():
    """table.column -> text of everything in the database, but for what is held."""
    kept = {key.replace("_", "") for key in columns.held()}
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    key = f"{table}.{name}"
                    if key.replace("_", ".", 1).replace("_", "") not in kept:
                        found.setdefault(key, []).append(str(value))
    return {key: "\n".join(values) for key, values in found.items()}


def mentioned():
    """Columns that speak of the canary."""
    return sorted(
        key for key, text in dump().items() if any(word.lower() in text.lower() for word in WORDS)
    )


def asked(made, contact=None):
    return erasure.request(
        contact or made.ruochuan, origin="person", received_on=clock.now().date(),
        by=Actor.of(made.cmp), now=clock.now(),
    )  # fmt: skip


def problems():
    """What the evidence check finds: nothing, or what the builders of the table forged."""
    said = io.StringIO()
    with suppress(CommandError):
        call_command("verify_evidence", stdout=said)
    return [line for line in said.getvalue().splitlines() if line.startswith("PROBLEM")]


@pytest.mark.timeout(300)
def test_after_erasing_nothing_speaks_of_the_person_but_what_is_held(made):
    mirror.objects(made)
    personal_row = {"basis": "consent", "purpose": SAID[:90], "interests": SAID}
    if not PersonalDetail.objects.filter(contact=made.ruochuan).exists():
        personal.create(made.ruochuan, personal_row, by=Actor.of(made.lin), now=clock.now())
    about = {"about": made.ruochuan, "by": Actor.of(made.lin), "now": clock.now()}
    file = files.store(SAID.encode(), name=f"{NAME}.txt", scope=made.lanhai, **about)
    assert plant() > 200
    before, evidence = mentioned(), problems()
    ErasureRequest.objects.filter(contact=made.ruochuan).delete()
    row = asked(made)

    report = erase.carry_out(row, by=Actor.of(made.adm), now=clock.now())

    assert len(before) > 80
    assert mentioned() == []
    assert sum(report["replaced"].values()) > 100
    assert not default_storage.exists(file.path) or connection.in_atomic_block
    assert set(report["held"]) <= set(columns.held())
    assert problems() == evidence


def test_what_is_held_stays_and_is_counted(made):
    mirror.objects(made)
    row = asked(made, made.ruochuan)

    report = erase.carry_out(row, by=Actor.of(made.adm), now=clock.now())

    assert report["held"].get("expectations.formsignature.signer_name", 0) > 0
    made.ruochuan.refresh_from_db()
    assert made.ruochuan.status == ContactStatus.ERASED
    assert made.ruochuan.name == erasure.tombstone(made.ruochuan)
    made.portal.refresh_from_db()
    assert (made.portal.is_active, made.portal.email) == (False, "")


def test_one_person_at_two_customers_goes_at_both(made):
    there = build.contact(made.farwest, "周远二", same_person=made.ruochuan, phone="13900001111")

    erase.carry_out(asked(made, there), by=Actor.of(made.adm), now=clock.now())

    assert set(Contact.objects.filter(pk__in=[there.pk, made.ruochuan.pk]).values_list(
        "status", flat=True
    )) == {"erased"}  # fmt: skip
    assert not SearchEntry.objects.filter(label="accounts.contact", about_id=there.pk).exists()


def test_the_name_stays_in_texts_where_others_bear_it(made):
    build.contact(made.lanhai, NAME)
    note = f"{NAME} {PHONE}"
    type(made.lanhai).objects.filter(pk=made.lanhai.pk).update(notes=note)

    report = erase.carry_out(asked(made), by=Actor.of(made.adm), now=clock.now())

    made.lanhai.refresh_from_db()
    assert report["namesakes"] == 1
    assert NAME in made.lanhai.notes and PHONE not in made.lanhai.notes


def test_longer_names_of_others_stay_in_texts(made):
    longer = build.contact(made.lanhai, f"{NAME}东")
    type(made.lanhai).objects.filter(pk=made.lanhai.pk).update(notes=f"{NAME}、{NAME}东")

    erase.carry_out(asked(made), by=Actor.of(made.adm), now=clock.now())

    made.lanhai.refresh_from_db()
    longer.refresh_from_db()
    assert made.lanhai.notes.endswith(f"〕{made.ruochuan.pk}、{NAME}东")
    assert longer.name == f"{NAME}东"


def test_two_people_erase_and_once(made):
    row = asked(made)

    with pytest.raises(Forbidden):
        erase.carry_out(row, by=Actor.of(made.cmp), now=clock.now())
    with pytest.raises(Refused):
        asked(made)
    erase.carry_out(row, by=Actor.of(made.adm), now=clock.now())
    with pytest.raises(Refused):
        erase.carry_out(row, by=Actor.of(made.adm), now=clock.now())
    with pytest.raises(Refused):
        asked(made)


def test_due_in_fifteen_working_days_and_said_before_and_then(made, settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    row = erasure.request(
        made.ruochuan, origin="person", received_on=NINE.date(), by=Actor.of(made.cmp), now=NINE
    )
    told = Notification.objects.filter(kind="erasure", user=made.adm).order_by("id")
    warn = erasure.warn_at(row, NINE)

    from_start = told.count()
    for moment in (warn - dt.timedelta(seconds=1), warn, row.due_at, row.due_at):
        sweep_timers(moment)

    assert f"{row.due_at.astimezone(NINE.tzinfo):%m-%d %H:%M}" == "03-23 18:00"
    assert (from_start, told.count()) == (1, 3)
    assert not Timer.objects.filter(kind=erasure.DUE, state="armed").exists()


def test_the_export_is_whole_and_says_what_it_holds(made):
    mirror.objects(made)

    packed = zipfile.ZipFile(io.BytesIO(bundle(made.ruochuan, by=Actor.of(made.cmp), now=NINE)))
    manifest = json.loads(packed.read("manifest.json"))
    people = {row["id"]: row for row in json.loads(packed.read("tables/accounts.contact.json"))}
    person = people[made.ruochuan.pk]

    assert set(manifest["files"]) == set(packed.namelist()) - {"manifest.json"}
    assert (person["name"], person["phone"]) == (NAME, PHONE)
    for name in ("accounts.personaldetail", "relationships.giftrecord",
                 "accounts.portalmembership"):  # fmt: skip
        assert f"tables/{name}.json" in manifest["files"]
    assert PHONE in packed.read("trail.json").decode()
    assert NAME in packed.read("read-me.txt").decode()
    exported = TrailEntry.objects.filter(verb="person.exported")
    assert exported.filter(about_id=made.ruochuan.pk).count() == 1


def test_the_commands_ask_for_two_people_too(made, tmp_path):
    target = tmp_path / "person.zip"
    said = io.StringIO()

    call_command("export_person", str(made.ruochuan.pk), str(target), stdout=said)
    with pytest.raises(CommandError):
        call_command("erase_person", str(made.ruochuan.pk), "--asked-by=lin",
                     "--carried-out-by=adm", stdout=said)  # fmt: skip
    call_command("erase_person", str(made.ruochuan.pk), "--asked-by=cmp",
                 "--carried-out-by=adm", stdout=said)  # fmt: skip

    assert zipfile.is_zipfile(target)
    assert Contact.objects.get(pk=made.ruochuan.pk).status == ContactStatus.ERASED


def test_asked_for_on_the_page_of_the_person_and_listed(client, made):
    client.force_login(made.cmp)

    client.post(f"/contacts/{made.ruochuan.pk}/erase/",
                {"origin": "person", "received_on": clock.now().date()})  # fmt: skip
    row = ErasureRequest.objects.get()
    listed = client.get("/erasure-requests/").content.decode()
    client.force_login(made.adm)
    refused = client.post(f"/erasure-requests/{row.pk}/refuse/", {"note": "合同未结清"})

    row.refresh_from_db()
    assert NAME in listed
    assert (refused.status_code, row.status, row.decided_by) == (302, "refused", made.adm)
