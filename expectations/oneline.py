"""Reads an expectation from one line: what, how much, shown by what, by when."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from expectations import daywords
from expectations.choices import Operator, PriorityClass

MAX_LINES = 200
MAX_CHARACTERS = 1000
STATEMENT = 200
PROOF = 200
_NUMBER = r"(?P<number>[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+−]?\d+(?:\.\d+)?)"
_WORDS = {
    Operator.LTE: (
        "≤ <= =< 小于等于 小于或等于 不超过 不高于 不大于 不多于 不得超过 不长于 最多 至多 控制在 "
        "at_most no_more_than not_more_than up_to within not_exceeding max maximum"
    ),
    Operator.GTE: (
        "≥ ≧ >= => 大于等于 大于或等于 不低于 不少于 不小于 不得低于 不短于 至少 最少 达到 "
        "at_least no_less_than not_less_than min minimum reaches reach"
    ),
    Operator.LT: "< 小于 低于 少于 短于 less_than below under fewer_than",
    Operator.GT: "> 大于 超过 高于 多于 more_than above over",
    Operator.EQ: "= == 等于 为 equals equal_to exactly",
}
_MEANS = {
    word.replace("_", " "): operator for operator, said in _WORDS.items() for word in said.split()
}
_OPERATOR = "|".join(
    rf"\b{re.escape(word)}\b" if word[0].isascii() and word[0].isalpha() else re.escape(word)
    for word in sorted(_MEANS, key=len, reverse=True)
)
_UNIT = (
    r"(?P<unit>%|‰|分钟|小时|个工作日|工作日|个月|万元|亿元|人天|人次|毫秒|"
    r"[^\W\d_]{0,6}/[^\W\d_]{1,6}|[^\s\d,;≤≥<>=]{0,20})"
)
_INFIX = re.compile(
    rf"^(?P<metric>.*?)\s*(?P<operator>{_OPERATOR})\s*{_NUMBER}\s*{_UNIT}(?P<rest>.*)$", re.I
)
_SUFFIX = re.compile(
    rf"^(?P<metric>[^≤≥<>=]*?)\s*{_NUMBER}\s*(?P<unit>[^\s\d,;]{{0,20}}?)\s*"
    r"(?P<operator>以内|之内|以下|及以上|以上|or less|or more)(?P<rest>(?:\s.*)?)$",
    re.I,
)
_AFTER = {
    "以内": Operator.LTE,
    "之内": Operator.LTE,
    "以下": Operator.LTE,
    "or less": Operator.LTE,
    "以上": Operator.GTE,
    "及以上": Operator.GTE,
    "or more": Operator.GTE,
}
_CLASSES = {
    PriorityClass.MUST: "必须 必须满足 must",
    PriorityClass.NEGOTIABLE: "可协商 可谈 negotiable",
    PriorityClass.DEFERRED: "本期不含 暂不满足 deferred",
}
_CLASS_OF = {word: klass for klass, said in _CLASSES.items() for word in said.split()}
_BULLET = re.compile(r"^\s*(?:[-*•·]|[(（]?\d{1,3}[)）.、:]|[Ee]-\d+|[①-⑳])\s*(?=\D)")
_SPLIT = re.compile(r"\t|;|、|,(?!\d{3}(?:\D|$))(?!\s*20\d\d\s*(?:[,;]|$))")
_TAIL_DAY = re.compile(r"^(?P<head>.+?)\s+(?P<day>(?:by|before|due|until)\s+.+|\S+)$", re.I)
_HEADER = {"期望", "需求", "需求与期望", "expectation", "expectations", "statement"}


@dataclass(frozen=True)
class Problem:
    """A part of the line that was read and refused, and the sentence that says why."""

    part: str
    sentence: str


@dataclass(frozen=True)
class Parsed:
    """What a line says. `missing` names the parts not found, `problems` the ones refused."""

    line: str
    number: int = 1
    statement: str = ""
    metric: str = ""
    operator: str = Operator.DONE
    target: Decimal | None = None
    unit: str = ""
    proof: str = ""
    due_on: dt.date | None = None
    throughout: bool = False
    priority_class: str = ""
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Everything was found and nothing refused."""
        return not self.missing and not self.problems

    @property
    def fields(self) -> dict[str, object]:
        """The columns of an item that the line fills."""
        names = ["statement", "metric", "operator", "target", "unit", "proof", "due_on"]
        names += ["throughout", "priority_class"]
        return {name: getattr(self, name) for name in names} | {"raw_words": self.line}


def parse(line: str, *, today: dt.date) -> Parsed:
    """One line such as `年中断≤26分钟,网管统计,4-15前` or `Outage ≤ 26 min, NMS report, by 15 Apr`.

    Never raises: what is not there stands in `missing` (metric, target, proof, due_on), what
    cannot be stands in `problems`: a target of 0, 31 November, a day that is over.
    """
    said = _BULLET.sub("", tidied(line[:MAX_CHARACTERS]))
    pieces = [piece.strip() for piece in _SPLIT.split(said) if piece.strip()]
    if len(pieces) == 1:
        pieces = _by_spaces(pieces[0], today)
    if not pieces:
        return Parsed(line=line.strip(), missing=("metric", "target", "proof", "due_on"))
    parsed = replace(_measure(pieces[0]), line=line.strip())
    for piece in pieces[1:]:
        parsed = _take(parsed, piece, today)
    return _named(_bounded(parsed))


