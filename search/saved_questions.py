"""From a saved search back to the question it holds."""

from search.asking import Asked, understand
from search.models import SavedSearch


def question(search: SavedSearch) -> Asked:
    """Understood anew, with the dates and words of today's code. Raises QueryError when it cannot be asked any more."""
    return understand(search.text, kind=search.kind, year=search.year, is_exact=search.is_exact)
