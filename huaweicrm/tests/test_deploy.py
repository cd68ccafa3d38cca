"""What is shipped for operators names only what exists, and the documentation names all of it."""

import ast
import re
import runpy
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands

from core import heaps
from huaweicrm import serving

BASE = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((BASE / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("prepare", "web", "worker", "beat")
# Of no use there: its proxy speaks TLS, no pooler is between, and it is no place for a demo.
NOT_PASSED = {"SSL_REDIRECT", "PREPARED_STATEMENTS", "DEMO_NOW", "DEBUG"}
READERS = {
    "text", "flag", "words", "number", "choice", "time_zone", "moment", "site", "hosts", "redis",
    "kept_secret", "url", "get",
}  # fmt: skip
SOURCES = (
    "huaweicrm/settings.py", "core/environment.py", "core/trail.py", "gunicorn.conf.py",
    "huaweicrm/management/commands/serve.py", "huaweicrm/registry.py", "core/guarded_http.py",
    "core/robots.py",
)  # fmt: skip


def variables():
    """Every variable of the environment that the product reads."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse((BASE / path).read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                value = node.args[0].value
                if name in READERS and isinstance(value, str) and re.fullmatch("[A-Z_]+", value):
                    found.add(value)
    return found


def test_the_variables_are_found():
    assert {"SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN", "WEB_CONCURRENCY"} <= variables()


def test_operations_describes_every_variable_and_no_other():
    text = (BASE / "docs/operations.md").read_text()
    table = text.partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    described = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}

    assert described == variables()


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_sets_only_what_is_read_and_runs_only_what_exists(name):
    service = SERVICES[name]
    assert set(service["environment"]) - variables() == set()

    words = " ".join(service["command"])
    assert set(re.findall(r"manage\.py (\w+)", words)) <= set(get_commands())
    assert words.split()[0] in {"sh", "gunicorn", "celery"}
    assert ("-A huaweicrm " in words) is (words.split()[0] == "celery")


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_takes_from_the_env_file_what_differs_between_machines(name):
    names = [
        "EVIDENCE_KEY_ID", "EVIDENCE_KEYS_OLD", "LOG_LEVEL", "SWEEP_S", "STATEMENT_TIMEOUT",
        "TWO_STEP_FORCED", "PRODUCT_NAME", "WEBHOOK_PRIVATE_HOSTS", "WEBHOOK_CA_FILE",
        "CHAT_SCHEMES", *(["WEB_CONCURRENCY"] if name == "web" else []),
    ]  # fmt: skip
    said = SERVICES[name]["environment"]

    assert [said.get(each, "").partition(":-")[0] for each in names] == ["${" + e for e in names]


def test_compose_passes_every_variable_that_is_of_use_there():
    assert variables() - set(SERVICES["web"]["environment"]) == NOT_PASSED


@pytest.mark.parametrize(("made", "stays"), [("", True), ("huaweicrm-metrics-1", False)])
def test_gunicorn_takes_only_a_folder_along_that_it_made(monkeypatch, tmp_path, made, stays):
    folder = tmp_path / "huaweicrm-metrics-1"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    monkeypatch.setenv("HUAWEICRM_COUNTS_MADE", str(tmp_path / made) if made else "")
    monkeypatch.setattr(heaps, "share_heaps", lambda: None)
    on_exit = runpy.run_path(str(BASE / "gunicorn.conf.py"))["on_exit"]

    on_exit(SimpleNamespace(reexec_pid=0, master_pid=0))

    assert folder.exists() is stays


@pytest.mark.parametrize("name", [".gitignore", ".dockerignore"])
def test_keys_beside_the_code_are_neither_committed_nor_copied(name):
    lines = {line.removeprefix("**/") for line in (BASE / name).read_text().splitlines()}

    assert {".secret_key", ".evidence_key"} <= lines


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_is_no_root_and_writes_only_to_its_volume(name):
    service = SERVICES[name]

    assert service["user"] not in {"0", "root", ""}
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["volumes"] == ["data:/data"]
    assert "ports" not in service


def test_everything_that_is_named_is_declared():
    asked = {name for service in SERVICES.values() for name in service.get("depends_on", {})}
    assert asked <= set(SERVICES)

    volumes = [each for service in SERVICES.values() for each in service.get("volumes", [])]
    for source in (each.split(":")[0] for each in volumes):
        assert source in COMPOSE["volumes"] or (BASE / source).is_file(), source
    assert (BASE / SERVICES["web"]["build"]["dockerfile"]).is_file()
    assert (BASE / SERVICES["web"]["healthcheck"]["test"][-1]).is_file()


def test_the_example_names_every_value_that_compose_takes():
    taken = set(re.findall(r"\$\{([A-Z_]+)", (BASE / "compose.yaml").read_text()))
    example = (BASE / "deploy/env.example").read_text()

    assert taken == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_copies_of_the_dockerfile_exist():
    text = (BASE / "deploy/Dockerfile").read_text()

    assert {word for word in re.findall(r"manage\.py (\w+)", text)} <= set(get_commands())
    assert "USER 10001" in text
    assert all((BASE / name).exists() for name in re.findall(r"^COPY (\S+)", text, re.MULTILINE))


def test_a_server_without_its_style_sheets_does_not_start_and_says_what_to_run(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with pytest.raises(ImproperlyConfigured, match="collectstatic --noinput"):
        serving.warm()
