"""Ethics: committees, applications, reviews, votes, follow-up, supervision. So far the rules and what computes by them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EthicsConfig(AppConfig):
    name = "ethics"
    verbose_name = _("科技伦理")
