"""Pages of the customer floor through the client: lists, forms, refusals, two languages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import customers
from accounts.choices import TeamRole
from accounts.models import AccountAssignment, ActionItem, Contact, Customer
from accounts.tests import build, permissions
from core.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def cast():
    return build.cast()


def signed_in(user, language="zh-hans"):
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(seen), answer


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/customers/", 8),
        ("/customers/?mine=on&ordering=tier_rank", 8),
        ("/customers/?search=lh", 8),
    ],
)
def test_the_customer_list_costs_the_same_for_one_and_thirty(cast, url, most):
    """With the columns that the floors above add."""
    lin = signed_in(cast.lin)
    one, _answer = queries(lin, url)
    build.every_list(cast, 29)

    thirty, answer = queries(lin, url)

    assert thirty == one
    assert thirty <= most
    if "search" not in url:
        assert answer.content.count(b"<tr>") == 31


@pytest.mark.parametrize(
    "tail", ["contacts/", "action-items/", "team/", "tree/", "record/", "tier/", "fit/"]
)
def test_parts_of_a_customer_cost_the_same_for_one_and_thirty(cast, tail):
    lin = signed_in(cast.lin)
    permissions.a_tier(cast)
    add_to(cast, 1)
    one, _answer = queries(lin, f"/customers/{cast.lanhai.pk}/{tail}")
    add_to(cast, 29)

    thirty, _answer = queries(lin, f"/customers/{cast.lanhai.pk}/{tail}")

    assert thirty == one
    assert thirty <= 15


def add_to(cast, count):
    """More of everything for lanhai."""
    for number in range(count):
        mark = f"{Contact.objects.count()}-{number}"
        boss = Contact.objects.filter(customer=cast.lanhai).first()
        unit = build.department(cast.lanhai, f"部门{mark}")
        build.contact(cast.lanhai, f"人{mark}", unit=unit, reports_to=boss)
        build.customer(cast.office, f"子{mark}", parent=cast.lanhai)
        user = build.person(f"member{mark}", cast.office)
        build.assign(cast.lanhai, user, TeamRole.MEMBER)
        item = ActionItem(
            customer=cast.lanhai,
            text="回电",
            owner=user,
            due_at=build.NINE,
            about_label="accounts.customer",
            about_id=cast.lanhai.pk,
        )
        item.stamp(by=build.SYSTEM, now=build.NINE)
        item.save()


def test_filters_find_by_pinyin_and_an_empty_answer_offers_to_clear(cast):
    lin = signed_in(cast.lin)

    assert "澜海移动通信" in lin.get("/customers/?search=lanhai").content.decode()
    nothing = lin.get("/customers/?search=zzzzzz").content.decode()
    assert 'href="/customers/"' in nothing
    assert "澜海移动通信" not in nothing


def test_a_tab_stays_when_the_filter_bar_is_used(cast):
    page = signed_in(cast.lin).get("/customers/?mine=on").content.decode()

    assert '<input type="hidden" name="mine" value="on">' in page
    assert 'type="checkbox" name="mine"' not in page
    assert "澜海移动通信" in page


def test_a_stranger_sees_no_customer_of_others(cast):
    page = signed_in(cast.stranger).get("/customers/").content.decode()

    assert "澜海移动通信" not in page


def test_an_account_manager_opens_a_customer_and_gets_its_seat(cast):
    answer = signed_in(cast.lin).post(
        "/customers/new/",
        {
            "name": "朔原电信",
            "owning_unit": cast.office.pk,
            "kind": "operator",
            "level": "group",
            "investment_stance": "maintain",
        },
    )

    made = Customer.objects.get(name="朔原电信")
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{made.pk}/")
    seats = AccountAssignment.objects.active().filter(customer=made)
    assert [(seat.user, seat.role) for seat in seats] == [(cast.lin, "ar")]


def test_a_customer_belongs_to_nobody_out_of_sight(cast):
    foreign = build.customer(cast.west, "岭东电网")
    form = {
        "name": "朔原电信",
        "owning_unit": cast.office.pk,
        "kind": "operator",
        "level": "group",
        "investment_stance": "maintain",
        "parent": foreign.pk,
    }
    lin = signed_in(cast.lin)

    assert lin.post("/customers/new/", form).status_code == 422
    assert not Customer.objects.filter(parent=foreign).exists()
    assert foreign.name not in lin.get("/customers/new/").content.decode()
    assert lin.post("/customers/new/", form | {"parent": cast.lanhai.pk}).status_code == 302


def test_a_form_that_is_refused_keeps_what_was_typed(cast):
    answer = signed_in(cast.lin).post(
        "/customers/new/",
        {"name": "evil\u202egpj", "industry": "能源", "owning_unit": cast.office.pk},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="能源"' in page


def test_likely_duplicates_are_shown_while_typing(cast):
    lin = signed_in(cast.lin)

    same = lin.get("/customers/duplicates/", {"name": "澜海移动通信有限公司"}).content.decode()
    spoken = lin.get("/customers/duplicates/", {"name": "lanhai"}).content.decode()
    other = lin.get("/customers/duplicates/", {"name": "岭东电网"}).content.decode()

    assert cast.lanhai.code in same
    assert cast.lanhai.code in spoken
    assert cast.lanhai.code not in other


def test_duplicates_never_name_a_customer_out_of_sight(cast):
    page = signed_in(cast.stranger).get("/customers/duplicates/", {"name": "澜海移动通信"})

    assert cast.lanhai.code not in page.content.decode()


def test_a_stale_edit_shows_both_texts_and_saves_the_second_time(cast):
    lin = signed_in(cast.lin)
    url = f"/customers/{cast.lanhai.pk}/edit/"
    body = {
        "name": cast.lanhai.name,
        "kind": "operator",
        "level": "other",
        "investment_stance": "maintain",
        "region": "我的",
        "version": 1,
    }
    customers.edit(
        cast.lanhai, {"region": "先到"}, by=Actor.of(cast.wei), now=build.NINE, version=1
    )

    clash = lin.post(url, body)
    page = clash.content.decode()
    again = lin.post(url, body | {"version": 2})

    assert clash.status_code == 409
    assert "先到" in page and "我的" in page
    assert 'name="version" value="2"' in page
    assert again.status_code == 302
    assert Customer.objects.get(pk=cast.lanhai.pk).region == "我的"


def test_moving_below_oneself_comes_back_with_a_sentence(cast):
    child = build.customer(cast.office, "市公司", parent=cast.lanhai)

    answer = signed_in(cast.lin).post(f"/customers/{cast.lanhai.pk}/move/", {"parent": child.pk})

    assert answer.status_code == 409
    assert 'id="id_parent_error"' in answer.content.decode()


def test_a_foreign_parent_is_no_choice(cast):
    foreign = build.customer(cast.west, "别家")

    answer = signed_in(cast.lin).post(f"/customers/{cast.lanhai.pk}/move/", {"parent": foreign.pk})

    assert answer.status_code == 422
    assert Customer.objects.get(pk=cast.lanhai.pk).parent is None


def test_a_second_account_manager_is_refused_on_the_form(cast):
    answer = signed_in(cast.lin).post(
        f"/customers/{cast.lanhai.pk}/team/new/", {"user": cast.wei.pk, "role": "ar"}
    )

    assert answer.status_code == 409
    assert 'id="id_role_error"' in answer.content.decode()


def test_handing_over_through_the_page(cast):
    seat = AccountAssignment.objects.get(role=TeamRole.AR)

    answer = signed_in(cast.boss).post(
        f"/account-assignments/{seat.pk}/hand-over/", {"to": cast.stranger.pk}
    )

    assert answer.status_code == 302
    held = AccountAssignment.objects.active().get(customer=cast.lanhai, role=TeamRole.AR)
    assert held.user == cast.stranger


def test_the_account_manager_is_led_to_a_handover_with_an_overlap(cast):
    seat = AccountAssignment.objects.get(role=TeamRole.AR)
    url, team = f"/account-assignments/{seat.pk}/hand-over/", f"/customers/{cast.lanhai.pk}/team/"

    assert signed_in(cast.lin).post(url, {"to": cast.stranger.pk}).status_code == 403
    assert url not in signed_in(cast.lin).get(team).content.decode()
    assert url in signed_in(cast.boss).get(team).content.decode()


def test_the_tier_page_explains_and_offers_the_decision_to_the_right_person(cast):
    row = permissions.a_tier(cast)
    url = f"/customers/{cast.lanhai.pk}/tier/"
    approve = f"/tier-assessments/{row.pk}/approve/"

    mine = signed_in(cast.lin).get(url).content.decode()
    heads = signed_in(cast.boss).get(url).content.decode()

    assert "74.00" in mine and approve not in mine
    assert approve in heads


def test_approving_on_the_page_sets_the_tier(cast):
    row = permissions.a_tier(cast)

    refused = signed_in(cast.exe).post(f"/tier-assessments/{row.pk}/approve/", {"tier": 2})
    answer = signed_in(cast.boss).post(f"/tier-assessments/{row.pk}/approve/", {"tier": 2})

    assert refused.status_code == 422
    assert answer.status_code == 302
    assert Customer.objects.get(pk=cast.lanhai.pk).tier == 2


def test_the_score_follows_while_typing(cast):
    permissions.a_tier(cast)

    page = signed_in(cast.lin).get(
        f"/customers/{cast.lanhai.pk}/tier/score/",
        {"current_value": "100", "potential": "100", "influence": "100"},
    )

    assert "92.00" in page.content.decode()


@pytest.mark.parametrize("typed", ["", "-1", "abc", "1e9", "９９", "9" * 50])
def test_odd_numbers_in_the_preview_do_no_harm(cast, typed):
    answer = signed_in(cast.lin).get(
        f"/customers/{cast.lanhai.pk}/tier/score/", {"current_value": typed}
    )

    assert answer.status_code == 200


def test_presenting_leaves_scores_out_of_the_page(cast):
    permissions.a_tier(cast)
    lin = signed_in(cast.lin)
    lin.post("/preferences/presenting/", {"value": "on"})

    page = lin.get(f"/customers/{cast.lanhai.pk}/tier/").content.decode()

    assert "74.00" not in page


EVERY = [
    "/customers/", "/customers/new/", "/customers/{c}/edit/", "/customers/{c}/tree/",
    "/customers/{c}/move/", "/customers/{c}/unit/", "/customers/{c}/status/",
    "/customers/{c}/archive/", "/customers/{c}/departments/new/", "/customers/{c}/contacts/",
    "/customers/{c}/contacts/?gone=1", "/customers/{c}/contacts/new/", "/contacts/{p}/",
    "/contacts/{p}/edit/", "/contacts/{p}/left/", "/contacts/{p}/moved/",
    "/contacts/{p}/attest-signing/", "/contacts/{p}/invite/", "/customers/{c}/team/",
    "/customers/{c}/team/new/", "/customers/{c}/tier/", "/customers/{c}/tier/new/",
    "/customers/{c}/fit/", "/customers/{c}/fit/new/", "/customers/{c}/action-items/",
    "/customers/{c}/action-items/?closed=1", "/customers/{c}/action-items/new/",
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("url", EVERY)
def test_every_page_opens_in_both_languages(cast, url, language):
    where = url.format(c=cast.lanhai.pk, p=cast.ruochuan.pk)

    answer = signed_in(cast.lin, language).get(where)

    assert answer.status_code == 200
    assert answer["Content-Language"] == language
    page = answer.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page
