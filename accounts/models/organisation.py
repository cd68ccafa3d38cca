"""Our own organisation: units in a tree, who works where, who holds which role."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Function, OrgLevel, OrgStatus, Role
from core.kept import NOBODY, KeptQuery
from core.models import ApiToken, Calendar, Notification, Record, Referenced, User, in_choices
from core.text import plain_line


class OrgUnitQuerySet(models.QuerySet):
    """Questions about units."""

    def within(self, unit: OrgUnit) -> OrgUnitQuerySet:
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)

    def visible_to(self, user: Any) -> OrgUnitQuerySet:
        """Our organisation is open to all staff, closed to portal users."""
        return self if is_staff_member(user) else self.none()

    def open(self) -> OrgUnitQuerySet:
        """Not closed."""
        return self.filter(status=OrgStatus.ACTIVE)


class UserProfileQuerySet(models.QuerySet):
    """Questions about who works where."""

    def visible_to(self, user: Any) -> UserProfileQuerySet:
        """Colleagues are open to all staff, closed to portal users."""
        return self if is_staff_member(user) else self.none()

    def here(self) -> UserProfileQuerySet:
        """Who has not left."""
        return self.filter(left_on=None)


def is_staff_member(user: Any) -> bool:
    """Signed in, active, and not a portal user."""
    return user.is_authenticated and user.is_active and not user.is_portal


class OrgUnit(Record, Referenced):
    """A unit of ours. `path` lists the ids from the root (`/1/4/9/`) and is kept by actions."""

    name = models.CharField(_("name"), max_length=80, validators=[plain_line])
    level = models.CharField(_("level"), max_length=16, choices=OrgLevel)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    path = models.CharField(max_length=200, db_index=True, editable=False, default="")
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("head"),
    )
    acting_head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acting head"),
    )
    acting_until = models.DateTimeField(_("acting until"), null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, verbose_name=_("calendar")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=OrgStatus, default=OrgStatus.ACTIVE
    )

    objects = OrgUnitQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation units")
        ordering = ["path"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("level", OrgLevel),
            in_choices("status", OrgStatus),
            models.CheckConstraint(
                condition=Q(acting_head=None) | Q(acting_until__isnull=False),
                name="accounts_orgunit_acting_until",
                violation_error_message=_("An acting head needs an end date."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserProfile(Record):
    """Where a person works."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile", verbose_name=_("user")
    )
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="people", verbose_name=_("unit"))
    function = models.CharField(_("function"), max_length=16, choices=Function)
    title = models.CharField(
        _("title"), max_length=80, blank=True, default="", validators=[plain_line]
    )
    grade = models.CharField(
        _("grade"), max_length=10, blank=True, default="", validators=[plain_line]
    )
    is_vp_or_above = models.BooleanField(_("vice president or above"), default=False)
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )

    objects = UserProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("user profile")
        verbose_name_plural = _("user profiles")
        constraints = [in_choices("function", Function)]

    def __str__(self) -> str:
        return str(self.user)


class UserRole(models.Model):
    """One role of one person."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_rows", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=4, choices=Role)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            in_choices("role", Role),
            models.UniqueConstraint(fields=["user", "role"], name="accounts_userrole_unique"),
        ]
        indexes = [models.Index(fields=["role", "user"], name="accounts_userrole_role")]

    def __str__(self) -> str:
        return str(self.get_role_display())


def roles_of(user: Any) -> frozenset[str]:
    """The roles of a person, read once per user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return _standing(user)[0]


def seat_of(user: Any) -> str:
    """The path of the unit below which a person sees customers, read once per user object.

    Empty for who has left or never worked here, and for third-party reviewers.
    """
    roles, path = _standing(user)
    return "" if roles == {Role.TPR} else path


def unit_of(user: Any) -> int | None:
    """The id of the unit in which a person works, of the same reading; None for who has left."""
    path = _standing(user)[1]
    return int(path.strip("/").rsplit("/", 1)[-1]) if path else None


def token_of(digest: str) -> ApiToken | None:
    """A token by its digest, with a person who knows roles and unit: one query."""
    found = _TOKEN.rows({"digest": digest})
    if found:
        found[0].user._standing = _seat(found)
    return found[0] if found else None


def person_of(pk: int) -> User | None:
    """A person who knows roles, unit and the number of unread notices (the shell of every page
    says it): one query."""
    found = _PERSON.rows({"user": pk})
    if found:
        found[0]._standing = _seat(found)
    return found[0] if found else None


def _person(pk: int) -> models.QuerySet:
    rows = User.objects.filter(pk=pk).order_by()
    return _seated(rows.annotate(unread=Notification.objects.counted_for(OuterRef("pk"))), "")


def _seated(rows: models.QuerySet, at: str) -> models.QuerySet:
    """A row for each role of the person, with the unit."""
    return rows.annotate(
        seat_role=F(f"{at}role_rows__role"),
        seat_path=F(f"{at}profile__unit__path"),
        seat_left=F(f"{at}profile__left_on"),
    )


def _seat(found: list[Any]) -> tuple[frozenset[str], str]:
    row = found[0]
    roles = frozenset(each.seat_role for each in found if each.seat_role)
    return roles, row.seat_path if row.seat_path and row.seat_left is None else ""


NO_DIGEST = "no digest is like this"


def _token() -> models.QuerySet:
    rows = ApiToken.objects.select_related("user").filter(digest=NO_DIGEST)
    return _seated(rows.order_by(), "user__")


_TOKEN = KeptQuery(_token, {"digest": NO_DIGEST})
_PERSON = KeptQuery(lambda: _person(NOBODY), {"user": NOBODY})


def _standing(user: Any) -> tuple[frozenset[str], str]:
    """Roles and unit of a person, kept on the user object.

    The unread notices of the shell ride along (core.context asks `unread` of the user first):
    every page needs both, so they are one query.
    """
    known = getattr(user, "_standing", None)  # request.user hands it on to the person behind it
    if known is None:
        rows = list(
            User.objects.filter(pk=user.pk)
            .annotate(unread=Notification.objects.counted_for(OuterRef("pk")))
            .values_list("role_rows__role", "profile__unit__path", "profile__left_on", "unread")
        )
        user.unread = rows[0][3] if rows else 0
        roles = frozenset(row[0] for row in rows if row[0])
        path = next((row[1] for row in rows if row[1] and row[2] is None), "")
        known = user._standing = (roles, path)
    return known
