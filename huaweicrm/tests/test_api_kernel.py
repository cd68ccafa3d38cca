"""The API kernel through the client, on a small resource over a real table."""

import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import CustomerUnit
from accounts.tests import build
from core import clock
from core.actions_tokens import create_token
from core.actors import Actor
from core.api.throttles import UserThrottle
from core.models import ApiToken, IdempotencyRecord, TrailEntry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("huaweicrm.tests.kernel_sample")]
URL = "/api/v1/samples/"


@pytest.fixture
def cast():
    return build.cast()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def bearer(user, *scopes, days=30):
    made, text = create_token(
        user, name="erp", scopes=scopes, days=days, by=Actor.of(user), now=clock.now()
    )
    client = Client(headers={"Authorization": f"Bearer {text}"})
    client.token = made
    return client


def send(client, method, url, body, **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return getattr(client, method)(
        url, text, content_type="application/json", headers=headers or None
    )


def made(client, cast, name="网络部", **more):
    answer = send(client, "post", URL, {"customer": cast.lanhai.pk, "name": name, **more})
    assert answer.status_code == 201, answer.content
    return answer


def test_a_row_is_created_with_location_etag_and_trail(cast):
    answer = made(signed_in(cast.lin), cast)

    row = CustomerUnit.objects.get()
    assert answer["Location"] == f"{URL}{row.pk}/"
    assert answer["ETag"] == '"1"'
    assert answer.json()["name"] == "网络部"
    entry = TrailEntry.objects.get(about_id=row.pk)
    assert (entry.actor, entry.channel) == (cast.lin, "api")


def test_nobody_is_401_with_a_problem(cast):
    answer = Client().get(URL)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    body = answer.json()
    assert (body["status"], body["instance"]) == (401, answer["X-Request-ID"])
    assert body["type"].endswith("/api/v1/errors/#unauthenticated")


def test_a_foreign_row_reads_like_an_absent_one(cast):
    pk = made(signed_in(cast.lin), cast).json()["id"]
    stranger = signed_in(cast.stranger)

    foreign, absent = stranger.get(f"{URL}{pk}/"), stranger.get(f"{URL}{pk + 1}/")

    assert foreign.status_code == absent.status_code == 404
    assert {**foreign.json(), "instance": ""} == {**absent.json(), "instance": ""}
    assert stranger.get(URL).json()["results"] == []


def test_a_foreign_related_id_reads_like_an_absent_one(cast):
    stranger = signed_in(cast.stranger)

    foreign = send(stranger, "post", URL, {"customer": cast.lanhai.pk, "name": "a"})
    absent = send(stranger, "post", URL, {"customer": 999999, "name": "a"})

    assert foreign.status_code == absent.status_code == 400
    assert foreign.json()["errors"] == absent.json()["errors"]
    assert list(foreign.json()["errors"]) == ["customer"]
    assert CustomerUnit.objects.count() == 0


def test_an_edit_needs_the_version_and_a_stale_one_is_refused_with_what_was_saved(cast):
    lin = signed_in(cast.lin)
    url = f"{URL}{made(lin, cast).json()['id']}/"

    without = send(lin, "patch", url, {"name": "b"})
    right = send(lin, "patch", url, {"name": "b"}, **{"If-Match": '"1"'})
    stale = send(lin, "patch", url, {"name": "c", "version": 1})

    assert without.status_code == 428
    assert (right.status_code, right["ETag"], right.json()["name"]) == (200, '"2"', "b")
    assert stale.status_code == 409
    assert stale.json()["current_version"] == 2
    assert stale.json()["current"]["name"] == "b"


@pytest.mark.parametrize("header", ["7", "*", 'W/"1"', '"x"', '"1", "2"', '"99999999999"'])
def test_a_garbled_if_match_is_400(cast, header):
    lin = signed_in(cast.lin)
    url = f"{URL}{made(lin, cast).json()['id']}/"

    assert send(lin, "patch", url, {"name": "b"}, **{"If-Match": header}).status_code == 400


def test_visible_but_not_allowed_is_403(cast):
    pk = made(signed_in(cast.lin), cast).json()["id"]
    wei = signed_in(cast.wei)

    edit = send(wei, "patch", f"{URL}{pk}/", {"name": "b", "version": 1})
    verb = send(wei, "post", f"{URL}{pk}/rename/", {"name": "b"})

    assert (edit.status_code, verb.status_code) == (403, 403)
    assert (verb.json()["rule"], verb.json()["detail"]) == ("R-T1", "Only lin renames.")
    assert CustomerUnit.objects.get().version == 1


def test_a_verb_for_people_refuses_tokens(cast):
    pk = made(signed_in(cast.lin), cast).json()["id"]
    machine = bearer(cast.lin, "trail-entries:write", "trail-entries:read")

    refused = send(machine, "post", f"{URL}{pk}/rename/", {"name": "b"})
    done = send(signed_in(cast.lin), "post", f"{URL}{pk}/rename/", {"name": "b"})

    assert (refused.status_code, refused.json()["rule"]) == (403, "0.2.4")
    assert (done.status_code, done.json()["name"], done["ETag"]) == (200, "b", '"2"')


def test_a_reading_of_many_is_paged(cast):
    lin = signed_in(cast.lin)
    pk = made(lin, cast).json()["id"]

    answer = lin.get(f"{URL}{pk}/history/").json()

    assert [row["verb"] for row in answer["results"]] == ["customer_unit.created"]
    assert lin.get(f"{URL}{pk}/history/?colour=red").status_code == 400


def test_a_session_needs_the_csrf_token(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lin)

    answer = send(client, "post", URL, {"customer": cast.lanhai.pk, "name": "a"})

    assert answer.status_code == 403
    assert CustomerUnit.objects.count() == 0


BODIES = {
    "nan": b'{"name": NaN}',
    "infinity": b'{"name": 1e999, "a": Infinity}',
    "twice": b'{"name": "a", "name": "b"}',
    "broken": b'{"name": ',
    "latin": b'{"name": "\xff"}',
    "deep": b'{"name": ' + b"[" * 50 + b"]" * 50 + b"}",
    "digits": b'{"customer": ' + b"9" * 5000 + b"}",
    "list": b"[1, 2]",
    "text": b'"a"',
    "null": b"null",
    "surrogate": b'{"name": "\\ud800"}',
    "empty": b"",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_plain_object_is_400(cast, name):
    answer = send(signed_in(cast.lin), "post", URL, BODIES[name])

    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("char", ["\x00", "\x07", "\u202e", "\u2066", "\x85"])
def test_hidden_characters_are_refused_with_the_path_of_the_field(cast, char):
    answer = send(signed_in(cast.lin), "post", f"{URL}bulk/", {"rows": [{"name": f"a{char}b"}]})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["rows.0.name"]


def test_a_body_over_a_megabyte_is_413_and_another_media_type_415(cast):
    lin = signed_in(cast.lin)

    large = send(lin, "post", URL, {"name": "a" * (1024 * 1024)})
    form = lin.post(URL, {"name": "a"})

    assert (large.status_code, form.status_code) == (413, 415)


def test_unknown_fields_and_parameters_are_400_by_name(cast):
    lin = signed_in(cast.lin)

    body = send(lin, "post", URL, {"customer": cast.lanhai.pk, "name": "a", "owner": 1})
    query = lin.get(f"{URL}?colour=red")
    hidden = lin.get(f"{URL}?search=%00")

    assert (body.status_code, list(body.json()["errors"])) == (400, ["owner"])
    assert (query.status_code, list(query.json()["errors"])) == (400, ["colour"])
    assert hidden.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x", "cursor=WzFd", "page_size=0", "page_size=101", "page_size=x",
        "page_size=9999999999999999999", "ordering=password", "updated_since=yesterday",
        "updated_since=0001-01-01T00:00:00%2B23:59",
    ],
)  # fmt: skip
def test_garbled_parameters_are_400(cast, query):
    assert signed_in(cast.lin).get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize("ordering", ["-id", "name", "-updated_at"])
