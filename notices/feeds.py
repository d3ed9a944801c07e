"""The Atom feed and the JSON feed of the notices on show. A withdrawn notice leaves both at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from notices.models import PublicNotice

MOST_ENTRIES = 100
JSON_FEED = "https://jsonfeed.org/version/1.1"


class NoticeFeed(Atom1Feed):
    """Atom with the id and the time of change we say, also when the feed is empty."""

    def latest_post_date(self) -> dt.datetime:
        changed: dt.datetime = self.feed["changed"]
        return changed


def entries(on: dt.date) -> list[PublicNotice]:
    """The newest notices on show."""
    return list(PublicNotice.objects.on_show(on).order_by("-pk")[:MOST_ENTRIES])


def changed_at() -> dt.datetime:
    """When the feed last changed: a withdrawal counts too, so that readers notice that an entry is gone."""
    newest = PublicNotice.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
    return newest or dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def atom(notices: Sequence[PublicNotice], changed: dt.datetime) -> str:
    """The Atom document (RFC 4287): every entry with author, id and time of change."""
    feed = NoticeFeed(
        title=_title(),
        link=_address("notices:public-list"),
        description="",
        subtitle=_("只列公布期内的通报。"),
        language="zh-Hans",
        author_name=settings.CHENGYAN_OFFICE_NAME,
        feed_url=_address("notices:feed-atom"),
        feed_guid=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, _address('notices:feed-atom'))}",
        changed=changed,
    )
    for notice in notices:
        feed.add_item(
            title=notice.title,
            link=_site(notice.get_absolute_url()),
            description=summary(notice),
            unique_id=f"urn:uuid:{notice.token}",
            pubdate=_moment(notice.published_on),
            updateddate=notice.changed_at,
            author_name=notice.issuer,
            categories=notice.category_labels,
        )
    text: str = feed.writeString("utf-8")
    return text


def json_feed(notices: Sequence[PublicNotice]) -> dict[str, Any]:
    """The same as JSON Feed 1.1. No personal identifier is in it, because none is in the row."""
    return {
        "version": JSON_FEED,
        "title": _title(),
        "home_page_url": _address("notices:public-list"),
        "feed_url": _address("notices:feed-json"),
        "language": "zh-Hans",
        "authors": [{"name": settings.CHENGYAN_OFFICE_NAME}],
        "items": [
            {
                "id": f"urn:uuid:{notice.token}",
                "url": _site(notice.get_absolute_url()),
                "title": notice.title,
                "content_text": summary(notice),
                "date_published": _moment(notice.published_on).isoformat(),
                "date_modified": timezone.localtime(notice.changed_at).isoformat(),
                "tags": list(notice.category_labels),
                "authors": [{"name": notice.issuer}],
                "_notice": {"number": notice.number, "until": str(notice.until or "")},
            }
            for notice in notices
        ],
    }


def summary(notice: PublicNotice) -> str:
    """Number, term and opening words; the facts are read on the page, which can be withdrawn."""
    until = _("公布至 %(until)s") % {"until": notice.until} if notice.until else ""
    return "\n".join(
        part for part in (f"{notice.number} {until}".strip(), notice.correction_note, notice.intro) if part
    )


def _title() -> str:
    return f"{settings.CHENGYAN_SITE_NAME} · {_('科研失信行为通报')}"


def _address(name: str) -> str:
    return _site(reverse(name))


def _site(path: str) -> str:
    # A fixed address, not the one asked for: ids of feeds must not change with the host name of a request.
    return str(settings.CHENGYAN_SITE_URL).rstrip("/") + path


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
