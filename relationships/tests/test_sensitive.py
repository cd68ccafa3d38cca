"""The scanner of R-P2: it warns about private matters and lets plain business pass."""

import pytest
from django.utils import translation

from accounts.sensitive import topics
from accounts.tests.build import NINE, cast
from relationships.models import GridAssessment
from relationships.tests.build import proposed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("会上公开支持分期方案，医院项目也按时交付", []),
        ("Preferred our offer in the review", []),
        ("礼拜一说下周再谈", []),
        ("他住院期间由下属出面", ["health"]),
        ("He was hospitalised last week", ["health"]),
        ("因信佛不参加宴请", ["religion"]),
        ("他女儿在我们公司实习", ["family"]),
        ("新入党，讲话谨慎", ["politics"]),
        ("妻子生病", ["health", "family"]),
        ("证件 11010519491231002X", ["a number of an identity or bank card"]),
        ("证件 110105194912310021", []),
        ("卡号 4111111111111111", ["a number of an identity or bank card"]),
        ("卡号 4111 1111 1111 1111", ["a number of an identity or bank card"]),
        ("卡号 6222-0212-3456-7890-128", ["a number of an identity or bank card"]),
        ("合同号 4111111111111112", []),
        ("合同号 4111 1111 1111 1112", []),
        ("我们教会客户用新网管", []),
        ("周日去教会，不接电话", ["religion"]),
        ("工单 202611220001", []),
    ],
)
def test_what_a_text_touches(text, found):
    with translation.override("en"):
        assert [str(each) for each in topics(text)] == found


@pytest.fixture
def made(db, settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    return cast()


def body(evidence, **more):
    return {"intimacy": 0, "support": 1, "evidence": evidence, "confidence": "high",
            "assessed_on": "2026-03-02"} | more  # fmt: skip


def test_private_matters_are_asked_about_once_and_may_stand(client, made):
    client.force_login(made.lin)
    address = f"/contacts/{made.ruochuan.pk}/assess/"

    plain = client.get(address).context["form"]
    warned = client.post(address, body("他住院期间由下属出面"))
    count = GridAssessment.objects.count()
    kept = client.post(address, body("他住院期间由下属出面", checked="on"))

    assert "checked" not in plain.fields
    assert (warned.status_code, list(warned.context["form"].errors)) == (422, ["checked"])
    assert "他住院期间由下属出面" in warned.content.decode()
    assert (count, kept.status_code, GridAssessment.objects.count()) == (0, 302, 1)


def test_whoever_confirms_sees_the_warning_and_rest_gives_it(client, made):
    proposed(made.ruochuan, made.lin, (0, 1), NINE, evidence="他妻子反对")
    client.force_login(made.boss)

    page = client.get(f"/customers/{made.lanhai.pk}/grid/").content.decode()
    row = client.get("/api/v1/grid-assessments/").json()["results"][0]

    assert "涉及家庭" in page
    assert row["touches"] == ["家庭"]
