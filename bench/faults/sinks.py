"""A mail server and a webhook receiver that write down all they are given, as a process.

They answer an error to a share of it, hang for another and refuse one address for ever. What
becomes of the n-th try of a key depends on seed, key and n alone.
"""

from __future__ import annotations

import asyncio
import email
import hashlib
import json
import os
import ssl
import sys
import time
from collections import Counter
from pathlib import Path

ERRORS, HANGS = 0.10, 0.02
HANG_S = 30.0
REFUSED = "refused@sink.example"
DATED = ("date", "x-signature")


def fate(seed: int, key: str, number: int) -> str:
    """What happens to the n-th try of a key: ok, error or hang."""
    said = hashlib.sha256(f"{seed}:{key}:{number}".encode()).digest()
    share = int.from_bytes(said[:4], "big") / 2**32
    if share < ERRORS:
        return "error"
    return "hang" if share < ERRORS + HANGS else "ok"


class Book:
    """The list of all tries, one JSON object a line, written before the answer is given."""

    def __init__(self, path: Path, seed: int, mood: Path) -> None:
        self.out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.seed, self.mood, self.tries = seed, mood, Counter()

    def note(self, way: str, to: str, key: str, content: bytes) -> str:
        """Write down one try; returns its fate."""
        self.tries[key] += 1
        forced = self.mood.read_text().strip() if self.mood.exists() else ""
        found = forced or fate(self.seed, key, self.tries[key])
        if to == REFUSED:
            found = "refused"
        line = {
            "at": time.time(),
            "way": way,
            "to": to,
            "key": key,
            "content": hashlib.sha256(content).hexdigest()[:16],
            "fate": found,
        }
        os.write(self.out, json.dumps(line).encode() + b"\n")
        return found

    async def webhook(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One HTTP request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
            body = await reader.readexactly(int(fields.get("content-length", "0")))
            key = fields.get("idempotency-key", "")
            found = self.note("webhook", head[0].split()[1], key, body)
            if found == "hang":
                await asyncio.sleep(HANG_S)
            status = "200 OK" if found == "ok" else "500 No"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        except (OSError, EOFError, ValueError):
            pass
        finally:
            writer.close()

    async def mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation with a mail client."""
        try:
            await self._converse(reader, writer)
        except (OSError, EOFError, ValueError):
            pass
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 sink")
        to = ""
        while line := await reader.readline():
            word = line[:4].upper().strip()
            if word == b"RCPT":
                to = line.decode().partition("<")[2].partition(">")[0].lower()
                await say(self._recipient(to))
            elif word == b"DATA" and to == REFUSED:
                await say("554 nobody takes it")
            elif word == b"DATA":
                await say("354 go on")
                found = self._letter(to, await reader.readuntil(b"\r\n.\r\n"))
                if found == "hang":
                    await asyncio.sleep(HANG_S)
                await say("250 taken" if found == "ok" else "451 not now")
            elif word == b"QUIT":
                return await say("221 bye")
            else:
                await say("250-sink\r\n250 PIPELINING" if word == b"EHLO" else "250 ok")

    def _recipient(self, to: str) -> str:
        if to != REFUSED:
            return "250 ok"
        self.note("mail", to, f"{to}:{time.time_ns()}", b"")
        return "550 not here"

    def _letter(self, to: str, data: bytes) -> str:
        letter = email.message_from_bytes(data)
        fields = [f"{name}: {value}" for name, value in letter.items() if name.lower() not in DATED]
        content = "\n".join([*fields, str(letter.get_payload())]).encode()
        return self.note("mail", to, letter["Message-ID"] or "", content)


async def serve(folder: Path, seed: int, web_port: int, mail_port: int) -> None:
    """Listen until killed."""
    book = Book(folder / "sink.log", seed, folder / "mood")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    web = await asyncio.start_server(
        book.webhook, "127.0.0.1", web_port, ssl=context, backlog=512, limit=2**20
    )
    mail = await asyncio.start_server(book.mail, "127.0.0.1", mail_port, backlog=512, limit=2**20)
    await asyncio.gather(web.serve_forever(), mail.serve_forever())


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), *map(int, sys.argv[2:5])))
