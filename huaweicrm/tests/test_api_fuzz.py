"""Every operation takes arbitrary input: no crash, no status that the schema does not name.

FUZZ_EXAMPLES sets how many inputs each operation gets (default 2), FUZZ_SEED the seed:
`make test` gives each engine another one, `make fuzz` runs 100 inputs with three seeds. Of the
inputs some fit the schema and some do not, some go to rows that exist and some do not.
"""

import os

import hypothesis
import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from huaweicrm.testing import turns
from huaweicrm.tests import fuzzing
from huaweicrm.tests.fuzzing import OPERATIONS, SCHEMA, Ground, documented
from huaweicrm.tests.world import world

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
WHOLE = bool({"FUZZ_EXAMPLES", "THOROUGH"} & set(os.environ))
HALF = (int(os.environ.get("TURN", "0")) + (connection.vendor != "sqlite")) % 2
ASKED = list(OPERATIONS) if WHOLE else turns.share(list(OPERATIONS)[HALF::2])
"""Each engine asks every other operation, tomorrow those that the other one asks today; of these
`make test` asks a third."""


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """A world that is built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Ground(world())
        transaction.set_rollback(True)


def cases(operation):
    """Three of four fit the schema."""
    right = operation.as_strategy()
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return st.one_of(right, right, right, wrong)


@pytest.mark.parametrize("label", ASKED)
def test_any_input_gets_a_documented_answer(ground, label):
    operation = OPERATIONS[label]
    known = documented(operation)
    luck = st.integers(0, 7)

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=cases(operation), luck=luck)
    def ask(case, luck):
        deep = luck > 1
        with transaction.atomic():
            address, insider, token = ground.stand(operation)
            address = address if deep else case.formatted_path
            body = ground.grounded(case.body, luck) if deep else case.body
            send = fuzzing.sender(insider if deep else token, operation, address)
            answer = send(case, body)
            transaction.set_rollback(True)
        assert answer.status_code < 500, answer.content[:300]
        assert str(answer.status_code) in known, (answer.status_code, answer.content[:300])

    ask()


def test_related_rows_are_ids_in_the_schema_and_no_two_bodies_share_a_name():
    parts = SCHEMA["components"]["schemas"]

    assert parts["CustomerInputRequest"]["properties"]["owning_unit"]["type"] == "integer"
    assert {"AccountsAssessmentsNoteInputRequest", "AccountsContactsNoteInputRequest"} <= set(parts)


def test_a_row_without_a_version_has_none_to_be_stated(ground):
    operation = OPERATIONS["POST /api/v1/breaches/{id}/reason/"]
    with transaction.atomic():
        address, insider, _token = ground.stand(operation)
        answer = insider.post(address, {"version": 1}, content_type="application/json")
        transaction.set_rollback(True)

    assert answer.status_code == 400
