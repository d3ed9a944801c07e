"""Two databases that differ only in what is hidden: the same steps, with and without the hidden records.

Numbers jump the same way in both, because what a hidden record would have drawn is drawn all the same. Everything is
written inside a transaction that is undone afterwards.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.db import transaction

from accounts.models import User
from casework.models import ReferenceCounter
from tests.factories import people

SURNAMES = "周贺唐沈苏陆江纪温许顾程裴秦阮骆"
GIVEN = ("砚清", "南星", "若川", "知微", "望舒", "怀瑾", "映雪", "承宇", "听澜", "以宁", "书遥", "临渊")
UNITS = ("剑门医学院", "蜀道农业研究所", "嘉陵大学", "凤台材料中心", "翠云廊生态站")
WORDS = (
    "论文图片",
    "原始记录",
    "代写",
    "审稿意见",
    "经费支出",
    "署名顺序",
    "统计数据",
    "细胞系",
    "伦理批件",
    "重复发表",
)


class _Undone(Exception):
    """Carries nothing: a world is left by undoing it."""


@dataclass
class Scene:
    """What a builder writes with. `secrets`: texts of hidden records, `open_texts`: texts of the others."""

    counters: list[dict[tuple[str, int], int]]
    is_full: bool
    size: int = 23
    hidden: int = 9
    readers: dict[str, User] = field(default_factory=dict)
    insider: User | None = None
    secrets: list[str] = field(default_factory=list)
    open_texts: list[str] = field(default_factory=list)
    _step: int = 0

    def hide(self, make: Callable[[], Any], *texts: str) -> None:
        """A hidden record: made in the full world, and only its numbers used up in the other."""
        if self.is_full:
            made = make()
            self.secrets.extend([*texts, *_texts_of(made)])
            self.counters.append(dict(_counters()))
        else:
            for (kind, year), last in self.counters[self._step].items():
                ReferenceCounter.objects.update_or_create(kind=kind, year=year, defaults={"last": last})
        self._step += 1

    def show(self, make: Callable[[], Any], *texts: str) -> Any:
        """A record that is there in both worlds."""
        made = make()
        self.open_texts.extend([*texts, *_texts_of(made)])
        return made


@contextmanager
def world(build: Callable[[Scene], None], counters: list, *, is_full: bool, size: int, hidden: int) -> Iterator[Scene]:
    """The full world (build it first, it fills `counters`) or the one without hidden records; undone at the end.

    Nothing follows into the index by itself, so that the caller says when.
    """
    scene = Scene(counters, is_full, size, hidden)
    try:
        with (
            transaction.atomic(),
            mock.patch("casework.references.secrets.randbelow", lambda _limit: 0),
            mock.patch.object(people, "_serial", itertools.count(1000)),
            mock.patch("search.receivers.on_commit", lambda follow, robust: None),
        ):
            build(scene)
            yield scene
            raise _Undone
    except _Undone:
        pass


def name(number: int) -> str:
    """The invented name number so-and-so; the first 192 are different."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)]


def tale(number: int) -> str:
    """A sentence of a record: common words in different company, so that hidden and open ones share most pairs."""
    first, second = WORDS[number % 10], WORDS[number * 7 // 3 % 10]
    return f"反映{name(number)}{first}与{second}不实，第{number}号材料"


def _counters() -> Iterator[tuple[tuple[str, int], int]]:
    for kind, year, last in ReferenceCounter.objects.values_list("kind", "year", "last"):
        yield (kind, year), last


def _texts_of(made: Any) -> list[str]:
    """Number and title of what was made, and the keys a name is found by."""
    records = made if isinstance(made, tuple) else (made,)
    texts = []
    for record in records:
        dossier = getattr(record, "dossier", None)
        numbers = (getattr(dossier, "reference", ""), getattr(record, "reference", ""), getattr(record, "number", ""))
        texts += [text for text in (*numbers, getattr(record, "title", ""), getattr(record, "summary", "")) if text]
        for respondent in record.respondents.all() if hasattr(record, "respondents") else ():
            texts += [respondent.name_then, respondent.affiliation_then, respondent.subject.person.pinyin_keys]
    return texts
