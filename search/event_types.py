"""Event types of the search app: key → label. They stand in a register of their own and name no word of a search."""

from django.utils.translation import gettext_lazy as _

EVENT_TYPES = {
    "search_saved": _("保存检索"),
    "search_renamed": _("保存的检索改名"),
    "search_alert_set": _("开启或关闭检索提醒"),
    "search_results_opened": _("查看检索的新结果"),
    "search_removed": _("删除保存的检索"),
    "search_alert_sent": _("发出检索提醒"),
}