def test_pages_go_forth_and_back_without_loss_while_rows_come_and_go(cast, ordering):
    lin = signed_in(cast.lin)
    names = [f"u{number % 4}-{number:02}" for number in range(11)]
    for name in names:
        made(lin, cast, name)
    CustomerUnit.objects.update(updated_at=build.NINE)

    first = lin.get(f"{URL}?page_size=4&ordering={ordering}").json()
    CustomerUnit.objects.filter(pk=first["results"][1]["id"]).delete()
    second = lin.get(first["next"]).json()
    third = lin.get(second["next"]).json()
    back = lin.get(third["previous"]).json()

    seen = [row["name"] for page in (first, second, third) for row in page["results"]]
    assert sorted(seen) == sorted(names)
    assert (first["previous"], third["next"], first["count"]) == (None, None, 11)
    assert back["results"] == second["results"]


def test_a_cursor_belongs_to_its_ordering(cast):
    lin = signed_in(cast.lin)
    for name in "abc":
        made(lin, cast, name)
    cursor = lin.get(f"{URL}?page_size=1").json()["next"].split("cursor=")[1].split("&")[0]

    assert lin.get(f"{URL}?ordering=name&cursor={cursor}").status_code == 400


def test_one_row_and_thirty_cost_the_same_queries(cast, django_assert_num_queries):
    lin = signed_in(cast.lin)
    made(lin, cast, "first")
    lin.get(URL)
    with django_assert_num_queries(3):
        lin.get(URL)
    for number in range(30):
        made(lin, cast, f"u{number}")
    with django_assert_num_queries(3):
        assert len(lin.get(URL).json()["results"]) == 31


