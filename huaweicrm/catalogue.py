"""Translations without the gettext binary: extract, compare, merge `locale/<locale>/*.po`.

Every room keeps its own `.po`; they are merged into one `django.mo`, which git does not keep.
English needs no catalogue: the msgids are English.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

ROOMS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm", "templates")
LOCALE = "zh_Hans"
CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)", re.DOTALL)
_PLACE = re.compile(r"%\((\w+)\)|\{(\w*)\}")
_PERCENT = re.compile(r"%\(\w+\)[sd]")
Key = tuple[str, str]


@dataclass
class Message:
    """One text of the source: context, plural form and where it is said."""

    msgid: str
    context: str = ""
    plural: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What makes it one text: (context, msgid)."""
        return self.context, self.msgid


@dataclass
class Report:
    """What a comparison of source and catalogue found; each line is a sentence."""

    messages: dict[Key, Message]
    missing: list[Message] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    obsolete: list[tuple[Path, polib.POEntry]] = field(default_factory=list)


def folder(base: Path) -> Path:
    """Where the sources of the catalogue lie."""
    return base / "locale" / LOCALE


def compiled(base: Path) -> Path:
    """The merged catalogue that Django reads."""
    return folder(base) / "LC_MESSAGES" / "django.mo"


def extract(base: Path) -> dict[Key, Message]:
    """Every text marked for translation in the Python files and templates below `base`."""
    found: dict[Key, Message] = {}
    for path in sources(base):
        text = path.read_text(encoding="utf-8")
        read = _in_python if path.suffix == ".py" else _in_template
        for message, line in read(text):
            kept = found.setdefault(message.key, message)
            kept.plural = kept.plural or message.plural
            kept.places.append((path.relative_to(base).as_posix(), line))
    return found


def sources(base: Path) -> Iterator[Path]:
    """Python files and templates that may hold texts; no tests, no migrations."""
    for room in ROOMS:
        for path in sorted((base / room).rglob("*")):
            skipped = {"tests", "migrations", "testing", "__pycache__"} & set(path.parts)
            if path.suffix in {".py", ".html", ".txt", ".svg"} and not skipped:
                yield path


