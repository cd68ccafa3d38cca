"""How gunicorn serves the product; it reads this file by itself when started in this folder."""

import gc
import os
import shutil
import tempfile

from core import environment as env
from core.heaps import share_heaps

# The processes count requests together (huaweicrm/metrics.py); an empty folder at each start.
# A variable tells it from a folder of the operator's, also to a second arbiter (SIGUSR2).
COUNTS_MADE = "HUAWEICRM_COUNTS_MADE"
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ[COUNTS_MADE] = tempfile.mkdtemp(prefix="huaweicrm-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ[COUNTS_MADE]

share_heaps()

wsgi_app = "huaweicrm.wsgi"
bind = f"{env.text('HOST', '127.0.0.1')}:{env.port()}"
worker_class = "huaweicrm.serving.DrainingWorker"
workers = env.number("WEB_CONCURRENCY", 2, least=1)
threads = 8
# Loaded once, before anybody is let in; each process is a warm copy, also one started later.
preload_app = True
# SIGTERM: the queue is taken in, running requests end; together within twenty seconds.
graceful_timeout = 18
timeout = 60
keepalive = 5
control_socket_disable = True
# One JSON object a line, as everything else: core/logs.py says what is left out.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}


def when_ready(_server):
    """What is loaded by now stays for good: the collector need not look at it, in no process."""
    gc.collect()
    gc.freeze()


def child_exit(_server, worker):
    """What a process counted stays; only its live gauges go."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    """The folder of the counts goes with the arbiter that made it: not one of the operator's, and
    not while a second arbiter (SIGUSR2) counts in it as well."""
    folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]
    ours = folder == os.environ.get(COUNTS_MADE)
    if ours and not (server.reexec_pid or server.master_pid):
        shutil.rmtree(folder, ignore_errors=True)
