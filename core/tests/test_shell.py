"""The frame of the pages: preferences, presenting mode, dialogs, tags."""

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from core.context import NavItem, _current
from core.htmx import DialogRedirects
from core.models import User
from core.pages import server_error
from core.templatetags import ui

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    """Someone signed in."""
    return User.objects.create_user("lin", "lin@example.com", "x", full_name="林若川")


def draw(text, **context):
    return Template("{% load ui %}" + text).render(Context(context))


def test_a_theme_is_saved_with_the_person(client, lin):
    client.force_login(lin)

    answer = client.post("/preferences/theme/", {"value": "dark"})

    lin.refresh_from_db()
    assert answer.status_code == 302
    assert lin.theme == "dark"


def test_a_value_we_do_not_know_is_not_found(client, lin):
    client.force_login(lin)

    assert client.post("/preferences/theme/", {"value": "pink"}).status_code == 404
    assert client.post("/preferences/colour/", {"value": "dark"}).status_code == 404
    assert client.get("/preferences/theme/").status_code == 405


def test_a_preference_never_leads_off_the_site(client):
    answer = client.post(
        "/preferences/language/", {"value": "en", "next": "https://elsewhere.example/"}
    )

    assert answer["Location"] == "/"
    assert client.cookies["language"].value == "en"


def test_a_script_gets_no_redirect(client, lin):
    client.force_login(lin)

    answer = client.post(
        "/preferences/presenting/", {"value": "on"}, headers={"X-Requested-With": "fetch"}
    )

    assert answer.status_code == 204
    assert client.session["presenting"] == "on"


def test_presenting_leaves_the_internal_out_of_the_page():
    text = "{% internal %}<p data-lock>secret</p>{% endinternal %}"

    assert draw(text, presenting=False) == "<p data-lock>secret</p>"
    assert draw(text, presenting=True) == ""


def test_the_longest_address_is_the_current_line():
    items = [
        NavItem("home", "", "/", ""),
        NavItem("a", "", "/a/", ""),
        NavItem("b", "", "/a/b/", ""),
    ]

    assert _current(items, "/") == "home"
    assert _current(items, "/a/7/") == "a"
    assert _current(items, "/a/b/7/") == "b"
    assert _current(items, "/elsewhere/") == ""


def test_a_redirect_out_of_a_dialog_moves_the_page():
    from django.http import HttpResponseRedirect

    wrap = DialogRedirects(lambda request: HttpResponseRedirect("/there/"))
    plain = wrap(RequestFactory().post("/x/"))
    inside = wrap(RequestFactory().post("/x/", headers={"HX-Target": "dialog"}))

    assert (plain.status_code, plain["Location"]) == (302, "/there/")
    assert (inside.status_code, inside["HX-Redirect"]) == (204, "/there/")


@pytest.mark.parametrize(
    ("name", "letters"), [("林若川", "林"), ("Ann Lee", "AL"), ("ann", "A"), (" ", "?")]
)
def test_an_avatar_shows_the_family_name_or_two_capitals(name, letters):
    assert ui.initials(name) == letters


def test_a_field_names_its_error_and_keeps_its_label():
    class Form(forms.Form):
        day = forms.DateField(label="Impact day", help_text="as agreed")

    form = Form({"day": "2026-11-31"})
    drawn = draw("{% field form.day %}", form=form)

    assert '<label for="id_day">Impact day</label>' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_day_error"' in drawn
    assert 'aria-describedby="id_day_helptext id_day_error"' in drawn


def test_sorting_turns_around_and_keeps_the_filters():
    request = RequestFactory().get("/", {"ordering": "name", "status": "open", "cursor": "x"})

    drawn = draw('{% sort_th "name" "Name" %}', request=request)

    assert 'aria-sort="ascending"' in drawn
    assert 'href="?status=open&amp;ordering=-name"' in drawn


def test_names_are_escaped_in_every_tag():
    drawn = draw(
        '{% badge "ok" x %}{% mark "ok" x %}{% avatar x title=x %}{% note "ok" x %}', x="<i>"
    )

    assert "<i>" not in drawn
    assert drawn.count("&lt;i&gt;") == 5


def test_the_sign_in_page_speaks_chinese_and_has_no_inline_style(client):
    page = client.get("/accounts/login/").content.decode()

    assert "style=" not in page
    assert 'lang="zh-CN"' in page
    assert "<script>" not in page


def test_the_component_sheet_is_for_staff(client, lin):
    assert client.get("/styleguide/").status_code == 302

    client.force_login(lin)
    page = client.get("/styleguide/")

    assert page.status_code == 200
    assert "style=" not in page.content.decode()


def test_a_page_that_is_not_there_says_what_to_do_and_gives_its_reference(client):
    given = "0a1b2c3d-0000-4000-8000-000000000000"
    answer = client.get("/nothing-here/", headers={"X-Request-ID": given})

    assert answer.status_code == 404
    assert given in answer.content.decode()


@pytest.mark.parametrize("given", ["lin@example.com", "13800138000", "110101199003070000", "lin"])
def test_an_id_from_outside_that_may_be_a_name_or_a_number_is_not_taken(client, given):
    answer = client.get("/healthz", headers={"X-Request-ID": given})

    assert answer["X-Request-ID"] != given


def test_a_failure_gives_its_reference_without_the_frame():
    request = RequestFactory().get("/")
    request.request_id = "reference-2"

    answer = server_error(request)

    assert answer.status_code == 500
    assert "reference-2" in answer.content.decode()


def test_an_old_form_is_explained():
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/preferences/theme/", {"value": "dark"})

    assert answer.status_code == 403
    assert "plain-card" in answer.content.decode()


def test_a_form_is_a_page_and_in_a_dialog_only_itself(client, lin):
    lin.is_staff = True
    lin.save(update_fields=["is_staff"])
    client.force_login(lin)

    page = client.get("/styleguide/form/").content.decode()
    dialog = client.get("/styleguide/form/", headers={"HX-Target": "dialog"}).content.decode()

    assert page.count('<form class="form-page"') == dialog.count('<form class="form-page"') == 1
    assert "<html" in page
    assert "<html" not in dialog


def test_the_frame_costs_three_queries_at_most(client, lin, django_assert_max_num_queries):
    lin.is_staff = True
    lin.save(update_fields=["is_staff"])
    client.force_login(lin)
    client.get("/styleguide/")

    with django_assert_max_num_queries(4):  # session, person, unread, heartbeat
        client.get("/styleguide/")
