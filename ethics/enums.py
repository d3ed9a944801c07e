"""Closed lists of ethics review."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Regime(models.TextChoices):
    """Which regulation a rule set belongs to (ethics-rules.md section 7); its versions share the regime."""

    ST2023 = "ST2023", _("科技伦理审查办法")
    HS2023 = "HS2023", _("涉及人的研究伦理审查办法")
    AI2026 = "AI2026", _("人工智能科技伦理审查与服务办法")
    BT2026 = "BT2026", _("生物医学新技术管理条例")
    SC = "SC", _("四川省科技伦理审查细则")
