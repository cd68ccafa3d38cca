"""Input of the import pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.imports.cells import Field
from core.imports.limits import PAGE
from core.imports.plan import Importer
from core.imports.words import meanings
from core.models import ImportMapping
from core.text import plain_line


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV, XLSX or JSON, at most 5 MB and 5,000 rows.")
    )

    def clean_file(self):
        """Refuse a large file before it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > PAGE.size:
            raise forms.ValidationError(
                _("The file is larger than 5 MB. Split it, or use the command import_data.")
            )
        return upload


class ColumnsForm(forms.Form):
    """Which column holds which field."""

    duplicates = forms.ChoiceField(
        label=_("Rows that exist already"),
        required=False,
        choices=[("skip", _("leave them as they are")), ("update", _("update them"))],
    )
    save_as = forms.CharField(label=_("Keep this mapping as"), required=False, max_length=80,
                              validators=[plain_line])  # fmt: skip

    def __init__(self, *args, importer: Importer, columns: list[str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("– not in the file –")), *((name, name) for name in columns)]
        self.importer = importer
        for wanted in importer.fields:
            self.fields[f"f_{wanted.name}"] = forms.ChoiceField(
                label=wanted.label, choices=choices, required=wanted.required
            )

    @property
    def columns(self) -> dict[str, str]:
        """{field: column} of what was chosen."""
        return {
            wanted.name: self.cleaned_data[f"f_{wanted.name}"]
            for wanted in self.importer.fields
            if self.cleaned_data.get(f"f_{wanted.name}")
        }

    def column_fields(self) -> list:
        """The fields that choose a column."""
        return [self[f"f_{wanted.name}"] for wanted in self.importer.fields]


class WordsForm(forms.Form):
    """What the words of the file mean, in columns that hold choices."""

    def __init__(
        self, *args, fields: Iterable[Field], unknown: Mapping, values: Mapping, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.words: dict[str, tuple[str, str]] = {}
        for wanted in fields:
            known = values.get(wanted.name, {})
            for place, (word, count) in enumerate(unknown.get(wanted.name, {}).items()):
                name = f"w_{wanted.name}_{place}"
                self.words[name] = (wanted.name, word)
                self.fields[name] = forms.ChoiceField(
                    label=f"{wanted.label} “{word}” × {count}",
                    choices=[*self._ways_out(wanted), *meanings(wanted)],
                    initial=known.get(word, known.get("*", "")) or ("-" if word in known else ""),
                    required=False,
                )

    @staticmethod
    def _ways_out(wanted: Field) -> list[tuple[str, Any]]:
        refuse = ("", _("– name these rows as errors –"))
        return [refuse] if wanted.required else [refuse, ("-", _("– leave it empty –"))]

    @property
    def values(self) -> dict[str, dict[str, str]]:
        """{field: {word of the file: word that we know}} of what was answered."""
        made: dict[str, dict[str, str]] = {}
        for name, (field, word) in self.words.items():
            answer = self.cleaned_data.get(name)
            if answer:
                made.setdefault(field, {})[word] = "" if answer == "-" else answer
        return made


def initial_of(mapping: dict) -> dict[str, str]:
    """Initial values of ColumnsForm for a stored mapping."""
    made = {f"f_{name}": column for name, column in mapping.get("columns", {}).items()}
    made["duplicates"] = mapping.get("options", {}).get("duplicates", "skip")
    return made


def saved_for(user, kind: str):
    """The saved mappings of a person."""
    return ImportMapping.objects.filter(owner=user, kind=kind).order_by("name")
