"""How a customer buys: steps as typed, one current profile, the superseded ones kept."""

import datetime as dt

import pytest
from django.test import Client

from accounts.actions import buying_profiles
from accounts.buying import DAYS, NAME, STEPS, Step, parse, total_days, written
from accounts.models import BuyingProfile
from accounts.queries_record import buying_of, earlier
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Invalid, Stale

TENDER = {"procurement_mode": "open_tender", "budget_cycle": "十一月"}
REVIEW = Step("技术评审", "网络部", 15)


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("立项", Step("立项")),
        ("技术评审 | 网络部 | 15", REVIEW),
        ("技术评审｜网络部｜15天", REVIEW),
        ("评标\t采购部\t7 days", Step("评标", "采购部", 7)),
        ("评标 | | 0", Step("评标", "", 0)),
        (f"评标 | | {DAYS}", Step("评标", "", DAYS)),
        ("字" * NAME, Step("字" * NAME)),
    ],
)
def test_a_line_is_a_step(line, step):
    assert parse(f"\n{line}\n\n") == ([step], [])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("| 网络部 | 3", "name"),
        ("a | b | 3 | d", "parts"),
        ("a | b | soon", "days"),
        ("a | b | -1", "days"),
        (f"a | b | {DAYS + 1}", "days"),
        ("字" * (NAME + 1), "long"),
    ],
)
def test_a_line_that_is_none_says_why_and_where(line, why):
    steps, mistakes = parse(f"立项\n{line}")

    assert steps == [Step("立项")]
    assert [(one.line, one.why) for one in mistakes] == [(2, why)]


@pytest.mark.parametrize(("count", "why"), [(STEPS, []), (STEPS + 1, ["many"])])
def test_there_are_at_most_twenty_steps(count, why):
    assert [one.why for one in parse("步\n" * count)[1]] == why


def test_what_is_written_reads_the_same_again():
    steps = [REVIEW, Step("定标"), Step("合同", "", 20), Step("付款", "财务部")]

    assert parse(written(steps)) == (steps, [])


def test_days_add_up_only_when_all_are_known():
    assert total_days([REVIEW, Step("定标", "", 0)]) == 15
    assert total_days([REVIEW, Step("定标")]) is None
    assert total_days([]) is None


@pytest.fixture
def cast(db):
    return build.cast()


def write(cast, values=TENDER, steps=(REVIEW,), now=NINE, **more):
    return buying_profiles.write(cast.lanhai, values, steps, by=Actor.of(cast.lin), now=now, **more)


def test_a_new_profile_supersedes_the_one_before_and_keeps_its_steps(cast):
    first = write(cast)
    second = write(cast, steps=[Step("定标"), REVIEW], now=NINE + dt.timedelta(days=1))

    first.refresh_from_db()
    assert (first.status, first.superseded_at) == ("superseded", NINE + dt.timedelta(days=1))
    assert buying_profiles.steps_of(first) == [REVIEW]
    assert buying_of(cast.lanhai).steps == [Step("定标"), REVIEW]
    assert [one.profile for one in earlier(cast.lanhai)[1]] == [first]
    assert second.updated_on == dt.date(2026, 3, 3)


def test_the_same_again_writes_nothing(cast):
    assert write(cast) == write(cast)
    assert BuyingProfile.objects.count() == 1


def test_who_read_an_older_one_is_stopped(cast):
    first = write(cast, replaces=0)
    write(cast, steps=(), replaces=first.pk)

    with pytest.raises(Stale):
        write(cast, steps=[Step("迟")], replaces=first.pk)
    with pytest.raises(Stale):
        write(cast, steps=[Step("迟")], replaces=0)


@pytest.mark.parametrize("steps", [[Step(" ")], [Step("步")] * (STEPS + 1), [Step("a", "", 1001)]])
def test_steps_that_cannot_be_are_refused_by_the_action_too(cast, steps):
    with pytest.raises(Invalid):
        write(cast, steps=steps)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_page_takes_lines_and_names_the_one_that_is_wrong(cast):
    lin = signed_in(cast.lin)
    url = f"/customers/{cast.lanhai.pk}/buying-profile/new/"
    body = {**TENDER, "currency": "cny", "budget_amount": "1200000", "replaces": "0"}

    bad = lin.post(url, body | {"steps": "立项\n评标 | 采购部 | 很久"})
    good = lin.post(url, body | {"steps": "立项\n评标 | 采购部 | 30"})

    assert bad.status_code == 422
    assert "2" in bad.context["form"].errors["steps"][0]
    assert good["Location"] == f"/customers/{cast.lanhai.pk}/record/"
    page = lin.get(good["Location"]).content.decode()
    assert "采购部" in page
    assert "CNY\u00a01,200,000" in page
    begin = lin.get(url).context["form"].initial
    assert begin["steps"] == "立项\n评标 | 采购部 | 30"


def test_the_api_takes_steps_in_order_and_refuses_a_negative_budget(cast):
    lin = signed_in(cast.lin)
    body = {
        "customer": cast.lanhai.pk, **TENDER, "budget_amount": "10.00",
        "steps": [{"name": "立项"}, {"name": "评标", "roles": "采购部", "usual_days": 30}],
    }  # fmt: skip

    def send(values):
        return lin.post("/api/v1/buying-profiles/", values, content_type="application/json")

    made = send(body)
    assert made.status_code == 201
    assert [(one["position"], one["name"]) for one in made.json()["steps"]] == [
        (1, "立项"), (2, "评标"),
    ]  # fmt: skip
    assert send(body | {"budget_amount": "-1"}).status_code == 400
    assert send(body | {"currency": "元"}).status_code == 400
    assert send(body | {"replaces": 0, "steps": []}).status_code == 409
