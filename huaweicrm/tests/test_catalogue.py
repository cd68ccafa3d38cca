"""The catalogue tool finds every text, and every kind of mistake."""

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext

from huaweicrm import catalogue

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("Open " "risk")
B = ngettext("%(n)s day", "%(n)s days", 3)
C = pgettext("tier", "Strategic")
"""
PAGE = """{% load i18n %}{# note #}
{% translate "Save" %}{% blocktranslate trimmed with n=3 %}
  {{ n }} of
  all 100%
{% endblocktranslate %}"""


@pytest.fixture
def house(tmp_path):
    (tmp_path / "core").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "core" / "models.py").write_text(PYTHON)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    return tmp_path


def write(house, **words):
    made = catalogue.blank()
    for msgid, msgstr in words.items():
        made.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    catalogue.folder(house).mkdir(parents=True, exist_ok=True)
    made.save(str(catalogue.folder(house) / "core.po"))


def test_extract_reads_python_and_templates(house):
    found = catalogue.extract(house)

    assert set(found) == {
        ("", "Open risk"),
        ("", "%(n)s day"),
        ("tier", "Strategic"),
        ("", "Save"),
        ("", "%(n)s of all 100%%"),
    }


def test_a_text_without_translation_is_missing_an_empty_one_a_problem(house):
    write(house, Save="")
    report = catalogue.compare(house)

    assert sorted(m.msgid for m in report.missing) == [
        "%(n)s day",
        "%(n)s of all 100%%",
        "Open risk",
        "Strategic",
    ]
    assert [line.split(": ", 1)[1] for line in report.problems] == ["'Save' is empty"]


def test_a_text_that_is_said_nowhere_is_obsolete_and_can_be_pruned(house):
    write(house, Save="保存", Gone="没了")
    report = catalogue.compare(house)
    assert [entry.msgid for _path, entry in report.obsolete] == ["Gone"]

    catalogue.prune(report)
    assert catalogue.compare(house).obsolete == []


def test_an_invented_value_is_a_problem(house):
    write(house, **{"%(n)s of all 100%%": "%(m)s 之 %(n)s"})

    assert "names unknown values ['m']" in catalogue.compare(house).problems[0]


def test_add_appends_what_is_missing_once(house):
    first = catalogue.add(house, "core", catalogue.compare(house))
    again = catalogue.add(house, "core", catalogue.compare(house))

    assert (first, again) == (5, 0)


def test_build_merges_and_is_a_no_op_the_second_time(house):
    write(house, Save="保存")

    assert catalogue.build(house) is True
    assert catalogue.build(house) is False
    merged = polib.mofile(str(catalogue.compiled(house)))
    assert [(entry.msgid, entry.msgstr) for entry in merged] == [("Save", "保存")]


def test_a_catalogue_that_is_compiled_late_is_read_all_the_same(house, settings):
    """The first `make run` compiles in the process that serves: its pages must be Chinese.

    In a folder of its own: other processes of the run read the words of the house just now.
    """
    write(house, **{"Once more": "再来一次"})
    settings.LOCALE_PATHS = [catalogue.folder(house).parent]
    with translation.override("zh-hans"):
        assert gettext("Once more") == "Once more"

    catalogue.build(house)

    with translation.override("zh-hans"):
        assert gettext("Once more") == "再来一次"


@pytest.mark.parametrize(
    ("text", "said", "right"),
    [
        ("%(sum)d percent of it", "共 %(sum)d%。", False),
        ("%(sum)d percent of it", "共 %(sum)d%%。", True),
        ("%(sum)d percent of it", "共百分之几", True),
        ("10 % of {name}", "{name} 的 10%", True),
        ("%(name)s is gone", "%(name)d 没有了", True),
        ("%(name)s is gone", "%(other)s 没有了", False),
    ],
)
def test_a_translation_takes_the_values_of_its_text(text, said, right):
    assert catalogue.takes_values(text, said) is right