def _in_python(text: str) -> Iterator[tuple[Message, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            message = _called(name, [_constant(arg) for arg in node.args])
            if message:
                yield message, node.lineno


def _in_template(text: str) -> Iterator[tuple[Message, int]]:
    code = templatize(text)
    for match in _CALL.finditer(code):
        words = [ast.literal_eval(word) for word in re.findall(_LITERAL, match[2], re.DOTALL)]
        message = _called(match[1], words)
        if message:
            yield message, code.count("\n", 0, match.start()) + 1


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _called(name: str, words: list[str]) -> Message | None:
    if name not in CALLS:
        return None
    picked = [words[at] if at is not None and at < len(words) else "" for at in CALLS[name]]
    context, msgid, plural = picked
    return Message(msgid, context, plural) if msgid else None


def areas(base: Path) -> dict[Path, polib.POFile]:
    """The sources of the catalogue, one per area of the house."""
    return {path: polib.pofile(str(path)) for path in sorted(folder(base).glob("*.po"))}


def compare(base: Path) -> Report:
    """What is missing, empty, fuzzy, contradictory, obsolete, or loses a placeholder."""
    report = Report(extract(base))
    known: dict[Key, str] = {}
    for path, catalogue in areas(base).items():
        for entry in catalogue:
            if entry.obsolete:
                report.problems.append(f"{path.name}: commented-out entry {entry.msgid!r}")
            else:
                _compare_entry(path, entry, known, report)
    report.missing = [found for key, found in report.messages.items() if key not in known]
    return report


def _compare_entry(path: Path, entry: polib.POEntry, known: dict[Key, str], into: Report) -> None:
    key, said = (entry.msgctxt or "", entry.msgid), text_of(entry)
    message = into.messages.get(key)
    where = f"{path.name}:{entry.linenum}: {entry.msgid!r}"
    if message is None:
        into.obsolete.append((path, entry))
        return
    if not said:
        into.problems.append(f"{where} is empty")
    if entry.fuzzy:
        into.problems.append(f"{where} is fuzzy")
    if known.get(key, said) != said:
        into.problems.append(f"{where} is {said!r} here and {known[key]!r} elsewhere")
    if message.plural and not entry.msgid_plural:
        into.problems.append(f"{where} needs msgid_plural {message.plural!r}")
    lost = places_in(said) - places_in(entry.msgid) - places_in(entry.msgid_plural or "")
    if said and lost:
        into.problems.append(f"{where} names unknown values {sorted(lost)}")
    if said and not takes_values(entry.msgid, said):
        into.problems.append(f"{where} does not take its values: write % twice")
    known[key] = said


def takes_values(text: str, said: str) -> bool:
    """Whether a translation can be filled in where its text is filled in with %."""
    if not _PERCENT.search(text):
        return True
    try:
        said % dict.fromkeys(places_in(text), 1)
    except (TypeError, ValueError, KeyError):
        return False
    return True


def text_of(entry: polib.POEntry) -> str:
    """The translation; of a plural entry its only Chinese form."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def places_in(text: str) -> set[str]:
    """Names of the values a text takes: %(name)s and {name}."""
    return {first or second for first, second in _PLACE.findall(text)}


def add(base: Path, area: str, report: Report) -> int:
    """Append what is missing in the area's files to `<area>.po`, with empty translations.

    The area `expectations_delivery` looks at files of `expectations`; `all` looks everywhere.
    """
    room = area.split("_", 1)[0]
    wanted = [
        message
        for message in report.missing
        if area == "all" or any(room_of(place) == room for place, _line in message.places)
    ]
    path = folder(base) / f"{area}.po"
    catalogue = polib.pofile(str(path)) if path.exists() else blank()
    for message in wanted:
        catalogue.append(
            polib.POEntry(
                msgid=message.msgid,
                msgctxt=message.context or None,
                msgid_plural=message.plural,
                msgstr="",
                msgstr_plural={0: ""} if message.plural else {},
                occurrences=[(place, "") for place, _line in message.places[:1]],
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return len(wanted)


def room_of(place: str) -> str:
    """The app a file belongs to; templates that all share belong to core."""
    first, second = place.split("/")[:2]
    if first != "templates":
        return first
    return second if second in ROOMS else "core"


def prune(report: Report) -> int:
    """Delete entries whose text is said nowhere any more."""
    files = {path: polib.pofile(str(path)) for path, _entry in report.obsolete}
    for path, gone in report.obsolete:
        kept = files[path]
        for entry in [e for e in kept if (e.msgctxt, e.msgid) == (gone.msgctxt, gone.msgid)]:
            kept.remove(entry)
    for path, kept in files.items():
        kept.save(str(path))
    return len(report.obsolete)


def blank() -> polib.POFile:
    """An empty catalogue with the header that Chinese needs."""
    made = polib.POFile(wrapwidth=99)
    made.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": LOCALE,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return made


def build(base: Path) -> bool:
    """Merge all areas into django.mo when a source is newer. True when it was written."""
    paths = sorted(folder(base).glob("*.po"))
    target = compiled(base)
    newest = max(
        (path.stat().st_mtime_ns for path in [*paths, folder(base)] if path.exists()), default=0
    )
    if target.exists() and target.stat().st_mtime_ns >= newest:
        return False
    merged, seen = blank(), set()
    for catalogue in areas(base).values():
        for entry in catalogue:
            key = entry.msgctxt, entry.msgid
            if key not in seen and not entry.obsolete and not entry.fuzzy and text_of(entry):
                seen.add(key)
                merged.append(entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = target.with_name(f".{os.getpid()}.mo")
    merged.save_as_mofile(str(whole))
    whole.replace(target)
    # One that was looked for before it existed is read again: the first start is Chinese too.
    translation_file_changed(sender=None, file_path=target)
    return True
