"""The words of the rule set a decision names by keys: its categories of behaviour and its measures."""

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch

from casework.enums import ClauseKind
from casework.models import Clause
from integrity.models import Decision

_KINDS = (ClauseKind.CATEGORY, ClauseKind.MEASURE)


def prefetch_clauses() -> Prefetch:
    """What to prefetch on decisions so that the words cost no query per decision."""
    return Prefetch("rule_set__clauses", queryset=Clause.objects.filter(kind__in=_KINDS))


def category_words(decision: Decision) -> Iterator[str]:
    yield from _words(decision, ClauseKind.CATEGORY, decision.categories)
    yield decision.category_text


def measure_words(decision: Decision) -> Iterator[str]:
    """Measures that were decided, in the words of the rule set and in those of the decision."""
    decided = [measure for measure in decision.measures.all() if not measure.withdrawn]
    yield from _words(decision, ClauseKind.MEASURE, (measure.kind for measure in decided))
    for measure in decided:
        yield from (measure.source_label, measure.scope, measure.text, measure.until_text)


def _words(decision: Decision, kind: ClauseKind, keys: Iterable[str]) -> Iterator[str]:
    clauses = {clause.key: clause.zh for clause in decision.rule_set.clauses.all() if clause.kind == kind}
    yield from (clauses[key] for key in dict.fromkeys(keys) if key in clauses)
