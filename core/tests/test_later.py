"""Libraries that are loaded by who first needs them: a process of pages is small without them."""

import os
import subprocess
import sys

import pytest

from core import later

HEAVY = {
    "apprise",
    "django.test",
    "drf_spectacular.views",
    "icalendar",
    "markdown",
    "openpyxl",
    "redis",
    "requests",
    "typst",
}
PAGES = """
import sys, django
django.setup()
from django.urls import reverse
reverse("account_login"), reverse("schema")
print(*sys.modules)
"""


def test_pages_are_served_without_what_most_processes_never_need(settings, tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huaweicrm.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", PAGES],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert HEAVY & set(done.stdout.split()) == set()


def test_what_is_missing_for_one_is_there_for_the_next(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with later.missing("colorsys", "json"), pytest.raises(ImportError):
        __import__("colorsys")
    assert __import__("colorsys").rgb_to_hsv
    assert sys.modules["json"].dumps


def test_a_failure_inside_hides_nothing_for_good(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with pytest.raises(KeyError), later.missing("colorsys"):
        raise KeyError
    assert __import__("colorsys")
