"""Letters on the wire: written without the email package where they are plain, and handed over in
two turns instead of four where the mail server lets us speak ahead (RFC 2920).

What is written is the same to the byte as Django writes it; the tests hold both beside each other.
"""

from __future__ import annotations

import re
import smtplib
from email.policy import compat32
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.message import forbid_multi_line_headers, sanitize_address

WIRE = compat32.clone(linesep="\r\n")
ENDS = re.compile(r"\r\n|\r|\n")
DOTS = re.compile(rb"(?m)^\.")
LONGEST_LINE = 998
# A header that needs no folding: name, colon, space and value.
UNFOLDED = 76


class Letter(EmailMessage):
    """A text to one person."""

    def wire(self) -> bytes:
        """The letter as it goes over the line."""
        text = "\r\n".join(ENDS.split(self.body)).encode()
        if len(text) > LONGEST_LINE and max(map(len, text.split(b"\r\n"))) > LONGEST_LINE:
            return self.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        head = {
            "Content-Type": 'text/plain; charset="utf-8"',
            "MIME-Version": "1.0",
            "Content-Transfer-Encoding": "7bit" if text.isascii() else "8bit",
            "Subject": self.subject,
            "From": self.from_email,
            "To": ", ".join(self.to),
            "Date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME),
            **self.extra_headers,
        }
        return b"".join([_header(name, value) for name, value in head.items()]) + b"\r\n" + text


def _header(name: str, value: str) -> bytes:
    if len(name) + 2 + len(value) <= UNFOLDED and value.isascii() and value.isprintable():
        return f"{name}: {value}\r\n".encode()
    return WIRE.fold_binary(*forbid_multi_line_headers(name, value, "utf-8"))


@lru_cache(maxsize=4096)
def _address(written: str) -> str:
    """What the mail server is told, without the name; ValueError for what is no address."""
    return smtplib.quoteaddr(sanitize_address(written, "utf-8"))


class Backend(smtp.EmailBackend):
    """Django's line to a mail server, which speaks ahead where it may."""

    def _send(self, email_message: EmailMessage) -> bool:
        if not isinstance(email_message, Letter):
            return super()._send(email_message)
        sender, to = _address(email_message.from_email), _address(*email_message.to)
        line = self.connection
        line.ehlo_or_helo_if_needed()
        if line.has_extn("pipelining"):
            hand_over(line, sender, to, email_message.wire())
        else:
            line.sendmail(sender, [to], email_message.wire())
        return True


def hand_over(line: smtplib.SMTP, sender: str, to: str, content: bytes) -> None:
    """Give a letter away: sender, recipient and DATA in one breath, then the text. Raises as
    `SMTP.sendmail` does; after that the line is to be hung up."""
    size = f" size={len(content)}" if line.has_extn("size") else ""
    line.send(f"MAIL FROM:{sender}{size}\r\nRCPT TO:{to}\r\nDATA\r\n")
    (code, said), (taken, why), (ready, text) = (line.getreply() for _command in range(3))
    refusal: smtplib.SMTPException | None = None
    if code != 250:
        refusal = smtplib.SMTPSenderRefused(code, said, sender)
    elif taken not in (250, 251):
        refusal = smtplib.SMTPRecipientsRefused({to: (taken, why)})
    elif ready != 354:
        refusal = smtplib.SMTPDataError(ready, text)
    if ready == 354:
        line.send(b".\r\n" if refusal else _dotted(content))
        ended, text = line.getreply()
        if ended != 250 and refusal is None:
            refusal = smtplib.SMTPDataError(ended, text)
    if refusal is not None:
        raise refusal


def _dotted(content: bytes) -> bytes:
    """A dot at the beginning of a line is doubled; one alone ends the letter."""
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    return DOTS.sub(b"..", content) + end
