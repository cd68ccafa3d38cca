"""Lists as people want them: saved views, jobs with a progress bar, own fields, tags."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models.base import Record, in_choices
from core.models.queue import About


class Audience(models.TextChoices):
    """Who finds it above the list."""

    ME = "me", _("only me")
    UNIT = "unit", _("a unit, with what is below it")
    EVERYBODY = "everybody", _("everybody")


class SavedViewQuerySet(models.QuerySet):
    """Questions about saved views."""

    def visible_to(self, user, units: QuerySet | tuple = ()) -> SavedViewQuerySet:
        """One's own, those for everybody, those for a unit that one belongs to."""
        return self.filter(
            Q(owner=user)
            | Q(audience=Audience.EVERYBODY)
            | Q(audience=Audience.UNIT, unit_id__in=units),
            removed_at=None,
        )

    def with_default(self, user) -> SavedViewQuerySet:
        """`is_default`: whether this is what the list opens with for this person."""
        chosen = ViewDefault.objects.filter(user=user, view=OuterRef("pk"))
        return self.annotate(is_default=Exists(chosen))


class SavedView(Record):
    """A named way to look at a list: filters, order and columns, as the query of its address."""

    listing = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    query = models.TextField(_("query"), blank=True, default="", max_length=2000)
    audience = models.CharField(
        _("shared with"), max_length=10, choices=Audience, default=Audience.ME
    )
    unit_id = models.BigIntegerField(_("unit"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            in_choices("audience", Audience),
            models.CheckConstraint(
                condition=Q(audience="unit", unit_id__isnull=False)
                | (~Q(audience="unit") & Q(unit_id=None)),
                name="core_savedview_unit",
                violation_error_message=_("Name the unit that the view is shared with."),
            ),
            models.UniqueConstraint(
                fields=["listing", "owner", "name"],
                condition=Q(removed_at=None),
                name="core_savedview_name",
                violation_error_message=_("You have a view of this name already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["listing", "audience"],
                condition=Q(removed_at=None),
                name="core_savedview_list",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ViewDefault(models.Model):
    """What a list opens with for one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    listing = models.CharField(_("list"), max_length=40)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("first view of a list")
        constraints = [
            models.UniqueConstraint(fields=["user", "listing"], name="core_viewdefault_unique")
        ]

    def __str__(self) -> str:
        return f"{self.listing}: {self.view_id}"


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused, nothing was changed")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    UNDONE = "undone", _("undone")


class JobQuerySet(models.QuerySet):
    """Questions about jobs."""

    def waiting(self, now: dt.datetime) -> JobQuerySet:
        """Not begun, or begun by a worker that has not been heard of since its lease ended."""
        lost = Q(state=JobState.RUNNING, leased_until__lte=now)
        return self.filter(Q(state=JobState.WAITING) | lost)


class Job(models.Model):
    """Work of one person that takes longer than a page: an export, a change of many rows."""

    kind = models.CharField(_("kind"), max_length=20)
    listing = models.CharField(_("list"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    facts = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [in_choices("state", JobState)]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=["waiting", "running"]), name="core_job_open"
            ),
            models.Index(fields=["created_by", "-id"], name="core_job_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/jobs/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Waiting or running."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


class FieldKind(models.TextChoices):
    """What a value is."""

    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DATE = "date", _("date")
    CHOICE = "choice", _("choice")
    BOOLEAN = "boolean", _("yes or no")


class CustomFieldQuerySet(models.QuerySet):
    """Questions about own fields."""

    def live(self) -> CustomFieldQuerySet:
        """In use, in the order of the forms."""
        return self.filter(retired_at=None).order_by("position", "id")


class CustomField(Record):
    """A field that an administrator added to an entity; its values are rows, no migration."""

    entity = models.CharField(_("entity"), max_length=60)
    key = models.CharField(
        _("key"),
        max_length=40,
        help_text=_("Lower-case letters, digits and _; the name in the API. It never changes."),
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=FieldKind)
    options = models.JSONField(_("choices"), default=list, blank=True)
    help = models.CharField(_("help"), max_length=200, blank=True, default="")
    required = models.BooleanField(_("must be filled in"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("own field")
        verbose_name_plural = _("own fields")
        constraints = [
            in_choices("kind", FieldKind),
            models.UniqueConstraint(
                fields=["entity", "key"],
                name="core_customfield_key",
                violation_error_message=_("A field with this key exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustomValue(models.Model):
    """The value of an own field on one row; `text` is canonical, typed columns serve filters."""

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="values")
    about_id = models.BigIntegerField()
    text = models.CharField(max_length=500)
    number = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    date = models.DateField(null=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("value of an own field")
        constraints = [
            models.UniqueConstraint(fields=["field", "about_id"], name="core_customvalue_unique")
        ]
        indexes = [
            models.Index(fields=["field", "text"], name="core_customvalue_text"),
            models.Index(fields=["field", "number"], name="core_customvalue_number"),
            models.Index(fields=["field", "date"], name="core_customvalue_date"),
            models.Index(fields=["about_id"], name="core_customvalue_about"),
        ]

    def __str__(self) -> str:
        return self.text


class TagTone(models.TextChoices):
    """How its chip looks."""

    NONE = "none", _("plain")
    INFO = "info", _("blue")
    OK = "ok", _("green")
    WATCH = "watch", _("yellow")
    RISK = "risk", _("orange")


class TagQuerySet(models.QuerySet):
    """Questions about tags."""

    def live(self) -> TagQuerySet:
        """In use, by name."""
        return self.filter(retired_at=None).order_by("name")


class Tag(models.Model):
    """A word that people put on customers, contacts, projects and tickets."""

    name = models.CharField(
        _("name"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("This tag exists already.")},
    )
    tone = models.CharField(_("tone"), max_length=10, choices=TagTone, default=TagTone.NONE)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            in_choices("tone", TagTone),
        ]

    def __str__(self) -> str:
        return self.name


class Tagging(About):
    """A tag on a row."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("tag on a row")
        constraints = [
            models.UniqueConstraint(
                fields=["about_label", "about_id", "tag"], name="core_tagging_unique"
            )
        ]
        indexes = [models.Index(fields=["tag", "about_label", "about_id"], name="core_tagging_tag")]

    def __str__(self) -> str:
        return f"{self.tag_id} {self.about_label}:{self.about_id}"
