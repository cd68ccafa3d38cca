"""Invented names by number: of places, companies, people. The same seed gives the same names.

The characters of the places are rare ones that no known place combines; telephone numbers begin
with 100, which no mobile number does; addresses end in .example.
"""

from __future__ import annotations

import math
import random

FIRST = "澜砚汐岫霁珩泠湄棠槿蘅筠峤岑溯沐岚泊珂琅璟瑄昀晗曜旻垣塬壑崚峣"
SECOND = "州川原浦汀渚泽滩岭堰塘津渡坪陂屿湾港庭陵"
TRADES = (
    "移动通信",
    "联合电信",
    "广电网络",
    "轨道交通",
    "电网",
    "热力",
    "水务",
    "燃气",
    "港务",
    "机场",
    "高速公路",
    "物流",
    "农商银行",
    "城市银行",
    "信托",
    "证券",
    "人寿保险",
    "化工",
    "钢铁",
    "有色金属",
    "水泥",
    "汽车零部件",
    "光伏",
    "风电",
    "精密制造",
    "半导体材料",
    "纺织",
    "食品",
    "医药",
    "中心医院",
    "理工学院",
    "数据服务",
    "政务云",
    "教育技术",
    "文化旅游",
    "矿业",
    "造船",
    "智慧园区",
    "环境工程",
    "地产开发",
)
FORMS = ("集团", "有限公司", "股份有限公司", "集团有限公司", "投资有限公司", "科技有限公司")
SURNAMES = (
    "陈林黄郑周吴徐孙胡朱高何郭马罗梁宋谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷"
)
GIVEN = (
    "知远明澈立群若川启文砚秋蕴之嘉禾慕白静言清和小满松越守拙景行书怀望舒子衿云起時安予宁"
    "思齐修齐博约弘毅致远亦凡星野听澜念慈映雪临风照野归帆青梧疏桐竹影新月初晴长庚既白"
)


def company(number: int, seed: int) -> tuple[str, str, str]:
    """(full name, short name, place) of the customer of that number; no name comes twice below
    `companies()` numbers."""
    total = companies()
    place = (number * _step(total, seed) + seed * 7919) % total
    place, form = divmod(place, len(FORMS))
    place, trade = divmod(place, len(TRADES))
    first, second = divmod(place, len(SECOND))
    town = FIRST[first] + SECOND[second]
    return f"{town}{TRADES[trade]}{FORMS[form]}", f"{town}{TRADES[trade]}", town


def companies() -> int:
    """How many different companies there are."""
    return len(FIRST) * len(SECOND) * len(TRADES) * len(FORMS)


def town(number: int) -> str:
    """The place of that number, over and over after the last."""
    first, second = divmod(number * 37 % (len(FIRST) * len(SECOND)), len(SECOND))
    return FIRST[first] + SECOND[second]


def _step(total: int, seed: int) -> int:
    """A step through all numbers that visits each once."""
    step = 104_729 + 2 * seed
    while math.gcd(step, total) != 1:
        step += 1
    return step


def person(rng: random.Random) -> str:
    """A name of two or three characters."""
    given = rng.choice(GIVEN) + (rng.choice(GIVEN) if rng.random() < 0.8 else "")
    return rng.choice(SURNAMES) + given


def phone(number: int) -> str:
    """A number that nobody can have."""
    return f"100{number:08d}"
