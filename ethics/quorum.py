"""Whether an item of a meeting may be voted on, and whether a panel for re-review is sound. Pure.

Quorum and categories are checked for each item anew, after the recusals of that item, before voting opens.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from casework.findings import Finding, make_finding
from casework.rulebook import Clause, RuleBook, weaker_mark
from ethics.composition import missing_categories, wanted_categories
from ethics.voting import policy_of

MEMBER = "member"
CONSULTANT = "consultant"


@dataclass(frozen=True)
class Attendee:
    """Somebody at the meeting, in the room or by video. `has_left`: gone before this item. `categories` include the
    fields of science the person knows."""

    name: str
    role: str = MEMBER
    sex: str = ""
    is_external: bool = False
    categories: frozenset[str] = frozenset()
    is_recused: bool = False
    has_left: bool = False


@dataclass(frozen=True)
class Item:
    """One item of the agenda. `expertise` is the field an emergency review needs somebody of."""

    attendees: tuple[Attendee, ...]
    in_minzu_area: bool = False
    expertise: str = ""


def voters(attendees: Iterable[Attendee]) -> tuple[Attendee, ...]:
    """Members who are there and not recused. Consultants, secretaries and observers never vote (ST 14)."""
    return tuple(one for one in attendees if one.role == MEMBER and not one.is_recused and not one.has_left)


def why_no_vote(books: Iterable[RuleBook], attendee: Attendee) -> Clause | None:
    """The entry that keeps somebody from voting: the role, or the recusal. None where no entry does."""
    key = "recused" if attendee.is_recused else attendee.role
    return next((book.clause("nonvoter", key) for book in books if book.has("nonvoter", key)), None)


def item_findings(books: Iterable[RuleBook], item: Item, procedure: str = "general") -> tuple[Finding, ...]:
    """What forbids a vote on the item under this procedure; nothing found means that voting may open."""
    books = tuple(books)
    found: list[Finding] = []
    for book in books:
        if book.has("procedure", procedure):
            for key in book.clause("procedure", procedure).numbers.get("rules", ()):
                rule = book.clause("meeting_rule", key)
                found += ITEM_CHECKS[rule.numbers["rule"]](books, book, rule, item)
    return tuple(found)


def panel_findings(
    book: RuleBook, panel: Collection[Attendee], committee_names: Collection[str]
) -> tuple[Finding, ...]:
    """What is wrong with a panel of experts. `committee_names`: members of the committee whose opinion is reviewed."""
    rules = {rule.numbers["rule"]: rule for rule in book.of_kind("meeting_rule")}
    least, wanted = rules["panel_min"], rules["panel_categories"]
    found = []
    if len(panel) < least.numbers["value"]:
        value = least.numbers["value"]
        found.append(make_finding(book, "panel_min", field="panel", rule=least, found=len(panel), value=value))
    for category in missing_categories(panel, wanted.numbers["value"]):
        name = book.clause("member_category", category)
        found.append(make_finding(book, "panel_categories", field=f"categories.{category}", rule=wanted, category=name))
    for place, expert in enumerate(panel):
        if expert.name in committee_names:
            rule = rules["panel_independent"]
            found.append(make_finding(book, "panel_independent", field=f"panel.{place}", rule=rule, name=expert.name))
    return tuple(found)


def _counted(books: tuple[RuleBook, ...], item: Item) -> tuple[Attendee, ...]:
    """Who counts: by the setting in force a recused member leaves and does not."""
    policy = policy_of(books)
    if policy.recused_counted:
        return tuple(one for one in item.attendees if one.role == MEMBER and not one.has_left)
    return voters(item.attendees)


def _quorum_min(books: tuple[RuleBook, ...], book: RuleBook, rule: Clause, item: Item) -> Iterator[Finding]:
    found, value = len(_counted(books, item)), rule.numbers["value"]
    if found < value:
        yield make_finding(book, "quorum_min", field="attendees", rule=rule, found=found, value=value)


def _categories_present(books: tuple[RuleBook, ...], book: RuleBook, rule: Clause, item: Item) -> Iterator[Finding]:
    """As certain as the weaker of two rules: that the categories must be there, and which they are."""
    source = book.clause("committee_rule", rule.numbers["of"])
    mark = weaker_mark(rule.mark, source.mark)
    for category in missing_categories(_counted(books, item), wanted_categories(source, item.in_minzu_area)):
        name = book.clause("member_category", category)
        told = make_finding(book, "categories_present", field=f"categories.{category}", rule=rule, category=name)
        yield replace(told, mark=mark)


def _field_expert(books: tuple[RuleBook, ...], book: RuleBook, rule: Clause, item: Item) -> Iterator[Finding]:
    advising = [one for one in item.attendees if one.role == CONSULTANT and not one.is_recused and not one.has_left]
    if not any(item.expertise in one.categories for one in (*voters(item.attendees), *advising)):
        yield make_finding(book, "field_expert", field="attendees", rule=rule, expertise=item.expertise)


ItemCheck = Callable[[tuple[RuleBook, ...], RuleBook, Clause, Item], Iterator[Finding]]
ITEM_CHECKS: dict[str, ItemCheck] = {
    "quorum_min": _quorum_min,
    "categories_present": _categories_present,
    "field_expert": _field_expert,
}