def test_the_same_key_has_one_effect_and_one_answer(cast):
    lin = signed_in(cast.lin)
    body = {"customer": cast.lanhai.pk, "name": "a"}

    first = send(lin, "post", URL, body, **{"Idempotency-Key": "k1"})
    again = send(lin, "post", URL, body, **{"Idempotency-Key": "k1"})
    other = send(lin, "post", URL, {**body, "name": "b"}, **{"Idempotency-Key": "k1"})
    person = send(signed_in(cast.boss), "post", URL, {**body, "name": "c"},
                  **{"Idempotency-Key": "k1"})  # fmt: skip

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    for name in ("ETag", "Location"):
        assert again[name] == first[name]
    assert (other.status_code, other.json()["type"][-20:]) == (409, "idempotency-conflict")
    assert person.status_code == 201
    assert CustomerUnit.objects.count() == 2


def test_a_failed_effect_leaves_the_key_free(cast):
    lin = signed_in(cast.lin)
    made(lin, cast, "taken")

    refused = send(lin, "post", URL, {"customer": cast.lanhai.pk, "name": "taken"},
                   **{"Idempotency-Key": "k2"})  # fmt: skip

    assert refused.status_code in {400, 409}
    assert IdempotencyRecord.objects.count() == 0


def test_a_running_first_request_is_409(cast):
    lin = signed_in(cast.lin)
    body = {"customer": cast.lanhai.pk, "name": "a"}
    send(lin, "post", URL, body, **{"Idempotency-Key": "k3"})
    IdempotencyRecord.objects.update(status=None)

    assert send(lin, "post", URL, body, **{"Idempotency-Key": "k3"}).status_code == 409


def test_a_key_is_forgotten_after_a_day(cast):
    lin = signed_in(cast.lin)
    send(lin, "post", URL, {"customer": cast.lanhai.pk, "name": "a"}, **{"Idempotency-Key": "k"})
    record = IdempotencyRecord.objects.get()
    record.created_at -= dt.timedelta(hours=24, seconds=1)
    record.save()

    answer = send(
        lin, "post", URL, {"customer": cast.lanhai.pk, "name": "b"}, **{"Idempotency-Key": "k"}
    )

    assert answer.status_code == 201


def test_external_ref_upserts_within_the_source_of_the_token(cast):
    machine = bearer(cast.lin, "trail-entries:write", "trail-entries:read")
    body = {"customer": cast.lanhai.pk, "name": "a", "external_ref": "E-1"}

    first = send(machine, "post", URL, body)
    second = send(machine, "post", URL, {**body, "name": "b"})
    person = send(signed_in(cast.lin), "post", URL, {**body, "name": "c"})

    assert (first.status_code, second.status_code, person.status_code) == (201, 200, 201)
    assert first.json()["id"] == second.json()["id"]
    assert second.json()["version"] == 2
    assert CustomerUnit.objects.filter(external_source="erp").count() == 1


