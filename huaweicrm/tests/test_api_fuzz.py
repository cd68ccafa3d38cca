"""Every operation takes arbitrary input: no crash, no status that the schema does not name.

FUZZ_EXAMPLES sets how many inputs each operation gets (default 3), FUZZ_SEED the seed:
`make test` gives each engine another one.
"""

import json
import os

import hypothesis
import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from huaweicrm.tests.world import world

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
SCHEMA = json.loads(
    json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
)
OPERATIONS = {
    result.ok().label: result.ok()
    for result in schemathesis.openapi.from_dict(SCHEMA).get_all_operations()
}


def sent(client, case):
    """The answer to a generated request."""
    headers = {
        name: value for name, value in (case.headers or {}).items() if "\n" not in str(value)
    }
    body = case.body
    text = b"" if type(body).__name__ == "NotSet" else json.dumps(body).encode()
    return client.generic(
        case.method,
        case.formatted_path,
        text,
        content_type="application/json",
        query_params={key: value for key, value in (case.query or {}).items()},
        headers={name: str(value) for name, value in headers.items() if name.lower() != "cookie"},
    )


@pytest.fixture(scope="module")
def client(django_db_setup, django_db_blocker):
    """A token with every scope in a world that is built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = world()
        yield Client(headers={"Authorization": f"Bearer {made.token_text}"})
        transaction.set_rollback(True)


@pytest.mark.parametrize("label", OPERATIONS)
def test_any_input_gets_a_documented_answer(client, label):
    operation = OPERATIONS[label]
    documented = set(SCHEMA["paths"][operation.path][operation.method.lower()]["responses"])

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy())
    def ask(case):
        with transaction.atomic():
            answer = sent(client, case)
            transaction.set_rollback(True)
        assert answer.status_code < 500, answer.content[:300]
        assert str(answer.status_code) in documented, (answer.status_code, answer.content[:300])

    ask()
