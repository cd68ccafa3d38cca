"""Names are found by two characters, pinyin, initials, code, phone and mail, on both engines."""

import pytest

from core import search
from core.models import SearchEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    search.index(
        "t.customer",
        1,
        scope_id=1,
        title="华为技术有限公司",
        texts=["Huawei"],
        codes=["CUS-000001"],
    )
    search.index("t.customer", 2, scope_id=2, title="中国移动浙江公司", codes=["CUS-000012"])
    search.index(
        "t.contact", 7, scope_id=1, title="曾海", codes=["+86 138 0013 8000", "zeng@lanhai.com"]
    )
    search.index("t.contact", 8, scope_id=2, title="单于明", codes=["ming@other.org"])
    search.index("t.customer", 3, scope_id=3, title="Blue Ocean Ünited", texts=["蓝海"])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("华为", [1]),
        ("移动", [2]),
        ("为", [1]),
        ("技术有限", [1]),
        ("术技", []),
        ("huaweijishu", [1]),
        ("hwjs", [1]),
        ("zgyd", [2]),
        ("zhejiang", [2]),
        ("cus-000001", [1]),
        ("CUS-0000", [1, 2]),
        ("12", [2]),
        ("13800138000", [7]),
        ("8000", [7]),
        ("zeng@lan", [7]),
        ("lanhai.com", [7]),
        ("zenghai", [7]),
        ("zh", [2, 7]),
        ("chanyu", [8]),
        ("united", [3]),
        ("ＢＬＵＥ", [3]),
        ("blue 蓝海", [3]),
        ("移动 cus-000012", [2]),
        ("移动 cus-000001", []),
        ("", []),
        ("' OR 1=1 --", []),
        ('"*', []),
    ],
)
def test_a_query_finds(shelf, query, ids):
    assert sorted(hit.id for hit in search.find(query)) == ids


def test_an_exact_code_comes_first(shelf):
    search.index("t.customer", 9, scope_id=1, title="A", codes=["CUS-0000011"])

    assert [hit.id for hit in search.find("CUS-000001")] == [1, 9]


def test_only_scopes_that_are_seen(shelf):
    assert [hit.id for hit in search.find("zh", scope_filter=[2])] == [2]


def test_indexing_again_replaces_and_unindex_forgets(shelf):
    search.index("t.customer", 1, scope_id=1, title="蓝天")

    assert search.find("华为") == []
    assert [hit.id for hit in search.find("蓝天")] == [1]

    search.unindex("t.customer", 1, 2)

    assert search.find("蓝天") == []
    assert SearchEntry.objects.count() == 3


def test_one_statement_writes_many(django_assert_max_num_queries):
    entries = [
        search.entry_for("t.customer", n, scope_id=n, title=f"客户{n}公司") for n in range(200)
    ]

    with django_assert_max_num_queries(4):
        search.index_many(entries)

    assert len(search.find("客户", limit=500)) == 200