def test_bulk_gives_each_row_its_own_result(cast):
    lin = signed_in(cast.lin)
    rows = [
        {"customer": cast.lanhai.pk, "name": "a"},
        {"customer": 999999, "name": "b"},
        {"customer": cast.lanhai.pk, "name": "a"},
        "nonsense",
        {"customer": cast.lanhai.pk, "name": "c"},
    ]

    answer = send(lin, "post", f"{URL}bulk/", {"rows": rows}).json()

    assert (answer["created"], answer["updated"], answer["refused"]) == (2, 0, 3)
    assert [result["index"] for result in answer["results"]] == [0, 1, 2, 3, 4]
    assert answer["results"][1]["problem"]["errors"].keys() == {"customer"}
    assert set(CustomerUnit.objects.values_list("name", flat=True)) == {"a", "c"}


@pytest.mark.parametrize("rows", [[], "a", [{}] * 1001, None])
def test_bulk_takes_one_to_a_thousand_rows(cast, rows):
    answer = send(signed_in(cast.lin), "post", f"{URL}bulk/", {"rows": rows})

    assert answer.status_code == 400


def test_a_token_needs_its_scope(cast):
    reader = bearer(cast.lin, "trail-entries:read")

    assert reader.get(URL).status_code == 200
    refused = send(reader, "post", URL, {"customer": cast.lanhai.pk, "name": "a"})
    assert (refused.status_code, refused.json()["scope"]) == (403, "trail-entries:write")
    assert reader.get("/api/v1/notifications/").status_code == 403


def test_a_token_ends_by_time_revocation_and_with_its_person(cast):
    client = bearer(cast.lin, "trail-entries:read")
    assert client.get(URL).status_code == 200
    rows = ApiToken.objects.filter(pk=client.token.pk)

    rows.update(expires_at=build.NINE - dt.timedelta(days=900))
    assert client.get(URL).status_code == 401
    rows.update(expires_at=build.NINE + dt.timedelta(days=9000), revoked_at=build.NINE)
    assert client.get(URL).status_code == 401
    rows.update(revoked_at=None)
    assert client.get(URL).status_code == 200
    type(cast.lin).objects.filter(pk=cast.lin.pk).update(is_active=False)
    assert client.get(URL).status_code == 401


def test_a_token_costs_one_query_and_marks_its_use_rarely(cast, django_assert_num_queries):
    client = bearer(cast.lin, "me:read")
    client.get("/api/v1/me/")

    with django_assert_num_queries(1):
        body = client.get("/api/v1/me/").json()

    assert (body["username"], body["token"], body["roles"]) == ("lin", "erp", ["ar"])
    assert ApiToken.objects.get().last_used_at is not None


@pytest.mark.parametrize("text", ["x", "", "a b", "é", "Bearer"])
def test_a_wrong_token_is_401(cast, text):
    headers = {"Authorization": f"Bearer {text}".encode().decode("latin-1")}

    assert Client(headers=headers).get(URL).status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/none/", "/api/none", "/api/v1/samples/x/"])
def test_an_address_that_nobody_serves_is_a_404_problem(cast, path):
    answer = signed_in(cast.lin).get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_other_methods_are_405(cast):
    lin = signed_in(cast.lin)

    for method in ("put", "delete", "options", "trace"):
        answer = getattr(lin, method)(URL)
        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.parametrize("pk", ["0", "999999999999999999"])
def test_ids_beyond_reason_are_404(cast, pk):
    assert signed_in(cast.lin).get(f"{URL}{pk}/").status_code == 404


def test_the_rate_of_one_caller_is_bounded(cast, monkeypatch):
    cache.clear()
    monkeypatch.setitem(UserThrottle.THROTTLE_RATES, "user", "2/min")
    machine = bearer(cast.lin, "trail-entries:read")

    said = [machine.get(URL) for _ in range(3)]

    assert [answer.status_code for answer in said] == [200, 200, 429]
    assert int(said[2]["Retry-After"]) > 0
    assert bearer(cast.wei, "trail-entries:read").get(URL).status_code == 200
