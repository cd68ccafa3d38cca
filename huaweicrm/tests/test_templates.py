"""Templates: short, without style, handlers or script, and only with filters that exist."""

import re

import pytest
from django.template.loader import get_template

from huaweicrm.testing import source

FORBIDDEN = {
    "style=": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "on…=": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "javascript:": re.compile(r"javascript:", re.I),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.I),
    "inline style": re.compile(r"<style\b", re.I),
}


def name(path):
    return path.relative_to(source.BASE).as_posix()


@pytest.mark.parametrize("path", source.templates(), ids=name)
def test_a_template_is_short_and_holds_no_style_or_script(path):
    text = path.read_text(encoding="utf-8")

    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []
    assert text.count("\n") <= 150


@pytest.mark.parametrize("path", source.templates(), ids=name)
def test_a_template_compiles(path):
    get_template(name(path).split("templates/", 1)[1])
