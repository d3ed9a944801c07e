"""Names of people: keys to find Han and romanised spellings of one name, and the mask for readers who may not see it.

A shared key never means a shared person; it only proposes whom to look at.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from pypinyin import Style, pinyin

MASK = "某某"
MAX_KEYS = 24
MAX_READINGS = 12
MAX_SURNAME_READINGS = 4
MAX_COLUMN = 600
# ü is written v by machines, yu in passports, u by many authors.
U_SPELLINGS = ("v", "yu", "u")
DOTS = "·•‧・∙⋅．.‐"
# Han characters including the rare ones beyond U+FFFF and 〇.
HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U0003347f]")
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
COMPOUND_LIST = """
欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 司空 夏侯 端木 轩辕 独孤 南宫 闻人 澹台 公冶
宗政 濮阳 淳于 单于 太叔 申屠 钟离 鲜于 闾丘 万俟 赫连 呼延 拓跋 百里 东郭 西门 南门 第五 完颜 耶律 纳兰 左丘
梁丘 公羊 谷梁 即墨 达奚 褚师 哥舒 贺兰 司寇 巫马 漆雕 乐正 壤驷 公良 夹谷 宰父 段干 东门 子车 颛孙
歐陽 諸葛 東方 尉遲 長孫 鍾離 鮮于 閭丘 單于 獨孤 軒轅 濮陽 澹臺
"""
COMPOUND_SURNAMES = frozenset(COMPOUND_LIST.split())
# Surnames whose reading as a surname is not the character's first one; the other readings stay keys too.
READING_LIST = """
万俟:moqi 尉迟:yuchi 尉遲:yuchi 单于:chanyu/shanyu 單于:chanyu/shanyu 澹台:tantai 澹臺:tantai
单:shan 單:shan 仇:qiu 曾:zeng 解:xie 区:ou 區:ou 查:zha 盖:ge 朴:piao 翟:zhai 乐:yue 缪:miao 员:yun 秘:bi 折:she
种:chong 黑:he 繁:po 佴:nai 覃:qin/tan 召:shao 洗:xian 隗:wei/kui 薄:bo 卜:bu 长:chang 祭:zhai 阚:kan 谌:chen/shen
句:gou 乜:nie 适:kuo 重:chong 藏:zang 都:du
"""
SURNAME_READINGS: Mapping[str, tuple[str, ...]] = {
    surname: tuple(readings.split("/")) for surname, readings in (pair.split(":") for pair in READING_LIST.split())
}
# One syllable of pinyin without tone, v or ü for ü.
SYLLABLE = re.compile(
    "(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|üan|üe|ve|ue|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|er|"
    "a|o|e|i|u|ü|v)"
)


def normal_name(name: str) -> str:
    """The form in which names are stored and compared: NFKC, one kind of dot, single blanks, no variation selectors."""
    text = VARIATION.sub("", unicodedata.normalize("NFKC", name))
    text = re.sub(rf"\s*[{DOTS}]\s*", "·", text) if has_han(text) else text
    # Blanks between Han characters only align columns: 周 清.
    text = re.sub(rf"(?<={HAN.pattern})\s+(?={HAN.pattern})", "", text)
    return re.sub(r"\s+", " ", text).strip(" ·" if has_han(text) else " ")


def has_han(text: str) -> bool:
    return HAN.search(text) is not None


def split_name(name: str) -> tuple[str, str]:
    """(surname, given name) of a name in Han characters; ("", name) where there is no surname to split off."""
    text = normal_name(name)
    if not has_han(text) or "·" in text or " " in text:
        return "", text
    length = 2 if text[:2] in COMPOUND_SURNAMES and len(text) > 2 else 1
    return text[:length], text[length:]


def surname_mask(name: str) -> str:
    """周砚清 → 周某某: the surname and a mark of fixed width, so that the length of the name is not told (B18).

    Names with a dot keep their first character, Latin names nothing: which part is the surname is not known.
    """
    text = normal_name(name)
    if not HAN.match(text):
        return MASK
    surname, _given = split_name(text)
    return (surname or text[0]) + MASK


def name_keys(name: str, *, limit: int = MAX_KEYS) -> tuple[str, ...]:
    """Lower-case keys, most likely first; two spellings of one name share at least one. Empty for an empty name.

    Full readings in both orders (zhouyanqing, yanqingzhou), then the surname with initials (zhouyq).
    """
    text = normal_name(name)
    keys = _han_keys(text) if has_han(text) else _latin_keys(text)
    return tuple(itertools.islice(dict.fromkeys(key for key in keys if key), limit))


def pinyin_keys(name: str, *, limit: int = MAX_KEYS) -> str:
    """The keys as one column holds them: separated by blanks, at most 600 characters, no key cut in two."""
    column = ""
    for key in name_keys(name, limit=limit):
        longer = f"{column} {key}".strip()
        if len(longer) > MAX_COLUMN:
            break
        column = longer
    return column


def name_initials(name: str) -> tuple[str, ...]:
    """First letters of every syllable of a Han name, each reading: 周砚清 is zyq, 单 both s and d. For searching only:
    too many people share them to call two names the same."""
    text = re.sub("[· ]+", "", normal_name(name))
    if not has_han(text):
        return ()
    surname, given = split_name(text)
    told = [
        tuple(syllable[:1] for syllable in syllables) for syllables in _readings(surname + given if surname else text)
    ]
    if len(surname) == 1:
        firsts = dict.fromkeys(reading[:1] for reading in _surname_readings(surname))
        told += [(first, *letters[1:]) for first in firsts for letters in told]
    return tuple(dict.fromkeys("".join(letters) for letters in told))


def _han_keys(text: str) -> Iterator[str]:
    surname, given = split_name(text)
    if not surname:
        yield from _dotted_keys(text)
        return
    families, givens = _surname_readings(surname), _readings(given)
    for family, syllables in itertools.islice(itertools.product(families, givens), MAX_READINGS):
        yield family + "".join(syllables)
        yield "".join(syllables) + family
    for family, syllables in itertools.product(families, givens):
        yield family + "".join(syllable[:1] for syllable in syllables)


def _dotted_keys(text: str) -> Iterator[str]:
    """买买提·艾力: all parts together, in both orders."""
    parts = [_readings(part) for part in re.split("[· ]+", text)]
    for readings in itertools.islice(itertools.product(*parts), MAX_READINGS):
        words = ["".join(syllables) for syllables in readings]
        yield "".join(words)
        yield "".join(reversed(words))


def _latin_keys(text: str) -> Iterator[str]:
    """Yanqing Zhou, ZHOU Yan-Qing, Zhou, Y. Q. and Y.Q. Zhou; without a comma both ends are tried as the surname."""
    words = [word for word in (_plain(word) for word in re.split(r"[\s,;.·_]+", text)) if word]
    orders = [(words[0], words[1:])] if words else []
    if len(words) > 1 and "," not in text:
        orders.insert(0, (words[-1], words[:-1]))
    for spelling in U_SPELLINGS:
        for family, given in orders:
            yield from _romanised_keys(family, given, spelling)


def _romanised_keys(family: str, given: Sequence[str], spelling: str) -> Iterator[str]:
    pieces = [piece for word in given for piece in word.split("-") if piece]
    family_key = family.replace("-", "").replace("ü", spelling)
    given_key = "".join(pieces).replace("ü", spelling)
    yield family_key + given_key
    yield given_key + family_key
    for initials in itertools.islice(itertools.product(*(_initials(piece) for piece in pieces)), MAX_READINGS):
        yield family_key + "".join(initials)


def _initials(piece: str) -> list[str]:
    """yanqing → yq, in every way to part it into at most three syllables; letters alone (yq) stay as they are."""
    if not set(piece) & set("aeiouvü"):
        return [piece]
    found = [initials for initials in _parted(piece) if len(initials) <= 3]
    return found or [piece[:1]]


def _parted(piece: str) -> list[str]:
    if not piece:
        return [""]
    cuts = [cut for cut in range(min(len(piece), 6), 0, -1) if SYLLABLE.fullmatch(piece, 0, cut)]
    return [piece[0] + rest for cut in cuts for rest in _parted(piece[cut:])]


def _surname_readings(surname: str) -> list[str]:
    usual = ["".join(syllables) for syllables in _readings(surname)]
    return list(dict.fromkeys([*SURNAME_READINGS.get(surname, ()), *usual]))[:MAX_SURNAME_READINGS]


def _readings(text: str) -> list[tuple[str, ...]]:
    """Every reading of every character, combined; a character that has none stands for itself."""
    heteronyms = pinyin(list(text), style=Style.NORMAL, heteronym=True, v_to_u=True, strict=False)
    choices = [
        dict.fromkeys(reading.lower().replace("ü", spelling) for reading in readings for spelling in U_SPELLINGS)
        for readings in heteronyms
    ]
    return list(itertools.islice(itertools.product(*choices), MAX_READINGS))


def _plain(word: str) -> str:
    """Lower case without accents, ü kept, apostrophes and signs dropped; letters of other scripts stay."""
    decomposed = unicodedata.normalize("NFD", word.lower()).replace("u\u0308", "ü")
    letters = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return re.sub(r"[^\w-]", "", letters).strip("-")
