"""The customer tree and its departments; the one place that knows who sees a customer."""

from __future__ import annotations

import copy
import datetime as dt
import time
import zoneinfo
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import (
    AssignmentStatus,
    CustomerKind,
    CustomerLevel,
    CustomerStatus,
    Role,
    Stance,
    Tier,
    UnitKind,
)
from accounts.models.organisation import OrgUnit, roles_of, seat_of
from accounts.sights import Sight, sight_among
from core.kept import NOBODY, KeptRows, kept_rows
from core.models import Calendar, Record, Referenced, User, in_choices
from core.text import plain_line, plain_text


class CustomerQuerySet(models.QuerySet):
    """Questions about customers."""

    def visible_to(self, user: Any) -> CustomerQuerySet:
        """Customers a person may see (domain.md 0.2): own team, or owned in the own subtree.

        Third-party reviewers see only what they are appointed to; portal users nothing here.
        """
        if not user.is_authenticated or not user.is_active or user.is_portal:
            return self.none()
        if user.is_superuser:
            return self
        if sight_of(user) == Sight.FEW:
            return self.filter(pk__in=seen_by(user))
        return self.filter(_seen(user))

    def confidential_to(self, user: Any) -> CustomerQuerySet:
        """Customers whose confidential class a person may read: account team, RH, EXE above it."""
        if not user.is_authenticated or not user.is_active or user.is_portal:
            return self.none()
        if user.is_superuser:
            return self
        if sight_of(user) == Sight.FEW:
            return self.filter(pk__in=confided_to(user))
        return self.filter(_confided(user))

    def current(self) -> CustomerQuerySet:
        """Neither archived nor merged away."""
        return self.filter(is_archived=False)


def _seen(user: Any) -> Q:
    return Q(owning_unit__in=units_below(user)) | Q(pk__in=served_by(user))


def _confided(user: Any) -> Q:
    mine = Q(pk__in=served_by(user, team_only=True))
    return mine | Q(owning_unit__in=units_below(user)) if _leads(user) else mine


def _leads(user: Any) -> bool:
    return bool(roles_of(user) & {Role.RH, Role.EXE})


def seen_by(user: Any, *, each: bool = False) -> Any:
    """The customers of `visible_to`, for the right side of `customer__in`: written once.

    With `each` many are asked for one by one: for a statement that reads the first of many rows
    two tables away.
    """
    return _kept(user, "seen", each)


def confided_to(user: Any, *, each: bool = False) -> Any:
    """The customers of `confidential_to`, for the right side of `customer__in`: written once."""
    return _kept(user, "confided", each)


def units_below(user: Any, how: str = "in") -> Any:
    """`units_seen_by`, for the right side of `…__in`: written once."""
    path = seat_of(user)
    if not path:
        return units_seen_by(user)
    return kept_rows("units", {"path": path}, PROBES, _units_below_probe, how)


def _units_below_probe() -> models.QuerySet:
    return OrgUnit.objects.filter(path__startswith=PROBES["path"]).order_by().values("pk")


def served_by(user: Any, *, team_only: bool = False) -> Any:
    """`assigned_to`, for the right side of `…__in`: written once."""
    form, values = ("served", team_only), {"user": user.pk}
    return kept_rows(form, values, PROBES, lambda: assigned_to(PROBE, team_only=team_only))


PROBE = User(pk=NOBODY, username="probe")
PROBES = {"user": PROBE.pk, "path": "/-7300211584/"}


def _kept(user: Any, kind: str, each: bool) -> Any:
    """Written once for each kind of person and each way to ask."""
    if user.is_superuser or not (user.is_authenticated and user.is_active) or user.is_portal:
        return Customer.objects.visible_to(user)
    sight = sight_of(user)
    if sight == Sight.FEW or not on_postgres():
        return _written(user, kind, "few" if on_postgres() else "in")
    found = _written(user, kind, "each" if each else "in")
    counted, first = ("array", "hashed") if sight == Sight.SOME else ("in", "one")
    found.counted, found.first = (partial(_written, user, kind, how) for how in (counted, first))
    return found


