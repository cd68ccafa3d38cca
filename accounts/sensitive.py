"""What evidence about a person should not speak of (R-P2): it warns, a person decides.

No table, no clock.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import pgettext_lazy

TOPICS: dict[str, tuple[Any, re.Pattern[str]]] = {
    "health": (
        pgettext_lazy("topic", "health"),
        re.compile(
            r"住院|患病|生病|病情|病假|癌|肿瘤|抑郁|动手术|做手术|怀孕|流产|糖尿病|高血压|残疾"
            r"|\b(?:cancer|tumou?r|pregnan\w+|hospitali[sz]ed|illness|surgery|diabet\w+)\b",
            re.I,
        ),
    ),
    "religion": (
        pgettext_lazy("topic", "religion"),
        re.compile(
            r"宗教|信教|信佛|佛教|道教|基督|天主教|伊斯兰|穆斯林|教堂|去教会|做礼拜"
            r"|\b(?:religio\w+|muslim|christian|buddhist|catholic|church|mosque)\b",
            re.I,
        ),
    ),
    "family": (
        pgettext_lazy("topic", "family"),
        re.compile(
            r"离婚|婚姻|妻子|丈夫|老婆|老公|爱人|情人|儿子|女儿|孩子|父亲|母亲|岳父|岳母|家里人|家人"
            r"|\b(?:divorc\w+|wife|husband|daughter|mistress|pregnancy|his son|her son)\b",
            re.I,
        ),
    ),
    "politics": (
        pgettext_lazy("topic", "politics"),
        re.compile(
            r"党员|入党|党籍|党派|政治面貌|政治立场|政见"
            r"|\b(?:party member|communist|political view)",
            re.I,
        ),
    ),
}
NUMBERS = pgettext_lazy("topic", "a number of an identity or bank card")
LONG = re.compile(r"(?<!\d)\d{15,18}[\dXx](?![\dXx])")
IN_FOURS = re.compile(r"(?<!\d)\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?(?!\d)")
"""A card as it is printed."""


def topics(text: str) -> list[Any]:
    """Names of what the text touches, in the order of R-P2; empty for plain business."""
    found = [name for name, pattern in TOPICS.values() if pattern.search(text)]
    printed = [re.sub(r"\D", "", each) for each in IN_FOURS.findall(text)]
    if any(_is_identity(each) or _is_card(each) for each in [*LONG.findall(text), *printed]):
        found.append(NUMBERS)
    return found


def _is_identity(number: str) -> bool:
    """18 characters whose last one checks the others (GB 11643)."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    rest = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17])) % 11
    return "10X98765432"[rest] == number[17].upper()


def _is_card(number: str) -> bool:
    """16 to 19 digits that pass the check of bank cards (ISO/IEC 7812)."""
    if not number.isdigit():
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
