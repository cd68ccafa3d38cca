"""Texts about a person, on pages and in REST: private matters are asked about once (R-P2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.sensitive import topics
from core.errors import Invalid


class Careful(forms.Form):
    """A form with a text about a person: private matters are asked about once (R-P2)."""

    text_fields: tuple[str, ...] = ("evidence",)
    checked = forms.BooleanField(
        label=_("I read it again: it says what was said or done at work"), required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        said = [str(self.data.get(self.add_prefix(name), "")) for name in self.text_fields]
        self.touched = topics(" ".join(said)) if self.is_bound else []
        if not self.touched:
            del self.fields["checked"]

    def clean(self) -> dict[str, Any] | None:
        """Nothing is refused: whoever has read it again may keep it."""
        cleaned = super().clean()
        if self.touched and not self.cleaned_data.get("checked"):
            self.add_error("checked", warning(self.touched))
        return cleaned


def warning(touched: Iterable[Any]) -> str:
    """What is said once about these topics."""
    names = pgettext("between names", ", ").join(map(str, touched))
    said = _("This touches %(topics)s. Leave it out, or tick to keep it.")
    return str(said) % {"topics": names}


def ask_once(texts: Iterable[Any], *, checked: bool) -> None:
    """Invalid (R-P2) for texts that touch private matters, unless their author looked again."""
    touched = topics(" ".join(str(text or "") for text in texts))
    if touched and not checked:
        sentence = warning(touched)
        raise Invalid(sentence, rule="R-P2", fields={"checked": [sentence]})
