"""Surnames whose reading differs from the common reading of the character."""

from __future__ import annotations

SURNAMES = {
    "曾": "zeng", "解": "xie", "单": "shan", "朴": "piao", "仇": "qiu", "区": "ou", "查": "zha",
    "盖": "ge", "翟": "zhai", "任": "ren", "尉": "yu", "覃": "qin", "缪": "miao", "乐": "yue",
    "华": "hua", "纪": "ji", "哈": "ha", "能": "nai", "种": "chong", "秘": "bi", "冼": "xian",
    "召": "shao", "盛": "sheng", "繁": "po", "郇": "xun", "员": "yun", "贠": "yun", "宓": "mi",
    "那": "na", "阚": "kan", "都": "du", "洗": "xian", "长": "zhang", "隗": "wei", "訾": "zi",
    "晁": "chao", "逄": "pang", "亓": "qi", "令": "ling", "么": "yao", "句": "gou", "燕": "yan",
    "黑": "he", "卜": "bu", "折": "she", "牟": "mu", "车": "che", "宁": "ning", "石": "shi",
    "藏": "zang", "重": "chong", "祭": "zhai", "葛": "ge", "万": "wan", "洪": "hong", "柏": "bai",
    "佟": "tong", "邸": "di", "郗": "xi", "撒": "sa", "适": "kuo", "瞿": "qu", "眭": "sui",
}  # fmt: skip
COMPOUND = {
    "单于": ["chan", "yu"],
    "尉迟": ["yu", "chi"],
    "长孙": ["zhang", "sun"],
    "万俟": ["mo", "qi"],
    "澹台": ["tan", "tai"],
    "令狐": ["ling", "hu"],
    "宰父": ["zai", "fu"],
    "亓官": ["qi", "guan"],
    "夏侯": ["xia", "hou"],
    "皇甫": ["huang", "fu"],
}
