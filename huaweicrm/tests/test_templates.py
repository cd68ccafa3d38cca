"""Templates: short, without style, handlers or script, and only with filters that exist."""

import re

from django.template import TemplateSyntaxError
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


def test_a_template_is_short_and_holds_no_style_or_script():
    wrong = []
    for path in source.templates():
        text = path.read_text(encoding="utf-8")
        wrong += [f"{name(path)}: {what}" for what, one in FORBIDDEN.items() if one.search(text)]
        wrong += [f"{name(path)}: too long"] if text.count("\n") > 150 else []

    assert wrong == []


def test_a_template_compiles():
    assert len(source.templates()) > 200
    wrong = []
    for path in source.templates():
        try:
            get_template(name(path).split("templates/", 1)[1])
        except TemplateSyntaxError as error:
            wrong.append(f"{name(path)}: {error}")

    assert wrong == []
