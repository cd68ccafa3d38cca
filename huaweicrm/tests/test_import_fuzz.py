"""Whatever is brought to an import ends as all or nothing, with a sentence, soon and small.

FUZZ_IMPORTS sets how many mutated files there are (default 60), FUZZ_SEED the seed; `make fuzz`
takes 1,000. The files of HOSTILE come on top. Each goes through the pages and the command, and
JSON also to the bulk address of the API.
"""

import io
import os
import re
import time
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import Client

from accounts.models import Customer
from accounts.tests import build
from core.imports.limits import PAGE
from core.imports.reading import read_table
from core.models import ImportBatch, ImportRow
from huaweicrm.testing import turns
from huaweicrm.tests.hostile_files import HOSTILE, MAIN, mutated, package, sheet

pytestmark = pytest.mark.django_db
COUNT = int(os.environ.get("FUZZ_IMPORTS", "60"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
SECONDS = 3.0
BYTES = 150 * 2**20
STATUS = Path("/proc/self/status")


@pytest.fixture(scope="module")
def door(django_db_setup, django_db_blocker):
    """Somebody who may import, in a world that is built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = build.cast()
        client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
        client.force_login(cast.lin)
        client.cookies["language"] = "en"
        yield client
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _undone(door):
    """Every file finds the same world, and leaves no upload behind."""
    with transaction.atomic():
        yield
        for draft in ImportBatch.objects.exclude(path=""):
            default_storage.delete(draft.path)
        transaction.set_rollback(True)


class Bound:
    """At most three seconds of this process, and 150 MB more than before."""

    def __enter__(self):
        self.began, self.before = time.process_time(), _memory("VmRSS")
        if STATUS.exists():
            Path("/proc/self/clear_refs").write_text("5")  # the high-water mark starts anew
        return self

    def __exit__(self, kind, *_more):
        if kind is None:
            self.spent, self.grown = (
                time.process_time() - self.began,
                _memory("VmHWM") - self.before,
            )
            assert self.spent <= SECONDS
            assert self.grown <= BYTES


def _memory(name):
    found = re.search(rf"{name}:\s+(\d+)", STATUS.read_text()) if STATUS.exists() else None
    return int(found[1]) * 1024 if found else 0


def counted():
    return Customer.objects.count(), ImportRow.objects.count()


def asked(call, *args):
    """The answer to one request, within the bounds."""
    with Bound():
        return call(*args)


def by_page(client, name, content):
    """The last answer that the file reached."""
    before = counted()
    upload = {"file": SimpleUploadedFile(name, content)}
    answer = asked(client.post, "/customers/import/", upload)
    if answer.status_code != 302:
        assert counted() == before
        return answer
    columns = asked(client.get, answer.url)
    assert columns.status_code == 200, columns.status_code
    draft = ImportBatch.objects.get(state="draft")
    form = {f"f_{field}": column for field, column in draft.mapping["columns"].items()}
    form.setdefault("f_name", re.findall(r'<option value="([^"]+)"', columns.content.decode())[0])
    answer = asked(client.post, answer.url, form)
    if answer.status_code != 302:
        return answer
    preview = asked(client.get, f"/imports/{draft.pk}/preview/")
    assert preview.status_code in {200, 400}, preview.status_code
    assert counted() == before
    answer = asked(client.post, f"/imports/{draft.pk}/commit/")
    batch = ImportBatch.objects.exclude(state="draft").first()
    whole(batch, before)
    if batch is None:
        assert answer.status_code in {400, 409}
    return answer


def whole(batch, before):
    """Nothing was written, or every row of the file is accounted for."""
    if batch is None:
        assert counted() == before
        return
    said = batch.counts
    parts = ("created", "updated", "same", "merged", "skipped", "refused")
    assert said["rows"] == sum(said[part] for part in parts)
    done = said["created"] + said["updated"]
    assert counted() == (before[0] + said["created"], before[1] + done)


def by_command(tmp_path, name, content):
    """The sentence of a refusal, or nothing."""
    file = tmp_path / name
    file.write_bytes(content)
    before = counted()
    try:
        call_command(
            "import_data", "customers", str(file), stdout=io.StringIO(), stderr=io.StringIO()
        )
    except CommandError as error:
        assert counted() == before
        return str(error)
    whole(ImportBatch.objects.filter(state="committed").first(), before)
    return ""


def said_on(answer):
    return re.sub(r"<[^>]*>|\s+", " ", answer.content.decode())


@pytest.mark.parametrize("name", turns.share(list(HOSTILE)))
def test_a_hostile_file_is_refused_with_a_sentence(door, name):
    says, make = HOSTILE[name]

    answer = by_page(door, name, make())

    assert answer.status_code in {302, 400, 409, 422}
    if says:
        assert answer.status_code == 422
        assert says in said_on(answer)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.endswith(".json")])
def test_the_bulk_address_refuses_hostile_json(door, name):
    before = Customer.objects.count()
    with Bound():
        answer = door.post(
            "/api/v1/customers/bulk/", HOSTILE[name][1](), content_type="application/json"
        )

    assert answer.status_code in {400, 413}
    assert Customer.objects.count() == before


@pytest.mark.parametrize("share", turns.share(range(10)))
def test_mutated_files_end_as_all_or_nothing(door, tmp_path, share):
    for name, content in mutated(SEED * 10 + share, COUNT // 10):
        with transaction.atomic():
            answer = by_page(door, name, content)
            assert answer.status_code in {302, 400, 409, 422}, (name, answer.status_code)
            transaction.set_rollback(True)
        with transaction.atomic():
            with Bound():
                by_command(tmp_path, name, content)
            if name.endswith(".json") and content:
                bulk = door.post(
                    "/api/v1/customers/bulk/", content, content_type="application/json"
                )
                assert bulk.status_code in {200, 400, 413}, (name, bulk.status_code)
            transaction.set_rollback(True)


def test_texts_in_runs_are_joined_without_their_phonetic_hints():
    runs = "<r><t>澜</t></r><r><t>海</t></r><rPh sb='0' eb='1'><t>lan</t></rPh>"
    strings = f"<si><t>name</t></si><si>{runs}</si>"
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in (1, 2))
    of_strings = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(package({}))) as plain:
        types = plain.read("[Content_Types].xml").decode()
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{of_strings}"/></Types>'
    content = package(
        {
            "[Content_Types].xml": types.replace("</Types>", entry),
            "xl/worksheets/sheet1.xml": sheet(rows),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        }
    )

    assert read_table(content, limits=PAGE).rows == (("澜海",),)
