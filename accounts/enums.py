"""Closed lists of the accounts app, with their official Chinese labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles of integrity-rules.md section 8 (PROPOSAL), split where two people must not be one."""

    INTAKE = "intake", _("受理人员")
    OFFICER = "officer", _("办案人员")
    HEAD = "head", _("科室负责人")
    LEGAL = "legal", _("法制审核")
    BUREAU = "bureau", _("局领导")
    PUBLISHER = "publisher", _("通报发布")
    REVIEWER = "reviewer", _("通报审核")
    MEMBER = "member", _("联席会议成员")
    COUNTY = "county", _("县区科技管理")
    ETHICS = "ethics", _("科技伦理监管")
    COMMITTEE = "committee", _("伦理审查委员")
    APPLICANT = "applicant", _("伦理审查申请人")
    CUSTODIAN = "custodian", _("身份保管人")
    SYSADMIN = "sysadmin", _("系统管理员")
    SECADMIN = "secadmin", _("安全管理员")
    AUDITOR = "auditor", _("审计管理员")


class DepartmentKind(models.TextChoices):
    """Part of a department in the plan of 2023-06-05, sections (十三) and (十五)."""

    CONVENOR = "convenor", _("牵头单位")
    MEMBER = "member", _("联席会议成员单位")
    PARTNER = "partner", _("信息共享单位")
    COUNTY = "county", _("县区科技主管部门")
    ZONE = "zone", _("园区")
    OUTSIDE = "outside", _("外部人员（申请人、伦理审查委员）")


class Clearance(models.IntegerChoices):
    """Ordered secrecy levels inside the system. State secrets never enter it (保密法 arts 30-31)."""

    GENERAL = 0, _("一般")
    INTERNAL = 1, _("内部")
    SENSITIVE = 2, _("敏感")
    SEALED = 3, _("封存")
