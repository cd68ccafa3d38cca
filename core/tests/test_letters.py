"""Letters: written as Django writes them, handed over in two turns, every refusal heard."""

import re
import smtplib
import socketserver
import threading
from contextlib import contextmanager

import pytest
from django.core.mail import EmailMessage

from core.letters import Backend, Letter

KEYS = {"Message-ID": "<a1@example.com>", "Idempotency-Key": "note:1", "X": "k" * 150}
WORDS = "PIPELINING"


def undated(letter: bytes) -> bytes:
    return re.sub(rb"\r\nDate: [^\r]*", b"", letter)


@pytest.mark.parametrize(
    "subject", ["", "plain", "a word " * 20, "基站退服", "到期:" + "基站退服" * 12]
)
@pytest.mark.parametrize(
    "body",
    ["", "one\n.two\r\nthree\rfour", "到期\n\nhttps://example.com/\n", "长" * 400, "From here\n"],
)
@pytest.mark.parametrize("to", ["lin@example.com", "Lin <lin@example.com>", "lin@例子.cn"])
def test_a_letter_is_written_as_django_writes_it(settings, subject, body, to):
    settings.DEFAULT_FROM_EMAIL = "华为 CRM <crm@example.com>"
    said = {"subject": subject, "body": body, "to": [to], "headers": KEYS}

    written = Letter(**said).wire()

    assert undated(written) == undated(EmailMessage(**said).message().as_bytes(linesep="\r\n"))
    assert b"\r\nDate: " in written


def test_no_line_can_be_smuggled_into_a_header():
    with pytest.raises(ValueError, match="newlines"):
        Letter("subject\nBcc: x@example.com", "body", to=["lin@example.com"]).wire()


@contextmanager
def a_server(answers: dict[str, str], *, said: str = WORDS):
    """A mail server with these answers; yields (backend, packets, letters)."""
    packets: list[bytes] = []
    letters: list[bytes] = []

    class Conversation(socketserver.BaseRequestHandler):
        def handle(self):
            talk(self.request, {"EHLO": f"250-here\r\n250 {said}", **answers}, packets, letters)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        backend = Backend(host="127.0.0.1", port=server.server_address[1], timeout=5)
        yield backend, packets, letters
        backend.close()
        server.shutdown()


def talk(line, answers, packets, letters):
    line.sendall(b"220 here\r\n")
    held, in_letter = b"", False
    while packet := line.recv(65536):
        packets.append(packet)
        held += packet
        while True:
            if in_letter:
                ended = held.startswith(b".\r\n") or b"\r\n.\r\n" in held
                if not ended:
                    break
                letter, held = held.split(b".\r\n", 1) if held[:1] == b"." else held.split(
                    b"\r\n.\r\n", 1
                )  # fmt: skip
                letters.append(letter)
                in_letter = False
                line.sendall(f"{answers.get('END', '250 taken')}\r\n".encode())
                continue
            if b"\r\n" not in held:
                break
            command, held = held.split(b"\r\n", 1)
            word = command[:4].decode().upper()
            answer = answers.get(word, "354 go on" if word == "DATA" else "250 ok")
            in_letter = word == "DATA" and answer.startswith("354")
            line.sendall(f"{answer}\r\n".encode())


def send(backend, body="x"):
    letter = Letter("s", body, to=["lin@example.com"], connection=backend)
    backend.open()
    return letter.send()


def test_who_may_speak_ahead_gives_sender_recipient_and_data_in_one_breath():
    with a_server({}) as (backend, packets, letters):
        assert (send(backend, "a\n.b"), send(backend)) == (1, 1)

    breaths = [packet for packet in packets if packet.startswith(b"MAIL")]
    assert [breath.count(b"\r\n") for breath in breaths] == [3, 3]
    assert letters[0].endswith(b"\r\n\r\na\r\n..b")


def test_a_server_that_wants_turns_gets_turns():
    with a_server({}, said="8BITMIME") as (backend, packets, letters):
        assert send(backend) == 1

    assert b"DATA\r\n" in [packet.upper() for packet in packets]
    assert len(letters) == 1


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"MAIL": "550 not you", "RCPT": "503 no", "DATA": "503 no"}, smtplib.SMTPSenderRefused),
        ({"RCPT": "550 unknown", "DATA": "554 nobody"}, smtplib.SMTPRecipientsRefused),
        ({"RCPT": "450 later"}, smtplib.SMTPRecipientsRefused),
        ({"DATA": "451 later"}, smtplib.SMTPDataError),
        ({"END": "451 not now"}, smtplib.SMTPDataError),
    ],
)
def test_every_refusal_is_heard_and_nobody_gets_a_letter_that_was_refused(answers, error):
    with a_server(answers) as (backend, _packets, letters), pytest.raises(error) as raised:
        send(backend, "the text")

    if error is smtplib.SMTPRecipientsRefused:
        [(code, _said)] = raised.value.recipients.values()
        assert code == int(answers["RCPT"][:3])
    assert not [letter for letter in letters if b"the text" in letter] or "END" in answers
