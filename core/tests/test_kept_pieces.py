"""`{% kept %}`: a piece sees what it names and is rendered once for all who see the same."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import SafeString

from core.templatetags import kept


class Counted:
    """Says how often it was asked."""

    def __init__(self):
        self.asked = 0

    def __str__(self):
        self.asked += 1
        return f"{self.asked}"


def page(text):
    return Template("{% load i18n kept %}" + text)


def test_a_piece_is_rendered_once_for_the_same_values():
    piece, word = page("{% kept theme said %}[{{ said }}{{ theme }}]{% endkept %}"), Counted()

    seen = [piece.render(Context({"theme": one, "said": word})) for one in ("a", "b", "a")]

    assert seen == ["[1a]", "[2b]", "[1a]"]


def test_a_piece_sees_nothing_that_it_does_not_name():
    piece = page("{% kept a=x.y %}{{ a }}{{ x.y }}{{ request }}{{ secret }}{% endkept %}")

    assert piece.render(Context({"x": {"y": 1}, "secret": "s", "request": "r"})) == "1"


def test_each_language_has_its_own():
    piece = page('{% kept %}{% translate "Customers" %}{% endkept %}')

    said = []
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            said.append(piece.render(Context()))

    assert said == ["Customers", "客户", "Customers"]


def test_what_comes_late_is_never_kept_and_always_escaped():
    piece = page(
        "{% kept late token here=r.path %}<{{ token }}|{{ here }}|{{ token }}>{% endkept %}"
    )

    for token, path, shown in [("one", "/?a=1&b=2", "/?a=1&amp;b=2"), ("two", '/"', "/&quot;")]:
        drawn = piece.render(Context({"token": token, "r": {"path": path}}))
        assert drawn == f"<{token}|{shown}|{token}>"


def test_a_form_has_the_token_of_its_own_request():
    piece = page("{% kept late csrf_token %}{% csrf_token %}{% endkept %}")
    drawn = [piece.render(Context({"csrf_token": one})) for one in ("AAA", "BBB")]

    assert drawn == [page("{% csrf_token %}").render(Context({"csrf_token": one}))
                     for one in ("AAA", "BBB")]  # fmt: skip


def test_without_what_comes_late_the_piece_is_rendered_as_it_is():
    piece = page("{% kept late here %}{% if here %}there{% endif %}{% endkept %}")

    assert piece.render(Context()) == ""


def test_text_and_markup_that_look_the_same_are_not_the_same():
    piece = page("{% kept word %}{{ word }}{% endkept %}")
    drawn = [piece.render(Context({"word": one})) for one in ("<b>", SafeString("<b>"), "<b>")]

    assert drawn == ["&lt;b&gt;", "<b>", "&lt;b&gt;"]


def test_what_cannot_be_a_key_is_refused_loudly():
    with pytest.raises(TypeError):
        page("{% kept rows %}{{ rows }}{% endkept %}").render(Context({"rows": [1]}))


def test_it_keeps_no_more_than_it_may(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    piece = page("{% kept n %}{{ n }}{% endkept %}")

    assert [piece.render(Context({"n": one})) for one in range(8)] == list("01234567")
    assert len(piece.nodelist[-1]._kept) <= 3


@override_settings(DEBUG=True)
def test_while_developing_nothing_is_kept():
    piece, word = page("{% kept said %}{{ said }}{% endkept %}"), Counted()

    assert [piece.render(Context({"said": word})) for _each in range(2)] == ["1", "2"]


def test_a_block_inside_would_not_see_the_page():
    with pytest.raises(TemplateSyntaxError):
        page("{% kept %}{% block x %}{% endblock %}{% endkept %}")