def _written(user: Any, kind: str, how: str) -> KeptRows:
    path, leads = seat_of(user), _leads(user)
    few = how in ("few", "array", "hashed")
    form, values = (kind, bool(path), leads, few), {"user": user.pk, "path": path}
    return kept_rows(form, values, PROBES, lambda: _rows(kind, path, leads, few), how)


def _rows(kind: str, path: str, leads: bool, few: bool) -> models.QuerySet:
    """The customers of somebody like this; a few are put together from the indexes of both ways."""
    probe = copy.copy(PROBE)
    roles = frozenset({Role.EXE}) if leads else frozenset({Role.AR})
    probe._standing = (roles, PROBES["path"] if path else "")  # type: ignore[attr-defined]
    if not few:
        mine = _seen(probe) if kind == "seen" else _confided(probe)
        return Customer.objects.filter(mine).order_by().values("pk")
    served = assigned_to(probe, team_only=kind == "confided")
    if not path or (kind == "confided" and not leads):
        return served
    below = units_below(probe, "array")
    owned = Customer.objects.filter(owning_unit__in=below).order_by().values("pk")
    return owned.union(served, all=True)


def sight_of(user: Any) -> Sight:
    """How many customers are in sight. SQLite, the superuser and probes (but those that stand for
    somebody who sees fewer): many.

    Kept for a minute: an old answer costs time and changes nothing that is seen.
    """
    if not on_postgres() or user.is_superuser or user.pk == PROBE.pk:
        return getattr(user, "_sight", Sight.MANY)
    known = _SIGHTS.get(user.pk)
    if known is None or known[0] < time.monotonic():
        if len(_SIGHTS) >= SIGHTS_KEPT:
            _SIGHTS.clear()
        known = _SIGHTS[user.pk] = (time.monotonic() + SIGHT_S, _sight_of(user))
    return known[1]


def _sight_of(user: Any) -> Sight:
    if SIGHTS is None:
        return Sight.FEW
    few, some = SIGHTS
    rows = _written(user, "seen", "array")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), {_ALL} FROM (SELECT 1 FROM ({rows.sql}) seen LIMIT %s) part",
            [*rows.params, some + 1],
        )
        count, every = cursor.fetchone()
    return sight_among(count, every, few, some)


_ALL = "(SELECT reltuples FROM pg_class WHERE oid = 'accounts_customer'::regclass)"
"""How many customers there are, as the last ANALYZE found; −1 before the first."""


def on_postgres() -> bool:
    """Whether the database has arrays."""
    return connection.vendor == "postgresql"


SIGHTS: tuple[int, int] | None = (60, 2_000)
"""So many customers are few, so many are some; None: everybody sees few, and nobody counts them
(tests, whose statements are counted)."""
SIGHT_S, SIGHTS_KEPT = 60, 5_000
_SIGHTS: dict[int, tuple[float, Sight]] = {}


class OfCustomerQuerySet(models.QuerySet):
    """Rows that belong to one customer: seen with it."""

    def visible_to(self, user: Any) -> OfCustomerQuerySet:
        """Rows of visible customers."""
        if user.is_superuser and user.is_active and not user.is_portal:
            return self  # as a subquery "all customers" would be read for every list
        return self.filter(customer__in=seen_by(user))


def units_seen_by(user: Any) -> models.QuerySet:
    """Ids of the units at and below the unit of a person, none for third-party reviewers."""
    path = seat_of(user)
    units = OrgUnit.objects.filter(path__startswith=path) if path else OrgUnit.objects.none()
    return units.values("pk")


def assigned_to(user: Any, *, team_only: bool = False) -> models.QuerySet:
    """Ids of the customers with an active assignment of a person."""
    from accounts.models.team import AccountAssignment

    rows = AccountAssignment.objects.filter(user=user, status=AssignmentStatus.ACTIVE)
    if team_only:
        rows = rows.on_account_team()
    return rows.order_by().values("customer_id")


