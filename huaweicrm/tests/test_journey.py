"""The main job from end to end in a real browser: what one person does, the next one sees."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Customer, TierAssessment
from expectations.models import ConfirmationForm, Project
from huaweicrm.demo.world import PASSWORD
from huaweicrm.testing.paper import squeezed, text_of
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.hands import act, dialog, fill, follow, mail, number, read, save
from huaweicrm.tests.journey.stage import MONDAY, SHANGHAI

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines]
"""A small list of operators in the shape of the real one: one network a line."""
OPERATORS = """mcc,mnc,countryName,operator,brand,status,bands
901,01,测试国,海星移动,Haixing,Operational,GSM 900
901,02,测试国,海星移动,Haixing,Operational,LTE 1800
901,03,测试国,远帆通信,Yuanfan,Operational,LTE 2100
901,04,测试国,,Unknown,Not operational,
901,05,邻国,海星移动,Haixing N,Operational,5G 3500
"""


def test_a_list_of_operators_becomes_customers_and_can_be_taken_back(windows, at):
    world = stage.cast(at(MONDAY))
    before = Customer.objects.current().count()
    shen = windows.of(world.users["ar"])
    shen.goto("/customers/import/")
    file = {"name": "operators.csv", "mimeType": "text/csv", "buffer": OPERATORS.encode()}
    shen.locator("input[type=file]").set_input_files(file)
    save(shen, "main form[enctype]")

    read(shen, "operators.csv", "5 行", "countryName")
    fill(shen, {"f_status": ""})
    save(shen, "main form[method=post]")

    read(shen, "海星移动", "远帆通信")
    shen.locator("[name=leave_out]").check()
    save(shen, "main form[action$='commit/']")
    assert Customer.objects.current().count() > before

    shen.goto("/customers/?search=远帆")
    read(shen, "Yuanfan")
    shen.go_back()
    act(shen, "undo/")
    read(shen, "已撤销")
    assert Customer.objects.current().count() == before


def test_a_team_is_put_together_by_hand_and_its_people_see_the_customer(windows, at):
    world = stage.cast(at(MONDAY))
    shen, bai = windows.of(world.users["ar"]), windows.of(world.users["ar_west"])
    shen.goto("/customers/new/")
    fill(shen, {"name": "海星移动通信", "country": "CN"})
    save(shen)
    customer = Customer.objects.get(name="海星移动通信")
    team = f"/customers/{customer.pk}/team/"
    answer = bai.goto(team)
    assert answer.status == 404, "the west does not see customers of the east"

    shen.goto(team)
    for role, who in [("sr", "sr"), ("fr", "fr"), ("member", "ar_west")]:
        dialog(shen, "/team/new/", {"user": world.users[who].pk, "role": role})
    read(shen, "沈知远", "顾明澈", "韩立群", "白露")
    shen.goto(f"{team}new/")
    fill(shen, {"user": world.users["ar2"].pk, "role": "ar"})
    save(shen)
    expect(
        shen.locator("main form.form-page .err, main form.form-page .note").first
    ).to_be_visible()
    assert customer.assignments.active().filter(role="ar").count() == 1

    bai.goto(team)
    read(bai, "沈知远", "顾明澈", "韩立群")
    expect(bai.locator("main a[href$='/team/new/']")).to_have_count(0)


def test_a_tier_proposed_by_the_manager_is_a_seal_after_the_head_approved(windows, at):
    world = stage.cast(at(MONDAY))
    customer = world.customers["lanhai_north"]
    shen = windows.of(world.users["ar"])
    shen.goto(f"/customers/{customer.pk}/team/")
    read(shen, "沈知远", "客户经理", "顾明澈", "韩立群")
    lu = windows.of(world.users["rh"])
    _assess_fit(shen, lu, customer)
    shen.goto(f"/customers/{customer.pk}/tier/new/")
    scores = {"current_value": 70, "potential": 80, "influence": 75, "evidence": "三年订货与回款"}
    fill(shen, scores)
    save(shen)
    act(shen, "/submit/")
    read(shen, "等区域负责人")

    made = TierAssessment.objects.filter(customer=customer).latest("id")
    lu.goto(f"/customers/{customer.pk}/tier/")
    read(lu, "三年订货与回款", str(made.score))
    dialog(lu, f"/tier-assessments/{made.pk}/approve/")

    shen.goto(f"/customers/{customer.pk}/")
    made.refresh_from_db()
    seal = made.get_approved_tier_display()
    expect(shen.locator("main").get_by_role("img", name=f"{seal} 级").first).to_be_visible()


def test_two_heads_agree_to_a_cash_flow_customer_and_the_budget_begins_to_fall(windows, at):
    world = stage.cast(at(MONDAY))
    customer = world.customers["lanhai_north"]
    page = f"/customers/{customer.pk}/value/"
    shen, lu = windows.of(world.users["ar"]), windows.of(world.users["rh"])
    zhou = windows.of(world.users["exe"])
    shen.goto(page)
    dialog(shen, "/cash-flow/new/", {"evidence": "三年规划转向自研", "budget": "900000"})
    read(shen, "三年规划转向自研", "待同意")
    expect(shen.locator("main form[action*='/agree/']")).to_have_count(0)

    lu.goto(page)
    act(lu, "/agree/rh/")
    read(lu, "陆嘉禾", "待同意")
    expect(lu.locator("main form[action*='/agree/']")).to_have_count(0)
    customer.refresh_from_db()
    assert not customer.cash_flow

    zhou.goto("/portfolio/")
    follow(zhou, "/cash-flow-designations/")
    follow(zhou, page)
    act(zhou, "/agree/exe/")
    read(zhou, "周慕白", "100 %", "40 %", "360,000", "照旧")
    customer.refresh_from_db()
    assert (customer.cash_flow, customer.investment_stance) == (True, "harvest")
    dialog(zhou, "/lift/", {"note": "战略重新靠拢"})
    read(zhou, "已解除", "战略重新靠拢")


def _assess_fit(shen, lu, customer) -> None:
    shen.goto(f"/customers/{customer.pk}/fit/new/")
    names = ["investment_areas", "business_scope", "organisation_mode"]
    names += ["main_business_position", "future_value"]
    fill(shen, dict.fromkeys(names, 80) | {"evidence": "年度战略对标"})
    save(shen)
    act(shen, "/submit/")
    lu.goto(f"/customers/{customer.pk}/fit/")
    read(lu, "年度战略对标")
    act(lu, "/approve/")


def test_a_form_is_agreed_signed_and_effective_and_the_project_starts(windows, at):
    world = stage.cast(at(MONDAY))
    shen, gu = windows.of(world.users["ar"]), windows.of(world.users["sr"])
    admin, guest = windows.of(world.users["adm"]), windows.of()

    project = _open_project(shen, world)
    form = _put_into_a_form(shen, gu, windows.of(world.users["rnd"]), world, project)
    link = re.search(r"/portal/sign/\S+", mail(admin, form.code)).group()
    _sign(guest, admin, link)

    shen.goto(f"/confirmation-forms/{form.pk}/")
    follow(shen, "countersign/")
    if "reauthenticate" in shen.url:
        fill(shen, {"password": PASSWORD}, "form")
        save(shen, "form")
    save(shen)
    form.refresh_from_db()
    assert form.status == "effective"
    guest.goto(link)
    read(guest, form.effective_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"))
    _reads_the_paper(shen, form)

    shen.goto(f"/projects/{project.pk}/")
    act(shen, "/start/")
    project.refresh_from_db()
    assert project.status == "executing"


def _reads_the_paper(shen, form) -> None:
    """Both parties, every item, the hash and both signatures stand on the PDF."""
    said = text_of(shen.request.get(f"/confirmation-forms/{form.pk}/pdf/").body())
    digests = [row.digest[:32] for row in form.signatures.all()]
    looked_for = [form.customer.name, "林若川", "沈知远", form.snapshot_sha256, *digests]
    looked_for += ["单站年中断", "网管统计", "2027-04-15", "割接回退次数", "到货签收单", "必须满足"]
    assert len(digests) == 2
    assert [words for words in looked_for if squeezed(words) not in said] == []


def _open_project(shen, world) -> Project:
    shen.goto("/projects/new/")
    fill(shen, {"customer": world.customers["lanhai"].pk, "name": "核心网割接", "currency": "CNY"})
    save(shen)
    project = Project.objects.get(pk=number(shen))
    read(shen, "核心网割接", "沈知远", "顾明澈", "韩立群")
    shen.goto(f"/projects/{project.pk}/items/add/")
    fill(shen, {"text": "单站年中断≤26分钟，网管统计，2027-04-15"})
    save(shen, "main form.card")
    read(shen, "单站年中断", "26", "网管统计", "2027-04-15")
    block = "割接回退次数≤1次，割接记录，2027-03-01\n电源模块到货，到货签收单，2026-12-20"
    fill(shen, {"text": block})
    save(shen, "main form.card")
    read(shen, "割接回退次数", "到货签收单")
    return project


def _put_into_a_form(shen, gu, du, world, project) -> ConfirmationForm:
    for row in project.items.all():
        shen.goto(f"/expectation-items/{row.pk}/")
        fill(shen, {"priority_class": "must"}, "main form.card")
        save(shen, "main form.card")
        du.goto(f"/expectation-items/{row.pk}/")
        read(du, row.statement, "必须满足")
        dialog(du, "/verdict/", {"verdict": "feasible"})
        read(du, "可行")
    shen.goto(f"/projects/{project.pk}/")
    act(shen, "/form/")
    form = ConfirmationForm.objects.get(pk=number(shen))
    dialog(shen, "/edit/", {"contact": world.contacts["lin"].pk, "signatory": shen_of(world).pk})
    act(shen, "/submit/")
    gu.goto(f"/confirmation-forms/{form.pk}/")
    read(gu, "单站年中断")
    act(gu, "/approve/")
    shen.goto(f"/confirmation-forms/{form.pk}/")
    dialog(shen, "/send/")
    form.refresh_from_db()
    assert form.status == "sent"
    return form


def shen_of(world):
    """The account manager."""
    return world.users["ar"]


def _sign(guest, admin, link: str) -> None:
    guest.goto(link)
    read(guest, "单站年中断", where="body")
    with guest.expect_navigation():
        guest.locator("button[name=do][value=code]").click()
    admin.goto("/outbox/")
    admin.locator("main tbody a").first.click()
    code = re.search(r"\b\d{6}\b", admin.locator("main pre").inner_text()).group()
    guest.locator("[name=agree]").check()
    guest.locator("[name=code]").fill(code)
    with guest.expect_navigation():
        guest.locator("button[name=do][value=sign]").click()


def test_a_person_is_placed_with_evidence_and_counts_after_another_confirmed(windows, at):
    world = stage.cast(at(MONDAY))
    customer = world.customers["lanhai_north"]
    shen, lu = windows.of(world.users["ar"]), windows.of(world.users["rh"])
    shen.goto(f"/customers/{customer.pk}/contacts/new/")
    fill(shen, {"name": "江听澜", "title": "网络部主任", "level": "middle_manager"})
    save(shen)
    shen.goto(f"/customers/{customer.pk}/grid/")
    read(shen, "江听澜", "未评")
    token = shen.locator("[data-contact]", has_text="江听澜").first
    token.focus()
    token.press("Shift+ArrowUp")
    form = "dialog[open] form"
    shen.locator(form).first.wait_for()
    expect(shen.locator(f"{form} [name=support]").first).to_have_value("1")
    fill(shen, {"evidence": "主动约我们看机房，并介绍了采购流程"}, form)
    with shen.expect_navigation():
        shen.locator(f"{form} button.primary").first.click()

    lu.goto(f"/customers/{customer.pk}/grid/?view=list")
    read(lu, "主动约我们看机房", "沈知远")
    before = lu.locator("main table tbody tr", has_text="江听澜").count()
    act(lu, "/confirm/")
    lu.goto(f"/customers/{customer.pk}/grid/?view=list")
    expect(lu.locator("main table tbody tr", has_text="江听澜")).to_have_count(before + 1)
    shen.goto(f"/customers/{customer.pk}/grid/")
    expect(shen.locator(".ngp [data-cell] [data-contact]", has_text="江")).to_have_count(1)
