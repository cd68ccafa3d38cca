"""Clients that ask without a break until nobody is at home, and count what was never answered."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from dataclasses import dataclass, field

PATIENCE_S = 25


@dataclass
class Hammer:
    """So many clients at one port. Half of them keep their connection, half make a new one for
    every request. `counts`: answered, failed (5xx), dropped (connected, but no whole answer)."""

    port: int
    path: str
    clients: int = 8
    counts: Counter[str] = field(default_factory=Counter)
    threads: list[threading.Thread] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Begin, once the server answers: a port that listens may still be loading its pages."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        line.request("GET", self.path)
        line.getresponse().read()
        line.close()
        for number in range(self.clients):
            thread = threading.Thread(target=self._ask, args=[number % 2 == 0], daemon=True)
            self.threads.append(thread)
            thread.start()

    def wait(self) -> None:
        """Until every client has been refused."""
        for thread in self.threads:
            thread.join(PATIENCE_S)

    def _ask(self, is_keeping: bool) -> None:
        while True:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
            try:
                line.connect()
            except OSError:
                return
            self._converse(line, is_keeping)
            line.close()

    def _converse(self, line: http.client.HTTPConnection, is_keeping: bool) -> None:
        for _number in range(50 if is_keeping else 1):
            try:
                line.request("GET", self.path)
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.counts["dropped"] += 1
                self.said.append(f"{'kept' if is_keeping else 'new'}: {error!r}")
                return
            self.counts["failed" if answer.status >= 500 else "answered"] += 1
            if answer.will_close:
                return