def parse_block(text: str, *, today: dt.date) -> list[Parsed]:
    """Every non-empty line of a pasted block, with its line number; a header row is skipped.

    More than 200 lines: the surplus comes back as problems, never silently dropped.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        first = tidied(line).split("\t")[0].strip().lower()
        if not line.strip() or (first in _HEADER and not found):
            continue
        if len(found) >= MAX_LINES:
            sentence = _("More than %(count)d lines at once; paste the rest in a second block.")
            problem = Problem("line", sentence % {"count": MAX_LINES})
            found.append(Parsed(line=line.strip(), number=number, problems=(problem,)))
            break
        found.append(replace(parse(line, today=today), number=number))
    return found


def tidied(text: str) -> str:
    """Half-width digits and punctuation, one kind of minus, single spaces; tabs stay."""
    said = unicodedata.normalize("NFKC", text).replace("，", ",").replace("；", ";")
    said = said.replace("。", ";").replace("≦", "≤").replace("≧", "≥")
    return re.sub(r"[ \u00a0\u3000]+", " ", said).strip(" ;")


def _by_spaces(piece: str, today: dt.date) -> list[str]:
    """A line without commas: the day is the tail, the rest stays whole."""
    found = _TAIL_DAY.match(piece)
    if found:
        day = daywords.read(found["day"], today=today)
        if day is not None and (day.on or day.throughout or day.problem):
            return [found["head"], found["day"]]
    return [piece]


def _measure(piece: str) -> Parsed:
    found = _SUFFIX.match(piece) or _INFIX.match(piece)
    if not found:
        return Parsed(line="", statement=piece, metric=piece)
    said = found["operator"].lower()
    rest = found.groupdict().get("rest") or ""
    target = Decimal(found["number"].replace(",", "").replace("−", "-"))
    parsed = Parsed(
        line="",
        statement=piece[: len(piece) - len(rest)].strip() if rest else piece,
        metric=found["metric"].strip(" :") or piece,
        operator=_AFTER.get(said) or _MEANS[said],
        target=target,
        unit=found["unit"].strip(),
        proof=rest.strip(" ,"),
    )
    return _whole_target(parsed)


def _whole_target(parsed: Parsed) -> Parsed:
    assert parsed.target is not None
    if parsed.target <= 0:
        sentence = _("A target of 0 cannot be measured; say how many of how many, or by when.")
    elif parsed.target >= Decimal(10) ** 14 or parsed.target != round(parsed.target, 4):
        sentence = _("The target has at most 14 digits and 4 decimals.")
    else:
        return parsed
    problems = (*parsed.problems, Problem("target", sentence))
    return replace(parsed, target=None, operator=Operator.DONE, unit="", problems=problems)


def _take(parsed: Parsed, piece: str, today: dt.date) -> Parsed:
    if klass := _CLASS_OF.get(piece.lower()):
        return replace(parsed, priority_class=klass)
    day = daywords.read(piece, today=today)
    if day is not None and not (parsed.due_on or parsed.throughout):
        if day.problem:
            return replace(parsed, problems=(*parsed.problems, Problem("due_on", day.problem)))
        return replace(parsed, due_on=day.on, throughout=day.throughout)
    if parsed.target is None and not parsed.proof and not parsed.problems:
        measured = _measure(piece)
        if measured.target is not None:
            return replace(
                measured,
                line=parsed.line,
                statement=parsed.statement,
                due_on=parsed.due_on,
                throughout=parsed.throughout,
                priority_class=parsed.priority_class,
            )
    joined = f"{parsed.proof}, {piece}" if piece.isascii() else f"{parsed.proof}，{piece}"
    return replace(parsed, proof=joined if parsed.proof else piece)


def _bounded(parsed: Parsed) -> Parsed:
    problems = list(parsed.problems)
    for part, limit in (("statement", STATEMENT), ("proof", PROOF), ("metric", 120), ("unit", 20)):
        if len(getattr(parsed, part)) > limit:
            sentence = _("%(count)d characters are too long here; %(limit)d fit.")
            count = len(getattr(parsed, part))
            problems.append(Problem(part, sentence % {"count": count, "limit": limit}))
            parsed = replace(parsed, **{part: getattr(parsed, part)[:limit]})
    return replace(parsed, problems=tuple(problems))


def _named(parsed: Parsed) -> Parsed:
    refused = {problem.part for problem in parsed.problems}
    there = {
        "metric": parsed.metric,
        "target": parsed.target is not None,
        "proof": parsed.proof,
        "due_on": parsed.due_on or parsed.throughout,
    }
    return replace(
        parsed,
        missing=tuple(
            part for part, is_there in there.items() if not is_there and part not in refused
        ),
    )
