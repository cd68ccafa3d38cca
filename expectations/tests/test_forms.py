"""The way of a form: gaps, review, sending, one-time link, both signatures, versions, evidence."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from core import sealing, timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken, Event, OutboxMessage, Timer
from expectations import evidence, snapshot
from expectations.actions import form as forms
from expectations.actions import signing
from expectations.actions.item import edit_item
from expectations.actions.project import start, start_early
from expectations.models import ConfirmationForm, ExpectationItem, FormSignature, SigningLink
from expectations.tests import build
from expectations.tests.build import DAY, HOUR, NINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return build.cast()


def by(user):
    return Actor.of(user)


def test_a_form_goes_all_the_way_to_effective(team):
    form = build.effective(team)

    assert form.status == "effective"
    assert form.code == "CEF-2026-1"
    assert snapshot.digest(form.snapshot) == form.snapshot_sha256
    assert [row.side for row in form.signatures.all()] == ["customer", "ours"]
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == [
        "form.sent",
        "form.signed",
        "form.effective",
    ]
    states = ExpectationItem.objects.order_by("id").values_list("priority_class", "status")
    assert list(states) == [
        ("must", "confirmed"),
        ("negotiable", "confirmed"),
        ("deferred", "clarified"),
    ]
    assert list(evidence.verify()) == []
    assert sealing.verify().problems == []


def test_the_snapshot_holds_no_score_note_or_implicit_source(team):
    project = build.project(team)
    build.item(
        project,
        team,
        importance=4,
        impact=4,
        urgency=4,
        feasibility=4,
        internal_note="内部：底价",
        raw_words="原话",
    )
    findings = [{"dimension": "implicit", "text": "夜间可当场决定备件", "source": "值班员老周"}]
    form = forms.draft_form(
        project, by=by(team.lin), now=NINE, findings=findings, contact=team.ruochuan
    )
    build.sent(team, form=form)

    assert "夜间可当场决定备件" in form.snapshot
    for hidden in ("老周", "底价", "importance", "原话"):
        assert hidden not in form.snapshot


def test_submitting_names_every_gap(team):
    project = build.project(team)
    form = forms.draft_form(project, by=by(team.lin), now=NINE, contact=team.ruochuan)

    with pytest.raises(Refused) as refusal:
        forms.submit(form, by=by(team.lin), now=NINE)

    assert [gap[0] for gap in refusal.value.extra["gaps"]] == ["F1"]


def test_the_submitter_does_not_review(team):
    form = build.draft(team)
    forms.submit(form, by=by(team.lin), now=NINE)

    with pytest.raises(Refused):
        forms.approve(form, by=by(team.lin), now=NINE)


def test_a_change_after_review_blocks_sending(team):
    form = build.draft(team)
    forms.submit(form, by=by(team.lin), now=NINE)
    forms.approve(form, by=by(team.wei), now=NINE)
    edit_item(ExpectationItem.objects.first(), {"proof": "双方统计"}, by=by(team.lin), now=NINE)

    with pytest.raises(Refused) as refusal:
        forms.send(form, by=by(team.lin), now=NINE)

    assert refusal.value.rule == "F5"


@pytest.mark.parametrize("field, value", [("can_sign", False), ("email", ""), ("status", "left")])
def test_a_contact_without_authority_is_refused(team, field, value):
    form = build.draft(team)
    setattr(team.ruochuan, field, value)
    team.ruochuan.save()
    form.contact.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        forms.submit(form, by=by(team.lin), now=NINE)

    assert refusal.value.rule == "F6"


def test_authority_lost_after_sending_stops_the_signature(team):
    _form, link, _path = build.sent(team)
    team.ruochuan.can_sign = False
    team.ruochuan.save()
    link.refresh_from_db()

    with pytest.raises(Refused):
        signing.sign_for_customer(link, by=Actor(channel="portal"), now=NINE)


def test_a_link_signs_once_and_not_after_its_end(team):
    form, link, _path = build.sent(team)

    assert signing.why_closed(link, NINE + 30 * DAY - dt.timedelta(seconds=1)) == ""
    assert signing.why_closed(link, NINE + 30 * DAY) != ""

    signing.sign_for_customer(link, by=Actor(channel="portal"), now=NINE)
    link = SigningLink.objects.get(pk=link.pk)
    with pytest.raises(Refused):
        signing.sign_for_customer(link, by=Actor(channel="portal"), now=NINE)
    assert form.signatures.count() == 1


def test_a_code_lives_ten_minutes_and_five_tries(team):
    _form, link, _path = build.sent(team)
    signing.request_code(link, now=NINE)
    code = build.code_of(link)
    wrong = "000000" if code != "000000" else "000001"

    for _try in range(4):
        assert signing.try_code(link, wrong, now=NINE) != ""
    assert signing.try_code(link, code, now=NINE + dt.timedelta(minutes=10)) != ""
    assert signing.try_code(link, code, now=NINE) == ""
    assert signing.try_code(link, code, now=NINE) != ""


def test_codes_are_a_minute_apart(team):
    _form, link, _path = build.sent(team)
    signing.request_code(link, now=NINE)

    with pytest.raises(Refused):
        signing.request_code(link, now=NINE + dt.timedelta(seconds=59))
    signing.request_code(link, now=NINE + dt.timedelta(seconds=60))

    assert OutboxMessage.objects.filter(once__startswith="form-code").count() == 2


def test_no_secret_stands_in_the_link_row(team):
    _form, link, path = build.sent(team)
    signing.request_code(link, now=NINE)

    assert path.split("/")[3] not in str(link.__dict__)
    assert build.code_of(link) not in (link.code_digest, link.digest)


def test_items_left_open_are_not_confirmed(team):
    form = build.signed(team, excepted=["E-2"])
    signing.countersign(form, by=by(team.lin), now=NINE)

    assert ExpectationItem.objects.get(number=2).status == "clarified"
    assert ExpectationItem.objects.get(number=1).status == "confirmed"
    assert FormSignature.objects.first().excepted == '["E-2"]'


def test_leaving_everything_open_is_no_signature(team):
    _form, link, _path = build.sent(team)

    with pytest.raises(Invalid):
        signing.sign_for_customer(
            link, excepted=["E-1", "E-2"], by=Actor(channel="portal"), now=NINE
        )


def test_only_our_signatory_countersigns_and_never_a_machine(team):
    form = build.signed(team)
    token = ApiToken(name="erp")

    with pytest.raises(Forbidden):
        signing.countersign(form, by=by(team.boss), now=NINE)
    with pytest.raises(Forbidden):
        signing.countersign(form, by=Actor(user=team.lin, token=token), now=NINE)


def test_countersigning_twice_has_one_effect(team):
    form = build.signed(team)
    twin = ConfirmationForm.objects.get(pk=form.pk)
    signing.countersign(form, by=by(team.lin), now=NINE)

    with pytest.raises(Refused):
        signing.countersign(twin, by=by(team.lin), now=NINE)

    assert FormSignature.objects.filter(side="ours").count() == 1
    assert Event.objects.filter(name="form.effective").count() == 1


def test_the_next_version_supersedes_in_one_step(team):
    first = build.effective(team)
    later = NINE + DAY
    second = forms.draft_form(first.project, by=by(team.lin), now=later)
    assert (second.code, second.version_no) == (first.code, 2)
    form, link, _path = build.sent(team, form=second, now=later)
    signing.sign_for_customer(link, by=Actor(channel="portal"), now=later)
    form.refresh_from_db()
    signing.countersign(form, by=by(team.lin), now=later)

    first.refresh_from_db()
    assert (first.status, form.status) == ("superseded", "effective")
    rows = list(FormSignature.objects.order_by("id"))
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]
    assert list(evidence.verify()) == []


def test_a_comment_leads_to_the_next_version(team):
    form, link, _path = build.sent(team)
    signing.comment(form, "E-2 请改为季度调整", by=Actor(channel="portal"), now=NINE)

    link.refresh_from_db()
    assert signing.why_closed(link, NINE) != ""
    assert forms.draft_form(form.project, by=by(team.lin), now=NINE).version_no == 2


def test_reminders_and_expiry_fire_once_each(team):
    form, _link, _path = build.sent(team)

    for day in (3, 7, 14, 25):
        timers.sweep(NINE + day * DAY - dt.timedelta(seconds=1))
        timers.sweep(NINE + day * DAY)
        timers.sweep(NINE + day * DAY)
    assert OutboxMessage.objects.filter(once__startswith="form-reminder").count() == 4

    timers.sweep(NINE + 30 * DAY - dt.timedelta(seconds=1))
    form.refresh_from_db()
    assert form.status == "sent"
    timers.sweep(NINE + 30 * DAY)
    form.refresh_from_db()
    assert form.status == "expired"
    assert Event.objects.filter(name="form.expired").count() == 1


def test_a_signed_form_has_no_timers_but_ours(team):
    form = build.signed(team)

    kinds = Timer.objects.armed().filter(about_id=form.pk).values_list("kind", flat=True)
    assert list(kinds) == ["expectations.form_countersign"]


def test_the_database_refuses_to_change_what_was_sent(team):
    form = build.effective(team)

    for statement in (
        "UPDATE expectations_confirmationform SET snapshot = 'x' WHERE id = %s",
        "UPDATE expectations_confirmationform SET snapshot_sha256 = 'x' WHERE id = %s",
        "UPDATE expectations_formsignature SET signer_name = 'x' WHERE form_id = %s",
        "DELETE FROM expectations_formsignature WHERE form_id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [form.pk])


def test_a_bent_snapshot_and_a_bent_signature_are_named(team):
    from core import engine_sql
    from expectations import frozen

    form = build.effective(team)
    frozen.thaw(connection)
    engine_sql.unguard(connection, "expectations_formsignature")
    ConfirmationForm.objects.filter(pk=form.pk).update(
        snapshot=form.snapshot.replace("26", "27", 1)
    )
    FormSignature.objects.filter(form=form, side="ours").update(signer_title="总裁")

    found = list(evidence.verify())

    assert len(found) == 2
    frozen.freeze(connection)
    engine_sql.guard(connection, "expectations_formsignature")


def test_a_recorded_signature_needs_a_second_person(team):
    form, _link, _path = build.sent(team)
    row = signing.record_signature(
        form, method="sealed_scan", signed_on=NINE.date(), by=by(team.fang), now=NINE
    )

    with pytest.raises(Refused):
        signing.check_recorded(row, is_right=True, by=by(team.fang), now=NINE)
    signing.check_recorded(row, is_right=True, by=by(team.wei), now=NINE)
    form.refresh_from_db()
    assert form.status == "partly_signed"
    signing.countersign(form, by=by(team.lin), now=NINE)
    assert list(evidence.verify()) == []


def test_a_project_starts_with_a_form_or_early_with_a_reason(team):
    project = build.project(team)
    with pytest.raises(Refused) as refusal:
        start(project, by=by(team.fang), now=NINE)
    assert refusal.value.rule == "R-E2"

    start_early(project, reason="机房窗口只在 11 月", by=by(team.boss), now=NINE)
    assert project.early_until == NINE + 14 * DAY
    build.effective(team, project=project)

    project.refresh_from_db()
    assert (project.status, project.early_until) == ("executing", None)
    assert ExpectationItem.objects.filter(status="in_fulfilment").count() == 2


def test_an_early_start_ends_within_fourteen_days(team):
    project = build.project(team)

    with pytest.raises(Invalid):
        start_early(
            project,
            reason="x",
            by=by(team.boss),
            now=NINE,
            until=NINE + 14 * DAY + dt.timedelta(seconds=1),
        )
    start_early(project, reason="x", by=by(team.boss), now=NINE, until=NINE + 14 * DAY)


def test_an_early_start_is_told_every_day(team):
    from core.models import Notification

    project = build.project(team)
    start_early(project, reason="机房窗口", by=by(team.boss), now=NINE)
    for day in range(1, 4):
        timers.sweep(NINE + day * DAY)
        timers.sweep(NINE + day * DAY + HOUR)

    assert Notification.objects.filter(user=team.boss, kind="project.early").count() == 3


def test_no_timer_is_missing_or_too_many(team):
    from expectations.timers_form import expected

    build.sent(team)
    project = build.project(team, name="另一个")
    start_early(project, reason="机房窗口", by=by(team.boss), now=NINE)
    timers.sweep(NINE + 3 * DAY)

    armed = Timer.objects.armed().values_list("kind", "about_label", "about_id", "due_at")
    assert sorted(expected()) == sorted(armed)
