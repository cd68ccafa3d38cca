"""The readings of names are those of pypinyin, with less memory."""

from __future__ import annotations

import random

import pypinyin
import pytest
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from core import pinyin

KNOWN = list("澜海移动通信集团有限公司重庆长沙银行电力网络部总经理要会厦门朝阳乐山都")


def test_every_phrase_and_mixtures_read_as_there():
    chance = random.Random(1)
    phrases, chars = list(PHRASES_DICT), [chr(code) for code in PINYIN_DICT]
    pieces = [
        lambda: chance.choice(phrases),
        lambda: chance.choice(KNOWN),
        lambda: chance.choice(chars),
        lambda: chance.choice(["5G ", "（", "·", "〇", "x", "é", "の", "-"]),
    ]
    table = pinyin.readings()
    mixed = ["".join(chance.choice(pieces)() for _ in range(size)) for size in range(8)] * 60
    for text in ["", *chance.sample(phrases, 3_000), *mixed]:
        assert table.of(text) == pypinyin.lazy_pinyin(text), text


def test_without_a_place_for_the_table_pypinyin_answers(settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings.DATA_DIR = blocked / "inside"
    pinyin.readings.cache_clear()
    try:
        assert pinyin.readings() is None
        assert pinyin.read("重庆银行") == ["chong", "qing", "yin", "hang"]
    finally:
        pinyin.readings.cache_clear()


@pytest.mark.parametrize("said", ["", "{", '{"chars": []}'])
def test_a_table_cut_short_is_not_believed(said, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    pinyin.readings.cache_clear()
    try:
        pinyin.readings()
        (path,) = tmp_path.glob("pinyin-*.json")
        path.write_text(said)
        pinyin.readings.cache_clear()
        assert pinyin.read("重庆") == ["chong", "qing"]
    finally:
        pinyin.readings.cache_clear()
