"""What a test does with a real engine, and what it asks it past our own code."""

from typing import Any

from casework.audience import Audience
from search import engine_checking, generations, syncing
from search.backends import client
from search.backends.names import read_alias
from search.models import IndexGeneration


class EngineHand:
    """Builds, drains and looks. Questions go to the engine itself, so that an answer is not ours."""

    def build(self, *audiences: Audience) -> IndexGeneration:
        """Indexes for these audiences, the internal one unless told otherwise. Returns the last."""
        return [generations.build(audience) for audience in audiences or (Audience.INTERNAL,)][-1]

    def drain(self) -> int:
        return syncing.drain_engine()

    def documents(self, index: str = "", audience: Audience = Audience.INTERNAL) -> dict[int, dict[str, Any]]:
        """What stands in an index, in the one that is read unless told otherwise: id → stored source."""
        reach = self.reach(audience)
        name = index or read_alias(audience)
        reach.indices.refresh(index=name)
        answer = reach.search(index=name, size=1000, source=True)
        return {int(hit["_id"]): hit["_source"] for hit in answer["hits"]["hits"]}

    def behind_alias(self, audience: Audience = Audience.INTERNAL) -> list[str]:
        return sorted(self.reach(audience).indices.get_alias(name=read_alias(audience)))

    def exists(self, index: str) -> bool:
        return bool(self.reach().indices.exists(index=index, expand_wildcards="all"))

    def differences(self, generation: IndexGeneration) -> list[tuple[str, int]]:
        target = generations.target_of(generation)
        syncing.ENGINE.refresh(target)
        return [(one.problem.value, one.order) for one in engine_checking.differences(target)]

    def reach(self, audience: Audience = Audience.INTERNAL) -> Any:
        return client.for_writing(audience)

    def forget(self) -> None:
        for generation in IndexGeneration.objects.all():
            self.reach().options(ignore_status=404).indices.delete(index=generation.name)
