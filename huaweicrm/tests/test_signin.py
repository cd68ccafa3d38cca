"""Sign-in: lockout, two doors, ends of sessions, freshness, forced second steps."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from accounts.choices import Role
from accounts.models import OrgUnit, UserRole
from accounts.tests import build
from core import sessions
from core.models import LoginAttempt

pytestmark = [pytest.mark.django_db, pytest.mark.urls("huaweicrm.tests.door_sample")]
LOGIN = "/accounts/login/"


@pytest.fixture
def cast():
    made = build.cast()
    made.visitor = build.person("visitor", is_portal=True)
    return made


def sign_in(client, name, password=None, **more):
    return client.post(LOGIN, {"login": name, "password": password or f"{name} password"}, **more)


def portal_sign_in(client, name, password=None):
    body = {"login": name, "password": password or f"{name} password"}
    return client.post("/portal/sign-in/", body)


def test_the_right_password_opens_the_staff_door_with_a_new_session(cast):
    client = Client()
    client.get(LOGIN)
    client.session["x"] = 1

    assert sign_in(client, "lin").status_code == 302
    assert client.get("/staff/").content == b"lin"


def test_five_failures_lock_an_account_for_an_address_and_not_for_another(cast):
    client = Client()
    for _ in range(5):
        assert sign_in(client, "lin", "wrong").status_code == 200

    assert sign_in(client, "lin").status_code == 200
    assert client.get("/staff/").status_code == 302
    assert sign_in(Client(), "lin", REMOTE_ADDR="10.0.0.9").status_code == 302
    assert sign_in(Client(), "wei").status_code == 302


def test_a_lock_ends_by_time_and_success_forgets_failures(cast):
    client = Client()
    for _ in range(5):
        sign_in(client, "lin", "wrong")
    for row in LoginAttempt.objects.all():
        row.at -= sessions.dt.timedelta(minutes=15, seconds=1)
        row.save()

    assert sign_in(client, "lin").status_code == 302
    assert LoginAttempt.objects.count() == 0


def test_portal_users_do_not_pass_the_staff_door_nor_staff_the_portal(cast):
    client = Client()

    assert sign_in(client, "visitor").status_code == 200
    assert portal_sign_in(client, "lin").status_code == 400
    assert client.get("/staff/").status_code == client.get("/portal/here/").status_code == 302


def test_one_browser_holds_both_sign_ins_under_two_cookies(cast):
    client = Client()
    sign_in(client, "lin")
    assert portal_sign_in(client, "visitor").status_code == 204

    assert client.get("/staff/").content == b"lin"
    assert client.get("/portal/here/").content == b"visitor"
    assert client.cookies["session"].value != client.cookies["portal"].value


def test_a_portal_session_is_nobody_for_staff_pages_and_the_api(cast):
    client = Client()
    portal_sign_in(client, "visitor")
    client.cookies["session"] = client.cookies["portal"].value

    assert client.get("/staff/").status_code == 302
    assert client.get("/api/v1/me/").status_code == 401


def test_a_staff_session_is_nobody_in_the_portal(cast):
    client = Client()
    sign_in(client, "lin")
    client.cookies["portal"] = client.cookies["session"].value

    answer = client.get("/portal/here/")

    assert (answer.status_code, answer["Location"]) == (
        302,
        "/portal/sign-in/?next=%2Fportal%2Fhere%2F",
    )


def test_five_failures_lock_the_portal_too(cast):
    client = Client()
    for _ in range(5):
        portal_sign_in(client, "visitor", "wrong")

    assert portal_sign_in(client, "visitor").status_code == 409


def moved(client, name, seconds):
    session = client.session
    session[name] -= seconds
    session.save()


@pytest.mark.parametrize(
    ("name", "hours", "stays"),
    [("seen_at", 7.9, True), ("seen_at", 8, False), ("signed_in_at", 11.9, True),
     ("signed_in_at", 12, False)],
)  # fmt: skip
def test_a_session_ends_after_8_idle_and_12_absolute_hours(cast, name, hours, stays):
    client = Client()
    sign_in(client, "lin")
    client.get("/staff/")
    moved(client, name, int(hours * 3600))

    assert (client.get("/staff/").status_code == 200) is stays


def test_a_fresh_password_opens_what_a_stale_sign_in_does_not(cast):
    client = Client()
    client.force_login(cast.lin)
    assert client.get("/fresh/")["Location"] == "/accounts/reauthenticate/?next=%2Ffresh%2F"

    client.post("/accounts/reauthenticate/?next=/fresh/", {"password": "lin password"})

    assert client.get("/fresh/").content == b"fresh"


def test_htmx_is_told_to_move_the_page(cast):
    answer = Client().get("/staff/", headers={"HX-Request": "true", "HX-Current-URL": "/x/"})

    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/?next=%2Fx%2F")


def test_a_refused_page_leaves_nothing_behind(cast):
    client = Client()
    client.force_login(cast.lin)

    assert client.post("/half/").status_code == 409
    assert not OrgUnit.objects.filter(name="changed").exists()


def test_administrators_must_set_up_a_second_step(cast, settings):
    settings.TWO_STEP_FORCED = True
    UserRole.objects.create(user=cast.lin, role=Role.CMP)
    lin, wei = Client(), Client()
    lin.force_login(cast.lin)
    wei.force_login(cast.wei)

    assert lin.get("/staff/")["Location"] == "/accounts/2fa/totp/activate/"
    assert lin.get("/api/v1/me/").status_code == 403
    assert wei.get("/staff/").status_code == 200
    TOTP.activate(cast.lin, generate_totp_secret())
    assert lin.get("/staff/").status_code == 200


def test_passwords_have_twelve_characters(cast):
    client = Client()
    client.force_login(cast.lin)
    body = {"oldpassword": "lin password", "password1": "Zx8!short", "password2": "Zx8!short"}

    client.post("/accounts/password/change/", body)
    cast.lin.refresh_from_db()

    assert cast.lin.check_password("lin password")


def test_an_address_signs_in_twenty_times_a_minute(cast, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"login": "20/m/ip"}
    client = Client()

    said = [sign_in(client, f"nobody{number}", "wrong").status_code for number in range(21)]

    assert said == [200] * 20 + [429]
    cache.clear()
