"""People of the grid drawn in Python say what a template says, byte for byte."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts.models import Contact
from relationships.choices import SeatRole
from relationships.models import GridAssessment, RelationshipPlan
from relationships.plane import Token
from relationships.queries import Person
from relationships.views.panels import FOLD, CellView, LineView

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.timezone.utc)
ROWS = """{% load i18n ui grid_ui %}{% for line in lines %}
<tr><th scope="row"><a class="nm" href="{{ line.token.url }}">{{ line.token.name }}</a></th>\
<td>{{ line.token.title }}</td>\
<td class="nowrap">{% seat_sign line.person.role %}{{ line.person.role.label }}</td>\
<td class="r num">{{ line.person.weight }}</td><td class="nowrap">{{ line.cell }}</td>\
<td>{{ line.attitude }}</td><td class="r num">{{ line.person.row.support|signed }}</td>\
<td class="r num">{{ line.person.row.intimacy|signed }}</td>\
<td>{% if line.token.move %}{% if line.token.better %}{% mark "ok" line.token.move "up" %}\
{% else %}{% mark "risk" line.token.move "dn" %}{% endif %}{% else %}\
<span class="meta">{% translate "unchanged" %}</span>{% endif %}</td>\
{% if line.target %}<td class="nowrap">\
<a class="lk" href="/relationship-plans/{{ line.person.plan.pk }}/">{{ line.target }}</a> \
<span class="meta num">{{ line.token.target_on }}</span></td>\
{% elif line.person.plan_late %}<td class="st-b" data-s="risk">{% translate "no plan" %}</td>\
{% else %}<td class="meta">{% translate "hold" context "grid" %}</td>{% endif %}\
<td class="num nowrap">\
{% if line.person.stale_days %}<span class="mark" data-s="watch">{% icon "s-watch" %}\
{% if line.person.row.checked_on %}{% when line.person.row.checked_on %}\
{% else %}{% when line.person.row.assessed_on %}{% endif %} \
{% translate "to re-check" context "grid" %}</span>\
{% else %}{% if line.person.row.checked_on %}{% when line.person.row.checked_on %}\
{% else %}{% when line.person.row.assessed_on %}{% endif %}{% endif %}</td><td class="r">\
{% if may_move %}{% if line.person.stale_days %}\
<form method="post" action="/grid-assessments/{{ line.person.row.pk }}/revalidate/">\
{% csrf_token %}<button class="btn quiet sm">{% translate "No change" %}\
<span class="vh"> {{ line.token.name }}</span></button></form>{% endif %}\
<a class="btn quiet sm" href="{{ line.token.move_url }}" data-dialog>{% translate "Move…" %}\
<span class="vh"> {{ line.token.name }}</span></a>{% endif %}</td></tr>
{% endfor %}"""
CELL = """{% load i18n ui grid_ui %}<td class="{{ cell.css }}" data-cell="{{ cell.point }}">\
<div class="ngc"><p class="cap"><span class="grow">{{ cell.name }}</span>\
{% if cell.tokens %}<b class="num">{{ cell.tokens|length }}</b>{% endif %}</p>
      {% if cell.tokens %}<ul{% if cell.is_crowded %} class="many"{% endif %}>\
{% for token in cell.shown %}<li>{% panel_token token %}</li>{% endfor %}</ul>\
{% if cell.folded %}<details class="fold"><summary class="meta">\
{% blocktranslate trimmed with n=cell.folded|length %}{{ n }} more{% endblocktranslate %}\
</summary><ul class="many">{% for token in cell.folded %}<li>{% panel_token token %}</li>\
{% endfor %}</ul></details>{% endif %}{% endif %}{% if cell.coming %}<ul class="gh">\
{% for token in cell.ghosts %}<li{% if token.selected %} class="on"{% endif %}>\
{% ghost_sign token.role %}<span>{{ token.name }}</span>\
<span class="d num">{{ token.target_on }}</span></li>{% endfor %}{% if cell.more_ghosts %}<li>\
{% blocktranslate trimmed with n=cell.more_ghosts %}{{ n }} more{% endblocktranslate %}</li>\
{% endif %}</ul>{% endif %}</div></td>"""


def token(place=0, **said):
    role = list(SeatRole)[place % len(SeatRole)]
    known = {"contact": place, "name": f"林<{place}>", "title": 'CTO & "x"\'s', "role": role}
    known |= {"role_label": str(role.label), "weight": place % 5 + 1, "cell": (place % 7 - 3, -2)}
    return Token(**{**known, "url": "?a=1&person=3#person", "move_url": "/x/?<>", **said})


def line(one, **said):
    days = {"assessed_on": dt.date(2026, 11, 22), "checked_on": said.pop("checked_on", None)}
    row = GridAssessment(pk=4711, intimacy=one.cell[0], support=one.cell[1], **days)
    target = said.pop("target", "")
    person = Person(Contact(name=one.name), one.role, row=row, **said)
    object.__setattr__(one, "weight", person.weight)
    return LineView(person, one, "正2 · 亲", "<opponent>", target)


def lines():
    plan = RelationshipPlan(pk=1234)
    return [
        line(token(0)),
        line(token(1, move="a → <b>", better=True), checked_on=dt.date(2025, 3, 1)),
        line(token(2, move="worse", better=False), stale_days=30, plan_late=3),
        line(token(3, target_on="12-01"), plan=plan, target="正3 & 亲", stale_days=9),
        line(token(4, target_on="12-01"), plan=plan, stale_days=9, checked_on=NOW.date()),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("may_move", [True, False])
def test_the_table_says_what_a_template_says(language, may_move):
    said = {"may_move": may_move, "now": NOW, "csrf_token": "t<&"}

    with translation.override(language):
        said["lines"] = lines()
        plain = Template(ROWS).render(Context(said))
        drawn = Template("{% load grid_rows %}{% grid_rows lines %}").render(Context(said))

    assert drawn == plain
    assert drawn.count("<tr>") == len(said["lines"])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("standing", "coming"), [(0, 0), (1, 1), (4, 5), (5, 6), (FOLD, 0), (FOLD + 3, 12)]
)
def test_a_cell_says_what_a_template_says(language, standing, coming):
    people = [token(k, selected=k == 9, stale=k % 2 * 40, move="x" * (k % 3)) for k in range(12)]
    guests = [token(k, target_on="12-01", selected=k == 7) for k in range(coming)]

    with translation.override(language):
        cell = CellView("Doubter & <friend>", "-1,2", "s2", people[:standing], guests)
        plain = Template(CELL).render(Context({"cell": cell}))
        drawn = Template("{% load grid_rows %}{% panel_cell cell %}").render(
            Context({"cell": cell})
        )

    assert drawn == plain
