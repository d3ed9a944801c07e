"""How sure we are of an article a page cites: the mark of its clauses in the rule book of the case."""

from __future__ import annotations

from casework.rulebook import MARKS, RuleBook

# An article no clause of the book knows was cited from experience.
UNKNOWN = "R"


def article_mark(book: RuleBook, article: str) -> str:
    """The least certain mark among the clauses of this article; "" for no article."""
    if not article:
        return ""
    marks = [clause.mark for clause in book.clauses if clause.article == article]
    return max(marks, key=MARKS.index) if marks else UNKNOWN
