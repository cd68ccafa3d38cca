"""Policies: most specific scope, latest time, typed values, history that only grows."""

import pytest

from core import policies, policy
from core.errors import Invalid
from core.models import PolicyValue, TrailEntry
from core.tests.build import NINE, SYSTEM, after, person

pytestmark = pytest.mark.django_db
ABOVE = policies.DIGEST_ABOVE


def put(value, scope="", days=0):
    PolicyValue.objects.create(
        key=ABOVE.key, scope=scope, value=value, valid_from=after(days=days), reason="x"
    )
    policy.forget()


def test_the_default_stands_until_somebody_says_otherwise():
    assert policy.get(ABOVE, at=NINE) == 20

    put(30, days=1)

    assert policy.get(ABOVE, at=NINE) == 20
    assert policy.get(ABOVE, at=after(days=1)) == 30


def test_the_most_specific_scope_wins_and_then_the_latest():
    put(30)
    put(40, "tier:s")
    put(50, "unit:1", days=2)

    assert policy.get(ABOVE, ("unit:1", "tier:s"), at=NINE) == 40
    assert policy.get(ABOVE, ("unit:1", "tier:s"), at=after(days=2)) == 50
    assert policy.get(ABOVE, ("unit:9",), at=NINE) == 30


def test_null_gives_the_scope_back():
    put(40, "tier:s")
    put(None, "tier:s", days=1)

    assert policy.get(ABOVE, ("tier:s",), at=after(days=1)) == 20


def test_a_stored_value_that_is_refused_by_now_is_passed_over():
    put(30)
    put(9999, "tier:s")

    assert policy.get(ABOVE, ("tier:s",), at=NINE) == 30


@pytest.mark.parametrize("value", ["x", 3.7, True, 0, 501, [1], None])
def test_values_are_typed_and_bounded(value):
    with pytest.raises(Invalid):
        ABOVE.check(value)


def test_a_boolean_takes_no_word():
    assert policies.WEBHOOKS.check(True) is True
    with pytest.raises(Invalid):
        policies.WEBHOOKS.check("false")


def test_setting_needs_a_reason_leaves_a_trail_and_holds_at_once():
    boss = person("boss")
    with pytest.raises(Invalid):
        policy.set_value(ABOVE, 30, reason=" ", by=SYSTEM, now=NINE)
    with pytest.raises(Invalid):
        policy.set_value(ABOVE, 30, reason="x", by=SYSTEM, now=NINE, valid_from=after(days=-1))

    by = type(SYSTEM).of(boss)
    policy.set_value(ABOVE, 30, reason="quieter", by=by, now=NINE)

    assert policy.get(ABOVE, at=NINE) == 30
    assert TrailEntry.objects.get().facts.count('"value":[20,30]') == 1
    assert PolicyValue.objects.get().set_by == boss


def test_every_declared_policy_has_a_rule_a_help_and_a_default_that_fits():
    for declared in policy.declared().values():
        assert declared.rule
        assert str(declared.help)
        assert declared.check(declared.default) == declared.default
