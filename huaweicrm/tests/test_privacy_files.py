"""Files that are looked through when a person is erased: part by part, never without a bound."""

import io
import zipfile

import pytest

from accounts.actions import erasure
from core import clock, files
from core.actors import Actor
from huaweicrm.privacy import erase
from huaweicrm.tests.world import world


def packed(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(("more", "read"), [(0, True), (1, False)])
def test_a_part_over_the_bound_is_not_unpacked(more, read):
    content = packed(small=b"a", large=b"0" * (erase.PART_MOST + more))

    parts = list(erase.unpacked(content))

    assert parts[:2] == [content, b"a"]
    assert (parts[2] is not None) is read


def test_a_damaged_part_is_reported_and_the_next_one_read():
    content = packed(first=b"wanted one" * 9, second=b"b")
    damaged = bytearray(content)
    damaged[40:44] = b"\xff\xff\xff\xff"

    assert list(erase.unpacked(bytes(damaged)))[1:] == [None, b"b"]


@pytest.mark.django_db
def test_what_was_not_read_stands_in_the_report():
    made = world()
    large = b"0" * (erase.PART_MOST + 1)
    content = packed(**{"[Content_Types].xml": b"<a/>", "xl/workbook.xml": large})
    by = Actor.of(made.lin)
    file = files.store(
        content, name="a.xlsx", scope=made.lanhai, about=made.lanhai, by=by, now=clock.now()
    )
    row = erasure.request(
        made.ruochuan, origin="person", received_on=clock.now().date(),
        by=Actor.of(made.cmp), now=clock.now(),
    )  # fmt: skip

    report = erase.carry_out(row, by=Actor.of(made.adm), now=clock.now())

    assert report["unread"] == [f"core.attachment:{file.pk}"]
    assert report["files"] == []
