"""What a list can do, on the list of customers: export what one sees, change many rows at once."""

import io

import openpyxl
import pytest
from django.core.files.storage import default_storage

from accounts.choices import TeamRole
from accounts.models import AccountAssignment
from accounts.tests import build
from accounts.tests.test_pages import signed_in
from core import jobs, policies, policy
from core.clock import now as moment
from core.models import Attachment, Job, JobState, PolicyValue, Tagging, TrailEntry
from core.tests.test_own_pages import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build.cast()


@pytest.fixture
def lin(cast):
    client = signed_in(cast.lin)
    fresh(client)
    return client


def limit(declared, value):
    PolicyValue.objects.create(key=declared.key, value=value, valid_from="2020-01-01T00:00Z")
    policy.forget()


def export(client, query="", kind="csv"):
    return client.post(f"/lists/customers/export/?{query}", {"kind": kind})


def text_of(answer):
    return b"".join(answer.streaming_content).decode()


def test_an_export_asks_for_the_password_again(cast):
    client = signed_in(cast.lin)

    assert "reauthenticate" in client.get("/lists/customers/export/")["Location"]


def test_a_csv_holds_the_columns_and_filters_of_the_view_and_opens_in_excel(cast, lin):
    lines = text_of(export(lin, "columns=name,status&search=lh")).splitlines()

    assert lines == ['\ufeff"客户","状态"', '"澜海移动通信","潜在"']


def test_the_confidential_class_never_leaves(cast, lin):
    shown = lin.get("/customers/").context["list"]
    answer = text_of(export(lin, "columns=name,people,region"))

    assert "people" in {column.key for column in shown.columns}
    assert answer.splitlines()[0] == '\ufeff"客户","区域"'


def test_an_export_ends_where_sight_ends(cast, lin):
    foreign = build.customer(build.unit("远方"), "看不见的客户")

    assert foreign.name not in text_of(export(lin))


def test_a_formula_in_a_name_stays_text(cast, lin):
    cast.lanhai.name = "=1+1"
    cast.lanhai.save(update_fields=["name"])

    assert '"\'=1+1"' in text_of(export(lin, "columns=name"))
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(export(lin, "columns=name", "xlsx").streaming_content))
    )
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}


def test_the_trail_says_who_took_what(cast, lin):
    export(lin, "columns=name&search=lh")

    entry = TrailEntry.objects.get(verb="list.exported")
    assert entry.actor == cast.lin
    assert '"rows":1' in entry.facts and "search=lh" in entry.facts


def test_more_than_ten_exports_an_hour_are_refused(cast, lin):
    for _number in range(10):
        assert export(lin).status_code == 200

    assert export(lin).status_code == 409


def test_a_large_export_is_a_job_whose_file_expires(cast, lin):
    limit(policies.EXPORT_AT_ONCE, 0)
    answer = export(lin)
    job = Job.objects.get()
    assert (answer["Location"], job.state) == (job.get_absolute_url(), JobState.WAITING)

    now = moment()
    assert jobs.work(now) == 1

    job.refresh_from_db()
    file = Attachment.objects.get()
    assert (job.state, job.done) == (JobState.DONE, job.total)
    assert lin.get(f"/files/{file.pk}/").status_code == 200
    assert signed_in(cast.wei).get(f"/files/{file.pk}/").status_code == 404
    assert signed_in(cast.wei).get(job.get_absolute_url()).status_code == 404
    Job.objects.update(expires_at=now)
    assert lin.get(f"/files/{file.pk}/").status_code == 404
    assert jobs.tidy(now) == 1
    assert not default_storage.exists(file.path)


def test_a_cancelled_job_does_not_run(cast, lin):
    limit(policies.EXPORT_AT_ONCE, 0)
    export(lin)
    job = Job.objects.get()

    lin.post(f"{job.get_absolute_url()}cancel/")

    assert jobs.work(moment()) == 0
    assert Job.objects.get().state == JobState.CANCELLED
    assert lin.post(f"{job.get_absolute_url()}cancel/").status_code == 409


def test_a_lost_worker_leaves_its_job_to_another(cast, lin):
    limit(policies.EXPORT_AT_ONCE, 0)
    export(lin)
    now = moment()
    Job.objects.update(state=JobState.RUNNING, leased_until=now, attempts=1)

    assert jobs.work(now) == 1
    assert Job.objects.get().state == JobState.DONE


def change(client, verb, ids=(), **more):
    body = {"verb": verb, "id": [row.pk for row in ids], **more}
    return client.post("/lists/customers/bulk/", body)


def managers(*rows):
    seats = AccountAssignment.objects.active().filter(customer__in=rows, role=TeamRole.AR)
    return [seat.user for seat in seats.order_by("customer__name", "customer_id")]


def test_many_customers_get_another_manager_and_back(cast, lin):
    other = build.customer(cast.office, "第二个客户")
    build.assign(other, cast.lin, TeamRole.AR)

    answer = change(lin, "assign", [cast.lanhai, other], person=cast.wei.pk)
    done = managers(cast.lanhai, other)
    lin.logout()
    boss = signed_in(cast.boss)

    assert done == [cast.wei, cast.wei]
    assert Job.objects.get().state == JobState.DONE
    assert answer["Location"] == Job.objects.get().get_absolute_url()
    assert boss.post(f"{answer['Location']}undo/").status_code == 404


def test_one_refused_row_leaves_all_as_they_were(cast, lin):
    theirs = build.customer(cast.office, "别人的客户")
    build.assign(theirs, cast.lin, TeamRole.MEMBER)

    answer = change(lin, "assign", [cast.lanhai, theirs], person=cast.wei.pk)
    job = Job.objects.get()
    page = lin.get(answer["Location"])

    assert managers(cast.lanhai) == [cast.lin]
    assert job.state == JobState.REFUSED
    assert {line["id"]: line["state"] for line in job.report} == {
        cast.lanhai.pk: "left",
        theirs.pk: "refused",
    }
    assert page.content.decode().count("你不能改这一行") == 1


def test_a_tag_on_all_that_match_is_undone(cast, lin):
    answer = change(lin, "tag", all="1", query="search=lh", tag="重点")
    put = list(Tagging.objects.values_list("about_id", "tag__name"))
    shown = lin.get("/customers/?tag=重点&columns=name,tags").context["list"]
    lin.post(f"{answer['Location']}undo/")

    assert put == [(cast.lanhai.pk, "重点")]
    assert [line.customer for line in shown.lines] == [cast.lanhai]
    assert Tagging.objects.count() == 0
    assert lin.post(f"{answer['Location']}undo/").status_code == 409


def test_a_foreign_row_cannot_be_ticked(cast, lin):
    foreign = build.customer(build.unit("远方"), "看不见的客户")

    assert change(lin, "tag", [foreign], tag="x").status_code == 409
    assert Tagging.objects.count() == 0
