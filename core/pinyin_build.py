"""Writes what `core.pinyin` reads: `python -m core.pinyin_build FILE`, once for each pypinyin.

A process of its own, for its dictionaries take 55 MB as they are and 9 as they are needed here.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import groupby
from pathlib import Path

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT


def main() -> None:
    """Plain syllables of every character, and of the phrases that read otherwise."""
    chars = {chr(code): lazy_pinyin(chr(code))[0] for code in sorted(PINYIN_DICT)}
    phrases = {}
    for phrase in PHRASES_DICT:
        said = lazy_pinyin(phrase)
        same = said == [chars.get(char, char) for char in phrase]
        phrases[phrase] = "" if same else " ".join(said)
    # characters in a row of the table: those that follow each other
    numbered = groupby(enumerate(chars), key=lambda pair: ord(pair[1]) - pair[0])
    runs = [[char for _place, char in run] for _distance, run in numbered]
    table = [[ord(run[0]), " ".join(chars[char] for char in run)] for run in runs]
    target = Path(sys.argv[1])
    fresh = target.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps({"chars": table, "phrases": phrases}, ensure_ascii=False))
    fresh.replace(target)


if __name__ == "__main__":
    main()
