"""Faults that pass by themselves, told apart from our own errors: a database that is busy or away, a full disk."""

from __future__ import annotations

import errno
import logging

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from casework.refusals import Refusal

logger = logging.getLogger("django.request")
DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


class Busy(Refusal):
    """Nobody's mistake: the same step will work in a moment.

    The page asks for a reload: it sends the same form again, which going back would lose (pages are not stored).
    """

    status = 503


def passing_fault(exception: BaseException | None) -> Busy | None:
    """The sentence for a fault that passes, with the fault itself in the log; None for everything else."""
    if isinstance(exception, OperationalError | InterfaceError):
        reason = _("系统正忙，刚才的操作没有完成。请等一分钟后刷新本页重新提交，填写的内容还在；重复提交不会办两次。")
    elif isinstance(exception, OSError) and exception.errno in DISK_ERRORS:
        reason = _("服务器的存储空间不足，刚才的内容没有保存。请不要关闭本页，告知系统管理员，稍后刷新本页重新提交。")
    else:
        return None
    logger.error("%s", type(exception).__name__, exc_info=exception)
    return Busy(reason)
