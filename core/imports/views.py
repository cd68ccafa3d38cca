"""The import in the browser: upload, map columns, preview every row, commit, undo."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.errors import Refused
from core.imports import drafts
from core.imports.forms import ColumnsForm, UploadForm, WordsForm, initial_of, saved_for
from core.imports.mapping import from_dict
from core.imports.plan import REFUSE, SKIP, Importer
from core.imports.reading import Table
from core.imports.ready import ready_for
from core.imports.run import importer_for, undo_import
from core.imports.words import unanswered, unknown_words
from core.models import ImportBatch, ImportMapping
from core.toasts import toast
from core.web import actor_of, ask, found

SHOWN_ROWS = 200


@login_required
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file; a good one leads to its columns."""
    importer = importer_for(kind)
    ask(importer.may(request.user), _("Your role does not import this."))
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = drafts.start(
                kind, file.name, file.read(), by=actor_of(request), now=clock.now()
            )
            return redirect("import_columns", draft.pk)
        except Refused as error:
            form.add_error("file", str(error.sentence))
    recent = (
        ImportBatch.objects.filter(kind=kind, created_by=request.user)
        .exclude(state__in=["draft", "committing"])
        .order_by("-id")[:10]
    )
    context = {"form": form, "importer": importer, "recent": recent}
    return render(request, "core/imports/upload.html", context, status=_status(form))


@login_required
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column is which; guessed first, edited here, kept for the next time."""
    draft, importer = _draft(request, pk)
    table = drafts.table_of(draft)
    ready = ready_for(draft.kind, table.columns, importer.fields)
    if request.POST.get("ready") in ready:
        drafts.use(draft, ready[request.POST["ready"]])
        return redirect("import_preview", draft.pk)
    chosen = _saved(request, draft)
    form = ColumnsForm(
        request.POST or None,
        importer=importer,
        columns=list(table.columns),
        initial=initial_of({"columns": chosen.columns} if chosen else draft.mapping),
    )
    if request.method == "POST" and form.is_valid():
        return redirect(_next_step(draft, importer, table, form, chosen), draft.pk)
    context = {
        "form": form,
        "importer": importer,
        "draft": draft,
        "table": table,
        "sample": table.rows[:3],
        "saved": saved_for(request.user, draft.kind),
        "ready": list(ready),
    }
    return render(request, "core/imports/columns.html", context, status=_status(form))


def _next_step(
    draft: ImportBatch, importer: Importer, table: Table, form: ColumnsForm, chosen: Any
) -> str:
    """Keep the columns; on to the words while one of them has no meaning, else to the preview."""
    options = {"duplicates": form.cleaned_data["duplicates"] or "skip"}
    if form.cleaned_data["save_as"]:
        options["saved_as"] = form.cleaned_data["save_as"]
    mapping = drafts.set_columns(draft, form.columns, options, chosen.values if chosen else None)
    _keep(draft)
    unknown = unknown_words(table, mapping, importer.fields)
    return "import_words" if unanswered(unknown, mapping) else "import_preview"


def _keep(draft: ImportBatch) -> None:
    """Store columns and words under the name that was asked for."""
    name = draft.mapping["options"].get("saved_as")
    if name:
        kept = {key: draft.mapping[key] for key in ("columns", "values")}
        ImportMapping.objects.update_or_create(
            kind=draft.kind, name=name, owner=draft.created_by, defaults=kept
        )


@login_required
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the words of the file mean, in columns that hold choices."""
    draft, importer = _draft(request, pk)
    mapping = from_dict(draft.mapping)
    unknown = unknown_words(drafts.table_of(draft), mapping, importer.fields)
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        fields=importer.fields,
        unknown=unknown,
        values=mapping.values,
    )
    if request.method == "POST" and form.is_valid():
        drafts.set_words(draft, form.values)
        _keep(draft)
        return redirect("import_preview", draft.pk)
    context = {"form": form, "importer": importer, "draft": draft}
    return render(request, "core/imports/words.html", context, status=_status(form))


@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row that needs a look, and what would happen."""
    draft, importer = _draft(request, pk)
    try:
        plan = drafts.preview(draft, by=actor_of(request), now=clock.now())
    except Refused as error:
        return render(
            request,
            "core/imports/refused.html",
            {"draft": draft, "importer": importer, "refusal": error},
            status=error.status,
        )
    rows = sorted(
        plan.rows,
        key=lambda row: (row.outcome != REFUSE, row.outcome != SKIP, not row.repairs, row.number),
    )
    context = {
        "draft": draft,
        "importer": importer,
        "plan": plan,
        "counts": plan.counts,
        "rows": rows[:SHOWN_ROWS],
        "more": max(0, len(rows) - SHOWN_ROWS),
        "will": plan.counts["created"] + plan.counts["updated"],
    }
    return render(request, "core/imports/preview.html", context)


@require_POST
@login_required
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write all of it, or nothing."""
    draft, _importer = _draft(request, pk)
    batch = drafts.finish(
        draft,
        by=actor_of(request),
        now=clock.now(),
        leave_out=request.POST.get("leave_out") == "on",
    )
    counts = batch.counts
    done = counts["created"] + counts["updated"]
    toast(
        request,
        ngettext("%(count)d row imported", "%(count)d rows imported", done) % {"count": done},
    )
    return redirect("import_result", batch.pk)


@login_required
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import did, row by row where it matters, with its undo."""
    batch = found(ImportBatch.objects.exclude(state="draft"), pk=pk, created_by=request.user)
    return render(
        request, "core/imports/result.html", {"batch": batch, "importer": importer_for(batch.kind)}
    )


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    batch = found(ImportBatch.objects.all(), pk=pk, created_by=request.user)
    ask(importer_for(batch.kind).may(request.user))
    counts = undo_import(batch, by=actor_of(request), now=clock.now())
    toast(request, _("Import undone: %(undone)d taken back, %(kept)d kept") % counts)
    return redirect("import_result", batch.pk)


def _draft(request: HttpRequest, pk: int) -> tuple[ImportBatch, Importer]:
    draft = found(ImportBatch.objects.filter(state="draft"), pk=pk, created_by=request.user)
    importer = importer_for(draft.kind)
    ask(importer.may(request.user))
    return draft, importer


def _saved(request: HttpRequest, draft: ImportBatch) -> ImportMapping | None:
    wish = request.GET.get("saved", "")
    if not wish.isdecimal() or len(wish) > 18:
        return None
    return saved_for(request.user, draft.kind).filter(pk=wish).first()


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