class Customer(Record, Referenced):
    """An organisation that buys or influences buying. Approvals set tier and cash_flow."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, validators=[plain_line])
    short_name = models.CharField(
        _("short name"), max_length=60, blank=True, default="", validators=[plain_line]
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=CustomerKind, default=CustomerKind.OPERATOR
    )
    level = models.CharField(
        _("level"), max_length=10, choices=CustomerLevel, default=CustomerLevel.OTHER
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    path = models.CharField(max_length=200, db_index=True, editable=False, default="")
    owning_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="customers", verbose_name=_("owning unit")
    )
    industry = models.CharField(
        _("industry"), max_length=60, blank=True, default="", validators=[plain_line]
    )
    country = models.CharField(
        _("country"), max_length=80, blank=True, default="", validators=[plain_line]
    )
    region = models.CharField(
        _("region"), max_length=80, blank=True, default="", validators=[plain_line]
    )
    website = models.CharField(
        _("website"), max_length=120, blank=True, default="", validators=[plain_line]
    )
    notes = models.TextField(_("notes"), blank=True, default="", validators=[plain_text])
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("calendar"),
        help_text=_("Working hours of the customer; empty: those of the owning unit."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=CustomerStatus, default=CustomerStatus.PROSPECT
    )
    tier = models.PositiveSmallIntegerField(
        _("tier"),
        choices=Tier,
        null=True,
        editable=False,
        help_text=_("Set by an approved tier assessment."),
    )
    cash_flow = models.BooleanField(_("cash-flow customer"), default=False, editable=False)
    tier_valid_until = models.DateField(_("tier valid until"), null=True, editable=False)
    investment_stance = models.CharField(
        _("stance"), max_length=10, choices=Stance, default=Stance.MAINTAIN
    )
    is_demanding = models.BooleanField(_("demanding"), default=False)
    first_order_date = models.DateField(_("first order"), null=True, blank=True)
    data_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("data owner"),
    )
    last_verified_on = models.DateField(_("last verified"), null=True, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )
    absorbed = models.PositiveSmallIntegerField(_("merged records"), default=0, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("kind", CustomerKind),
            in_choices("level", CustomerLevel),
            in_choices("status", CustomerStatus),
            in_choices("investment_stance", Stance),
            models.CheckConstraint(
                condition=~Q(parent=F("pk")),
                name="accounts_customer_not_own_parent",
                violation_error_message=_("A customer cannot be its own parent."),
            ),
            models.CheckConstraint(
                condition=~Q(cash_flow=True, tier=Tier.S),
                name="accounts_customer_cash_flow_not_s",
                violation_error_message=_("A cash-flow customer cannot be tier S."),
            ),
        ]
        indexes = [
            models.Index(fields=["owning_unit", "-id"], name="accounts_customer_unit"),
            models.Index(fields=["name", "id"], name="accounts_customer_name"),
            models.Index(fields=["tier", "id"], name="accounts_customer_tier"),
        ]

    def __str__(self) -> str:
        return self.name

    def local(self, day: dt.date, hour: int) -> dt.datetime:
        """An hour of a day where the owning unit is, in UTC."""
        zone = zoneinfo.ZoneInfo(self.owning_unit.timezone)
        return dt.datetime.combine(day, dt.time(hour), tzinfo=zone).astimezone(dt.timezone.utc)

    def get_absolute_url(self) -> str:
        """The page of this customer."""
        return f"/customers/{self.pk}/"

    @property
    def display_name(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class CustomerUnit(Record, Referenced):
    """A department of a customer."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="units", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=80, validators=[plain_line])
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind, default=UnitKind.OTHER)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="below",
        verbose_name=_("part of"),
    )

    objects = OfCustomerQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("customer unit")
        verbose_name_plural = _("customer units")
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("kind", UnitKind),
            models.UniqueConstraint(
                fields=["customer", "name"],
                name="accounts_customerunit_name",
                violation_error_message=_("This customer has a unit of that name."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("pk")),
                name="accounts_customerunit_parent",
                violation_error_message=_("A department is not part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/customer-units/{self.pk}/"
