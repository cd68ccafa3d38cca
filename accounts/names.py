"""Company names as people confuse them: likeness without legal form, punctuation and case."""

from __future__ import annotations

import re
import unicodedata

# What companies carry besides their name; two names equal without it are probably one company.
_LEGAL = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|集团|公司"
    r"|\b(co|ltd|inc|corp|corporation|company|limited|group|gmbh|llc|plc)\b\.?)",
    re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Full-width letters made narrow, lower case: how names are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def likeness(name: str) -> str:
    """The core of a company name: without legal form, punctuation and case; never empty."""
    text = folded(name)
    core = _NOT_WORD.sub("", _LEGAL.sub(" ", text))
    return core or _NOT_WORD.sub("", text)


def host_of(address: str) -> str:
    """The domain of a website or e-mail address as people type it, without www: "" for none."""
    text = folded(address).strip().split("://")[-1].rsplit("@", 1)[-1]
    host = re.split(r"[/?#:\s]", text, maxsplit=1)[0].removeprefix("www.").strip(".")
    return host if "." in host else ""
