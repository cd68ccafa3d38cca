"""One line becomes an expectation; every part that cannot be read is named."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from expectations.oneline import MAX_LINES, parse, parse_block

TODAY = dt.date(2026, 3, 2)


def of(line):
    return parse(line, today=TODAY)


@pytest.mark.parametrize(
    "line",
    [
        "年中断≤26分钟,网管统计,4-15前",
        "年中断≤26分钟，网管统计，4-15前",
        "年中断 不超过 26 分钟\t网管统计\t4月15日",
        "年中断<=26分钟;网管统计;2026-04-15",
        "1. 年中断≤26分钟、网管统计、2026/4/15前",
        "年中断≤26分钟 4-15前 ".replace(" 4-15", ",网管统计,4-15"),
        "年中断≤２６分钟，网管统计，４-１５前",
    ],
)
def test_chinese_ways_to_say_the_same(line):
    parsed = of(line)

    assert (parsed.metric, parsed.operator, parsed.target) == ("年中断", "lte", Decimal(26))
    assert (parsed.unit, parsed.proof) == ("分钟", "网管统计")
    assert parsed.due_on == dt.date(2026, 4, 15)
    assert parsed.is_whole


@pytest.mark.parametrize(
    "line, operator, target, unit, due",
    [
        ("Outage at most 26 min, NMS report, by 15 Apr", "lte", 26, "min", dt.date(2026, 4, 15)),
        ("Uptime ≥ 99.95 %, log, before April 15, 2027", "gte", "99.95", "%", dt.date(2027, 4, 15)),
        ("Spares within 4 h, log, 2026-12-31", "lte", 4, "h", dt.date(2026, 12, 31)),
    ],
)
def test_english_lines(line, operator, target, unit, due):
    parsed = of(line)

    assert (parsed.operator, parsed.target, parsed.unit) == (operator, Decimal(target), unit)
    assert parsed.due_on == due
    assert parsed.is_whole


def test_a_thousands_comma_is_no_separator():
    parsed = of("投资不超过1,860万元,财务决算,年底")

    assert (parsed.target, parsed.unit, parsed.due_on) == (
        Decimal(1860),
        "万元",
        dt.date(2026, 12, 31),
    )


@pytest.mark.parametrize(
    "line, part",
    [
        ("回退=0,记录,4-15", "target"),
        ("回退≤-1,记录,4-15", "target"),
        ("年中断≤0.00001分钟,网管统计,4-15", "target"),
        ("年中断≤26分钟,网管统计,11-31", "due_on"),
        ("年中断≤26分钟,网管统计,2026-02-29", "due_on"),
        ("年中断≤26分钟,网管统计,13-1", "due_on"),
        ("年中断≤26分钟,网管统计,2026-03-01", "due_on"),
        ("年中断≤26分钟,网管统计,尽快", "due_on"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(line, part):
    parsed = of(line)

    assert [problem.part for problem in parsed.problems] == [part]
    assert parsed.problems[0].sentence
    assert getattr(parsed, part) is None


def test_the_sentence_names_the_length_of_the_month():
    sentence = of("年中断≤26分钟,网管统计,11-31").problems[0].sentence

    assert "11" in sentence and "30" in sentence


def test_today_is_a_day_and_yesterday_is_next_year():
    assert of("a≤1,b,3-2").due_on == TODAY
    assert of("a≤1,b,3-1").due_on == dt.date(2027, 3, 1)
    assert of("a≤1,b,2028-02-29").due_on == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    "line, missing",
    [
        ("网管大屏", ("target", "proof", "due_on")),
        ("年中断≤26分钟", ("proof", "due_on")),
        ("年中断≤26分钟,4-15", ("proof",)),
        ("提前72小时通知,每次附替代方案,全程", ("target",)),
        ("", ("metric", "target", "proof", "due_on")),
    ],
)
def test_every_part_that_is_not_there_is_named(line, missing):
    assert of(line).missing == missing


def test_a_block_keeps_line_numbers_and_skips_its_header():
    rows = parse_block("期望\t证明\n\n年中断≤26分钟\t网管\t4-15\n大屏\t模板\t可协商", today=TODAY)

    assert [row.number for row in rows] == [3, 4]
    assert rows[1].priority_class == "negotiable"


def test_surplus_lines_are_said_not_dropped():
    rows = parse_block("\n".join(["a≤1"] * (MAX_LINES + 5)), today=TODAY)

    assert len(rows) == MAX_LINES + 1
    assert rows[-1].problems[0].part == "line"


def test_a_hostile_line_is_quick_and_bounded():
    parsed = of("≤" * 5000 + "9" * 5000)

    assert len(parsed.statement) <= 200
