"""How Chinese names are read: the answers of pypinyin at a sixth of its memory.

Its dictionaries of 42,000 characters and 47,000 phrases are made once into a file under the data
folder, by a process of its own (`core.pinyin_build`); processes read that. Where it cannot be
written, pypinyin answers itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from array import array
from bisect import bisect
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

TAKES_S = 60


class Readings:
    """The readings of a file of `core.pinyin_build`."""

    def __init__(self, text: str) -> None:
        said = json.loads(text)
        self.syllables: list[str] = []
        numbers: dict[str, int] = {}
        self.firsts: list[int] = []
        self.rows: list[array[int]] = []
        for first, words in said["chars"]:  # ascending
            row = array("H")
            for word in words.split():
                if word not in numbers:
                    numbers[word] = len(self.syllables)
                    self.syllables.append(word)
                row.append(numbers[word])
            self.firsts.append(first)
            self.rows.append(row)
        self.phrases: dict[str, str] = said["phrases"]
        self.longest: dict[str, int] = {}
        for phrase in self.phrases:
            self.longest[phrase[0]] = max(self.longest.get(phrase[0], 0), len(phrase))

    def of(self, text: str) -> list[str]:
        """Syllables, as `pypinyin.lazy_pinyin`: the longest phrase first; other text as it is."""
        found: list[str] = []
        other, at = "", 0
        while at < len(text):
            said = self._char(text[at])
            if said is None:
                other += text[at]
                at += 1
                continue
            if other:
                found.append(other)
                other = ""
            phrase = self._phrase(text, at)
            if phrase and (words := self.phrases[phrase]):
                found += words.split()
            else:
                found += [self._char(char) or char for char in phrase or text[at]]
            at += len(phrase) or 1
        return [*found, other] if other else found

    def _char(self, char: str) -> str | None:
        code = ord(char)
        place = bisect(self.firsts, code) - 1
        if place < 0 or code - self.firsts[place] >= len(self.rows[place]):
            return None
        return self.syllables[self.rows[place][code - self.firsts[place]]]

    def _phrase(self, text: str, at: int) -> str:
        longest = self.longest.get(text[at], 0)
        for size in range(longest, 1, -1):
            if text[at : at + size] in self.phrases:
                return text[at : at + size]
        return ""


def read(text: str) -> list[str]:
    """The syllables of a text, without tones: 澜海 → ["lan", "hai"]."""
    table = readings()
    return table.of(text) if table else import_module("pypinyin").lazy_pinyin(text)


@cache
def readings() -> Readings | None:
    """The table of this installation, written when it is asked for first; None without a place."""
    path = Path(settings.DATA_DIR) / f"pinyin-{version('pypinyin')}.json"
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path)
        return Readings(path.read_text())
    except (OSError, ValueError, LookupError, subprocess.SubprocessError):
        return None


def _write(path: Path) -> None:
    root = str(Path(__file__).resolve().parent.parent)
    quiet = subprocess.DEVNULL
    there = {**os.environ, "PYTHONPATH": root}
    words = [sys.executable, "-m", "core.pinyin_build", str(path)]
    subprocess.run(
        words, check=True, cwd=root, env=there, timeout=TAKES_S, stdout=quiet, stderr=quiet
    )
