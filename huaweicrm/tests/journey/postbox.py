"""A mail server on the loopback: takes letters and lets tests read them as a person would."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Letter:
    """A letter as it arrived, decoded."""

    to: str
    subject: str
    body: str


@dataclass
class Postbox:
    """Letters in the order in which they came."""

    url: str = ""
    letters: list[Letter] = field(default_factory=list)

    def letters_to(self, address: str) -> list[Letter]:
        """What one person has received."""
        return [letter for letter in self.letters if letter.to == address.lower()]


@contextmanager
def postbox_open() -> Iterator[Postbox]:
    """A postbox that listens until the end of the block."""
    box = Postbox()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _converse(self, box)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        box.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield box
        server.shutdown()
        thread.join()


def _converse(line: socketserver.StreamRequestHandler, box: Postbox) -> None:
    def say(words: str) -> None:
        line.wfile.write(f"{words}\r\n".encode())

    say("220 postbox")
    to: list[str] = []
    while said := line.rfile.readline():
        word = said[:4].upper().strip()
        if word == b"RCPT":
            to.append(said.decode().partition("<")[2].partition(">")[0].lower())
            say("250 ok")
        elif word == b"DATA":
            say("354 go on")
            data = _data(line)
            box.letters += [_read(one, data) for one in to]
            to.clear()
            say("250 taken")
        elif word == b"QUIT":
            return say("221 bye")
        else:
            say("250 ok")


def _data(line: socketserver.StreamRequestHandler) -> bytes:
    lines = []
    while (row := line.rfile.readline()) not in (b".\r\n", b""):
        lines.append(row[1:] if row.startswith(b"..") else row)
    return b"".join(lines)


def _read(to: str, data: bytes) -> Letter:
    letter = email.message_from_bytes(data, policy=email.policy.default)
    return Letter(to, str(letter["Subject"]), letter.get_content())
