"""Jobs of one process that run in one thread at a time."""

import threading

import pytest

from huaweicrm.alone import Alone


def test_a_job_runs_once_more_for_all_who_came_meanwhile():
    alone, runs = Alone(), []
    begun, go_on = threading.Event(), threading.Event()

    def job():
        runs.append(threading.get_ident())
        begun.set()
        assert go_on.wait(5)

    first = threading.Thread(target=alone.run, args=("deliver", job))
    first.start()
    assert begun.wait(5)
    for _each in range(3):
        alone.run("deliver", job)  # comes back at once
    assert len(runs) == 1
    go_on.set()
    first.join(5)
    assert runs == [first.ident] * 2


def test_another_job_does_not_wait():
    alone, runs = Alone(), []
    alone.run("deliver", lambda: alone.run("sweep", lambda: runs.append("sweep")))
    assert runs == ["sweep"]


def test_a_job_that_fails_can_be_run_again():
    alone, runs = Alone(), []

    def fail():
        alone.run("sweep", fail)
        raise ValueError

    with pytest.raises(ValueError):
        alone.run("sweep", fail)
    alone.run("sweep", lambda: runs.append(1))
    assert runs == [1]
