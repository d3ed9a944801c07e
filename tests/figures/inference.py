"""F4: does a search tell anything about a record that is hidden? The same questions in two worlds, compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.audience import Audience
from notices.querysets import PublicNoticeQuerySet
from search import results
from search.access import audience_of
from search.backends.base import Reader
from search.queries import Query
from search.results import find
from tests.factories.visits import signed_in
from tests.figures.builders import BUILDERS
from tests.figures.outputs import Asked, answer, differences, questions, shown
from tests.figures.scene import Scene, world

AUDIENCES = {
    "house": (Audience.INTERNAL,),
    "desk": (Audience.INTERNAL,),
    "partner": (Audience.PARTNER, Audience.INTERNAL),
    "public": (Audience.PUBLIC, Audience.PARTNER),
}
# Where the question itself goes, and where nobody asks but hidden records could show.
ASKED = {
    "house": ("/search/", "/search/suggest", "/search/export/"),
    "desk": ("/search/", "/search/suggest", "/search/export/"),
    "partner": ("/search/", "/search/suggest", "/search/export/"),
    "public": ("/notices/", "/notices/search/"),
}
COMPARED = 20  # newest records whose like are listed, per reader
FEEDS = ("/notices/feed.atom", "/notices/feed.json", "/api/v1/notices/", "/")
LISTS = ("/leads/", "/cases/", "/api/v1/cases/", "/api/v1/decisions/")


@dataclass
class Outcome:
    """What came of one world. `insider`: differences a reader who may see finds; `naive`: those of a broken filter."""

    pairs: int = 0
    pages: int = 0
    found: list[tuple[str, Asked]] = field(default_factory=list)
    insider: int = 0
    naive: int = 0


@dataclass
class Plan:
    """How much: questions per reader, how many of them also as an exact number and as a whole page, size of the worlds."""

    questions: int = 250
    every: int = 5
    control: int = 40
    exact_every: int = 3
    size: int = 23
    hidden: int = 9
    seed: int = 4


def compare_worlds(name: str, plan: Plan, follow: Callable[[], Any]) -> Outcome:
    """Run one world. `follow` brings the index behind the records, on whatever engine answers."""
    outcome = Outcome()
    counters: list = []
    sizes = {"size": plan.size, "hidden": plan.hidden}
    asked: list[Asked] = []
    with world(BUILDERS[name], counters, is_full=True, **sizes) as scene:
        follow()
        asked = questions(scene.secrets, scene.open_texts, plan.questions, plan.seed)
        full = _everything(scene, name, asked, plan)
    with world(BUILDERS[name], counters, is_full=False, **sizes) as scene:
        follow()
        without = _everything(scene, name, asked, plan)
    outcome.pairs = len(scene.readers) * len(asked)
    outcome.pages = len(full["pages"])
    labels = [f"{reader}" for reader in scene.readers for _asked in asked]
    places = differences(full["answers"], without["answers"])
    outcome.found += [(labels[place], asked[place % len(asked)]) for place in places]
    outcome.found += [(full["labels"][place], Asked("")) for place in differences(full["pages"], without["pages"])]
    outcome.insider = sum(1 for _place in differences(full["insider"], without["insider"]))
    outcome.naive = sum(1 for _place in differences(full["naive"], without["naive"]))
    return outcome


def _everything(scene: Scene, name: str, asked: list[Asked], plan: Plan) -> dict[str, list]:
    on = timezone.localdate()
    audiences = AUDIENCES[name]
    told: dict[str, list] = {"answers": [], "pages": [], "labels": [], "insider": [], "naive": []}
    for reader, user in scene.readers.items():
        told["answers"] += [
            _ask(user, one, audiences, on, is_exact=not place % plan.exact_every) for place, one in enumerate(asked)
        ]
        for label, page in _pages(name, user, asked[:: plan.every]):
            told["pages"].append(page)
            told["labels"].append(f"{reader} {label}")
    few = asked[: plan.control]
    if scene.insider is not None:
        told["insider"] = [_ask(scene.insider, one, audiences, on) for one in few]
    reader = next(iter(scene.readers.values()))
    # Last: a hit that is dropped waits to be written again, and is found by nobody meanwhile.
    with _broken_filter():
        if name == "public":
            told["naive"] = [page for _label, page in _pages(name, reader, few[:8])]
        else:
            told["naive"] = [_ask(reader, one, audiences, on) for one in few]
    return told


def _ask(user: User, asked: Asked, audiences: tuple[Audience, ...], on: Any, *, is_exact: bool = True) -> list[Any]:
    return [answer(user, asked, audience, on, is_exact=is_exact) for audience in audiences]


def _pages(name: str, user: User, asked: list[Asked]) -> list[tuple[str, str]]:
    """Whole pages with everything they say, and the lists, feeds and API answers nobody asks a question of."""
    client = Client() if name == "public" else signed_in(user)
    pages = [
        (f"{address} {one.text}", shown(client, address, q=one.text, **dict(one.filters)))
        for one in asked
        for address in ASKED[name]
    ]
    if name == "public":
        return pages + [(path, shown(client, path)) for path in FEEDS]
    return [*pages, *_similar(user, client), *((path, shown(client, path)) for path in LISTS)]


def _similar(user: User, client: Client) -> Iterator[tuple[str, str]]:
    """What is listed beside each of the newest records this reader finds: hidden ones share names and words with them."""
    every = Query((), limit=COMPARED)
    for hit in find(every, user=user, audience=audience_of(user), on=timezone.localdate()).hits:
        if hit.similar_url:
            yield f"similar to {hit.card.title}", shown(client, hit.similar_url)


@contextmanager
def _broken_filter() -> Iterator[None]:
    """Who the index holds nothing back from (only reading again is still in the way), and a portal that shows all rows."""
    every = frozenset({"everyone", "d1", "d2", "d3", "d4", "d5", *(f"r{role}" for role in Role)})

    def open_reader(user: User, audience: Audience, on: Any) -> Reader:
        return Reader(audience, every | {f"u{user.pk}"}, 3, "", on)

    with (
        mock.patch.object(results, "reader_for", open_reader),
        mock.patch.object(PublicNoticeQuerySet, "on_show", lambda rows, on: rows),
    ):
        yield
