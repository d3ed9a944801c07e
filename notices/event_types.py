"""Event types of the notices app: key → label on the timeline. Registered when the app starts."""

from django.utils.translation import gettext_lazy as _

EVENT_TYPES = {
    "notice_drafted": _("起草通报"),
    "notice_edited": _("修改通报"),
    "notice_secrecy_checked": _("完成保密审查"),
    "notice_sent_to_review": _("提交双人审核"),
    "notice_reviewed": _("一位审核人已提交意见"),
    "notice_approved": _("双人审核通过"),
    "notice_returned": _("审核退回"),
    "notice_voided": _("内容改动，已有审核失效"),
    "notice_scheduled": _("排期公布"),
    "notice_published": _("公布通报"),
    "notice_correction_begun": _("开始更正"),
    "notice_corrected": _("更正通报"),
    "notice_withdrawn": _("撤下通报"),
    "notice_expired": _("通报期满撤下"),
    "notice_duty_made": _("原决定变化，须处理通报"),
    "notice_duty_done": _("通报已处理"),
}
