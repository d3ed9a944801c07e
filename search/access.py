"""Who searches what: the index a person asks, the right to take results out, the saved searches that are theirs."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.enums import Role
from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.access import check_right, load_visible
from casework.audience import Audience
from search.models import SavedSearch
from search.queries import Query


def audience_of(user: User) -> Audience:
    """A person whose only role is member of the joint meeting reads what was shared, everybody else the internal index."""
    return Audience.PARTNER if standing(user).roles == {Role.MEMBER} else Audience.INTERNAL


def check_can_search(user: User) -> None:
    """Raise AccessDenied unless this person may search at all."""
    check_right(user, Permission.SEARCH_STAFF)


def check_can_export(user: User) -> None:
    """Raise AccessDenied unless this person may take search results out of the house."""
    check_right(user, Permission.SEARCH_STAFF)
    check_right(user, Permission.EXPORT_SEARCH)


def saved_of(user: User) -> QuerySet[SavedSearch]:
    """The saved searches of this person, newest first. Nobody sees another's."""
    check_can_search(user)
    return SavedSearch.objects.filter(owner=user).order_by("-pk")


def get_saved_for(user: User, pk: int) -> SavedSearch:
    """A saved search of this person, or Http404: nobody else's exists for them."""
    return load_visible(saved_of(user), pk=pk)


def may_be_told(owner: User) -> bool:
    """May this person still be told how many new results there are? Not after the account was closed or the right lost."""
    return owner.is_active and Permission.SEARCH_STAFF in standing(owner, timezone.localdate()).permissions


def keyed_hash(query: Query) -> str:
    """Hash for the trails: the same query gives the same hash, and nobody reads a name out of it by trying."""
    return salted_hmac("search.query", query.fingerprint).hexdigest()[:32]
