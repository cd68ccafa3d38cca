"""The worked cases hold, and the checker can tell a wrong one."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.vectors import EVALUATORS, run_file

FOLDER = Path(__file__).parent / "vectors"
FILES = sorted(FOLDER.glob("*.json"))


def content_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


def check(*files):
    out = StringIO()
    status = 0
    try:
        call_command("check_worktime", *map(str, files), stdout=out)
    except SystemExit as stopped:
        status = stopped.code
    return status, out.getvalue().splitlines()


def one(tmp_path, vector, calendars=None):
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"calendars": calendars or {}, "vectors": [vector]}))
    return check(path)


def test_there_are_174_cases():
    assert sum(len(content_of(path)["vectors"]) for path in FILES) == 174


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases_of_working_time_hold(path):
    wrong = [case for case in run_file(path.name, content_of(path), EVALUATORS) if case.ok is False]

    assert wrong == []


def test_command_passes_every_shipped_case():
    status, lines = check(*FILES)

    assert lines[-1] == "174 passed, 0 failed, 0 unsupported"
    assert status == 0
    assert set(json.loads(lines[0])) == {"file", "id", "kind", "ok", "got"}


def test_wrong_expectation_fails_with_status_1(tmp_path):
    vector = {"id": "x", "kind": "wall_to_instant", "start": "2026-01-01T00:00:00Z"}

    status, lines = one(tmp_path, {**vector, "expected": {"at": "2026-01-01T00:00:01Z"}})

    assert status == 1
    assert lines[-1] == "0 passed, 1 failed, 0 unsupported"


def test_our_expectation_replaces_the_other(tmp_path):
    vector = {"id": "x", "kind": "wall_to_instant", "start": "2026-01-01T00:00:00Z"}
    other, ours = {"at": "2026-01-01T00:00:01Z"}, {"at": "2026-01-01T08:00:00+08:00"}

    status, lines = one(tmp_path, {**vector, "expected": other, "expected_ours": ours})

    assert (status, lines[-1]) == (0, "1 passed, 0 failed, 0 unsupported")


def test_unknown_kind_is_unsupported_and_no_failure(tmp_path):
    status, lines = one(tmp_path, {"id": "x", "kind": "moon_phase", "expected": {}})

    assert (status, lines[-1]) == (0, "0 passed, 0 failed, 1 unsupported")


def test_broken_calendar_fails_with_its_sentence(tmp_path):
    vector = {"id": "x", "kind": "is_open", "calendar": "c", "start": "2026-01-01T00:00:00"}
    calendars = {"c": {"tz": "Mars/Olympus"}}

    status, lines = one(tmp_path, {**vector, "expected": {"open": True}}, calendars)

    assert status == 1
    assert json.loads(lines[0])["got"] == {
        "error": "“Mars/Olympus” is not a time zone of the IANA list."
    }


def test_pause_without_end_is_never_due(tmp_path):
    vector = {
        "id": "x",
        "kind": "thresholds",
        "calendar": "c",
        "start": "2026-03-02T10:00:00",
        "duration_s": 7200,
        "pauses": [["2026-03-02T11:30:00", None]],
        "pcts": [50, 100],
        "expected": {"due": None, "thresholds": {"50": "2026-03-02T11:00:00", "100": None}},
    }

    status, lines = one(tmp_path, vector, {"c": {"tz": "Asia/Shanghai", "always": True}})

    assert (status, lines[-1]) == (0, "1 passed, 0 failed, 0 unsupported")


def test_unreadable_file_is_a_command_error(tmp_path):
    with pytest.raises(CommandError):
        call_command("check_worktime", str(tmp_path / "absent.json"))
