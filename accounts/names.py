"""Names as people look for them: pinyin and initials of Chinese, likeness of company names."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

# What companies carry besides their name; two names equal without it are probably one company.
_LEGAL = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|集团|公司"
    r"|\b(co|ltd|inc|corp|corporation|company|limited|group|gmbh|llc|plc)\b\.?)",
    re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Full-width letters made narrow, lower case: how search compares."""
    return unicodedata.normalize("NFKC", text).casefold()


def likeness(name: str) -> str:
    """The core of a company name: without legal form, punctuation and case."""
    text = folded(name)
    core = _NOT_WORD.sub("", _LEGAL.sub(" ", text))
    return core or _NOT_WORD.sub("", text)


def pinyin_of(text: str) -> str:
    """`lanhaiyidong` of 澜海移动; letters of other scripts stay."""
    return _NOT_WORD.sub("", "".join(lazy_pinyin(folded(text))))


def initials_of(text: str) -> str:
    """`lhyd` of 澜海移动."""
    return _NOT_WORD.sub("", "".join(lazy_pinyin(folded(text), style=Style.FIRST_LETTER)))


def search_columns(*names: str) -> dict[str, str]:
    """Values of the columns `pinyin` (300) and `initials` (60) for these names."""
    known = [name for name in dict.fromkeys(names) if name]
    return {
        "pinyin": " ".join(pinyin_of(name) for name in known)[:300],
        "initials": " ".join(initials_of(name) for name in known)[:60],
    }
