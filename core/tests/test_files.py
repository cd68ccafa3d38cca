"""Files are what they say, get random names, and leave only through the checked view."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage

from core import files
from core.errors import Invalid
from core.models import Attachment, TrailEntry
from core.tests.build import NINE, SYSTEM, person

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def _ground(settings, tmp_path):
    settings.HUAWEICRM_REGISTRY = "core.tests.registry"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


def office(member: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(member, "<x/>")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("a.png", PNG, True),
        ("a.PNG", PNG, True),
        ("a.jpg", b"\xff\xd8\xff\xe0", True),
        ("a.pdf", b"%PDF-1.7", True),
        ("a.xlsx", office("xl/workbook.xml"), True),
        ("a.docx", office("word/document.xml"), True),
        ("a.csv", "姓名,电话".encode("gb18030"), True),
        ("a.txt", "日志".encode(), True),
        ("a.txt", b"\x00MZ", False),
        ("a.pdf", PNG, False),
        ("a.xlsx", office("word/document.xml"), False),
        ("a.xlsx", b"PK\x03\x04junk", False),
        ("a.html", b"<script>", False),
        ("a.svg", b"<svg/>", False),
        ("a", PNG, False),
        ("a.png.exe", PNG, False),
        ("a.exe.png", b"MZ\x90\x00", False),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", False),
        ("a.jpg", b"<html><script>alert(1)</script>", False),
        ("a.pdf", b"\n%PDF-1.7", False),
        ("a.htm", b"text", False),
        ("a.js", b"alert(1)", False),
        ("a.xlsm", office("xl/workbook.xml"), False),
        ("a.csv", b"\xff\xfe\x00\x00", False),
        ("a.png\u202egnp.exe", PNG, False),
        ("a.png ", PNG, True),
    ],
)
def test_the_bytes_decide(name, content, taken):
    try:
        files.store(content, name=name, about=person(), by=SYSTEM, now=NINE)
    except Invalid:
        assert not taken
        assert Attachment.objects.count() == 0
    else:
        assert taken


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\x\\报告.pdf", "报告.pdf"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt"),
        ("", "file"),
        ("..", "file"),
        ("....//....//x.txt", "x.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\x00.txt", "a.txt"),
        ('"; filename=x.html; .txt', "; filename=x.html; .txt"),
    ],
)
def test_names_are_only_shown(given, kept):
    assert files.clean_name(given) == kept


def test_a_file_is_stored_under_a_random_name_with_its_hash():
    lin = person()
    row = files.store(PNG, name="照片.png", about=lin, scope=lin, by=SYSTEM, now=NINE)

    assert "照片" not in row.path
    assert files.is_intact(row)
    assert TrailEntry.objects.get().verb == "file.attached"
    with default_storage.open(row.path, "wb") as stored:
        stored.write(PNG[:-1] + b"1")
    assert not files.is_intact(row)


def test_too_large_is_refused(monkeypatch):
    with pytest.raises(Invalid):
        files.store(
            b"x" * (20 * 1024 * 1024 + 1), name="a.txt", about=person(), by=SYSTEM, now=NINE
        )


def test_only_who_may_read_it_gets_it_and_as_a_download(client):
    lin = person()
    row = files.store(PNG, name="照片.png", about=lin, by=SYSTEM, now=NINE)
    address = f"/files/{row.pk}/"
    assert client.get(address).status_code == 302

    client.force_login(person("wei"))
    assert client.get(address).status_code == 404

    client.force_login(lin)
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
