"""Event types of the sharing app: key → label on the timeline. Registered when the app starts."""

from django.utils.translation import gettext_lazy as _

EVENT_TYPES = {
    "case_shared": _("处理结果已共享"),
    "share_drafted": _("起草共享"),
    "share_shared": _("共享给部门"),
    "share_acknowledged": _("签收"),
    "share_opinion_written": _("提交书面意见"),
    "share_recalled": _("收回共享"),
    "share_expired": _("共享到期"),
    "share_duty_made": _("原决定变化，须处理共享"),
    "share_duty_done": _("共享已处理"),
}
