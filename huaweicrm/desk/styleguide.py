"""Every component of the pages on one page, for eyes, axe and screenshots."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.days import DayField
from core.toasts import toast
from core.web import staff_page
from relationships.plane import Token


class SampleForm(forms.Form):
    """One field of every kind, with a help text and an error."""

    name = forms.CharField(label=_("Project name"), help_text=_("The customer reads this name"))
    day = DayField(label=_("Impact day"))
    level = forms.ChoiceField(
        label=_("Service level"), choices=[("gold", _("Gold")), ("silver", _("Silver"))]
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("visit", _("Visit")), ("phone", _("Phone")), ("chat", _("Chat"))],
        widget=forms.RadioSelect,
        required=False,
    )
    said = forms.CharField(
        label=_("Evidence"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    visible = forms.BooleanField(label=_("Shown to the customer"), required=False)


@dataclass(frozen=True)
class Page:
    """A cursor page as the pager wants it."""

    previous: str = "abc"
    next: str = "def"
    shown: int = 25
    count: int = 38
    size: int = 25


@dataclass(frozen=True)
class Job:
    """A running job as the job part wants it."""

    label: str
    done: int = 1280
    total: int = 2000
    percent: int = 64
    state: str = "running"
    left_words: str = ""


def sample_people() -> list[Token]:
    """A few invented people, so that shapes, crowds, trails and targets can be seen."""
    rows = [
        ("林若川", "decider", 5, (1, 1), (1, -1), (2, 2), _("against → for")),
        ("孟昭", "decider", 5, (-2, 2), (-2, 1), (0, 2), _("backs us more")),
        ("周慕白", "approver", 4, (1, 2), None, (2, 3), ""),
        ("裴世安", "approver", 4, (0, 1), None, None, ""),
        ("莫青", "evaluator", 3, (0, 1), None, None, ""),
        ("叶知秋", "evaluator", 3, (0, 1), None, None, ""),
        ("陶然", "supporter", 1, (0, 1), None, None, ""),
        ("唐蕴之", "evaluator", 3, (2, 3), (2, 2), None, _("backs us more")),
        ("方启文", "gatekeeper", 3, (-1, -2), (0, -1), (0, 0), _("opposes more")),
        ("谷鹤年", "influencer", 2, (-2, -1), None, (-1, 1), ""),
        ("宁远", "user", 1, (0, 0), None, None, ""),
        ("石峻", "user", 1, (0, 0), None, None, ""),
    ]
    return [
        Token(
            contact=index,
            name=name,
            title="",
            role=role,
            role_label=role,
            weight=weight,
            cell=cell,
            previous=previous,
            target=target,
            move=move,
            better=previous is None or cell[::-1] > previous[::-1],
            stale=97 if name == "宁远" else 0,
            selected=name == "方启文",
            url="#k-plane",
            move_url="/styleguide/form/",
        )
        for index, (name, role, weight, cell, previous, target, move) in enumerate(rows)
    ]


@staff_page
def styleguide(request: HttpRequest) -> HttpResponse:
    """The component sheet (staff)."""
    now = clock.now()
    form = SampleForm({"name": "5G", "day": "2026-11-31", "level": "gold"})
    form.is_valid()
    hours = [(66, "ok"), (43, "watch"), (19, "risk"), (2.3, "breach")]
    context = {
        "now": now,
        "form": form,
        "people": sample_people(),
        "page": Page(),
        "job": Job(_("Importing contacts"), left_words=_("about {n} s").format(n=40)),
        "clocks": [(h, tone, now + timedelta(hours=h)) for h, tone in hours],
        "moments": [now + timedelta(hours=h) for h in (-20, 0.5, 20, 70, 400)],
        "values": [74, 78, 77, 82, 81, 84, 86],
        "weeks": [5, 6, 4, 5, 7, 5, 3, 5, 6, 5, 5, 3],
        "tones": ["ok", "watch", "risk", "breach", "paused", "info", "none"],
        "team": {"ar": _("Shen Zhiyuan"), "sr": _("Gu Mingche"), "fr": None},
        "roles": [
            "approver",
            "decider",
            "evaluator",
            "influencer",
            "supporter",
            "user",
            "gatekeeper",
        ],
        "conflict": [
            {"label": _("Alternative"), "theirs": "A", "yours": "B"},
            {"label": _("Impact day"), "theirs": "11-22", "yours": "11-22"},
        ],
        "tabs": [
            {"url": "#k-btn", "label": _("Overview"), "current": True, "count": None},
            {
                "url": "#k-fd",
                "label": _("Expectations"),
                "current": False,
                "count": 17,
                "tone": "watch",
            },
        ],
    }
    return render(request, "huaweicrm/styleguide.html", context)


@staff_page
def sample_form(request: HttpRequest) -> HttpResponse:
    """A form that opens as a page and as a dialog; it keeps nothing."""
    form = SampleForm(request.POST or None)
    if form.is_valid():
        toast(request, _("The move is kept"), undo_url=request.path)
        return redirect("styleguide")
    context = {
        "title": _("Move a person"),
        "intro": _("Evidence must stand if he reads it: write what was said and done."),
        "form": form,
        "submit": _("Save the move"),
        "cancel_url": "/styleguide/",
    }
    return render(request, "parts/form_page.html", context, status=422 if form.errors else 200)


@staff_page
def sample_confirmation(request: HttpRequest) -> HttpResponse:
    """A confirmation that lists who receives what."""
    context = {
        "title": _("Withdraw report 22?"),
        "text": _("The customer sees “withdrawn”."),
        "receivers": ["林若川", "程以宁"],
        "submit": _("Withdraw the report"),
        "danger": True,
        "cancel_url": "/styleguide/",
    }
    return render(request, "parts/confirm_page.html", context)
