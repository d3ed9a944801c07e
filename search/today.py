"""What search puts on the Today page: saved searches with new results, as a number. Never what was found."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from search.models import SavedSearch


@register_today
def alerts(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For the owner of a saved search, as long as they may search."""
    if Permission.SEARCH_STAFF not in standing(user, on).permissions:
        return
    for search in SavedSearch.objects.filter(owner=user, has_alert=True, new_count__gt=0).order_by("pk"):
        yield TodayRow(
            title=_("保存的检索“%(name)s”有 %(count)s 条新结果") % {"name": search.name, "count": search.new_count},
            url=reverse("search:saved-list"),
            reference="",
            note=_("%(day)s 核对，只计您当时有权查看的") % {"day": search.counted_on},
            action_label=_("去查看"),
            action_url=reverse("search:saved-list"),
        )
