"""No page takes a day at the edge of what a calendar can hold."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError

from core.days import DayField, MomentField

APPS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
ROOT = Path(__file__).parents[2]
SKIPPED = (".tests", ".testing", ".migrations", ".admin", ".settings", ".demo", ".management")


def all_forms():
    """Every form of the product that has a field of a day, with the name of the field."""
    for app in APPS:
        for found in pkgutil.walk_packages([str(ROOT / app)], f"{app}."):
            if not any(part in found.name for part in SKIPPED) and "form" in source_of(found.name):
                importlib.import_module(found.name)
    rows, left = [], [forms.BaseForm]
    while left:
        one = left.pop()
        left += one.__subclasses__()
        if one.__module__.split(".")[0] in APPS and not any(
            part in one.__module__ for part in SKIPPED
        ):
            rows += [
                (one, name)
                for name, field in one.base_fields.items()
                if isinstance(field, forms.DateField | forms.DateTimeField)
            ]
    return sorted(set(rows), key=str)


def source_of(name):
    """Text of a module."""
    path = ROOT.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return path.read_text()


def test_every_form_refuses_days_in_which_nobody_lives():
    rows = all_forms()
    taken = []
    for form, name in rows:
        field = form.base_fields[name]
        more = "T12:00" if isinstance(field, forms.DateTimeField) else ""
        for day in ("9999-12-31", "0001-01-01"):
            try:
                field.clean(day + more)
            except ValidationError:
                continue
            taken.append((form.__name__, name, day))

    assert len(rows) > 30
    assert taken == []


def test_no_page_has_a_field_of_a_day_of_its_own():
    plain = re.compile(r"\bforms\.Date(?:Time)?Field\(")
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    own = [
        str(path.relative_to(ROOT))
        for path in paths
        if "tests" not in path.parts and plain.search(path.read_text())
    ]

    assert own == []


@pytest.mark.parametrize(
    ("text", "fine"),
    [("1899-12-31", False), ("1900-01-01", True), ("2199-12-31", True), ("2200-01-01", False)],
)
def test_the_first_and_the_last_day(text, fine):
    for field, said in ((DayField(), text), (MomentField(), f"{text}T12:00")):
        if fine:
            assert field.clean(said).year in (1900, 2199)
            continue
        with pytest.raises(ValidationError) as refusal:
            field.clean(said)
        assert "1900" in refusal.value.messages[0] and "2199" in refusal.value.messages[0]
