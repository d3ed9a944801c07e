"""Guangyuan as the plan of 2023-06-05 names it: bureau, joint meeting, partners, counties, zones; and who works there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from accounts.enums import DepartmentKind, Role
from accounts.models import Department, DepartmentName, User
from casework.actions import accounts
from casework.actors import SYSTEM
from casework.models import OneTimeCode
from casework.saving import save_record
from casework.views.accounts import DEMO_DEVICE
from integrity.actions import vault

PASSWORD = "chengyan-demo-2026"
PASSPHRASES = {"custodian": "jianmen-custodian-one", "custodian2": "jialing-custodian-two"}

K = DepartmentKind
# code, kind, region, short name, English, full name, natural part (proposal of policy.md section 3)
DEPARTMENTS = [
    (
        "kjj",
        K.CONVENOR,
        "510800",
        "市科技局",
        "S&T Bureau",
        "广元市科学技术局",
        "受理、办案、联席会议办公室、通报、报送",
    ),
    ("xcb", K.MEMBER, "510800", "市委宣传部", "Publicity Department", "中共广元市委宣传部", "社会科学、出版和媒体"),
    (
        "fgw",
        K.MEMBER,
        "510800",
        "市发展改革委",
        "Development and Reform",
        "广元市发展和改革委员会",
        "信用体系、联合惩戒",
    ),
    ("jyj", K.MEMBER, "510800", "市教育局", "Education Bureau", "广元市教育局", "学校、学位、教师"),
    ("gaj", K.MEMBER, "510800", "市公安局", "Public Security", "广元市公安局", "涉嫌犯罪、买卖论文、等级保护备案"),
    (
        "rsj",
        K.MEMBER,
        "510800",
        "市人力资源社会保障局",
        "Human Resources",
        "广元市人力资源和社会保障局",
        "职称、岗位、人才",
    ),
    (
        "wjw",
        K.MEMBER,
        "510800",
        "市卫生健康委",
        "Health Commission",
        "广元市卫生健康委员会",
        "医疗卫生机构、涉及人的研究",
    ),
    (
        "scjgj",
        K.MEMBER,
        "510800",
        "市市场监管局",
        "Market Regulation",
        "广元市市场监督管理局",
        "企业、中介、论文买卖广告",
    ),
    (
        "jjjc",
        K.PARTNER,
        "510800",
        "纪检监察机关",
        "Discipline Inspection",
        "纪检监察机关",
        "违纪和职务违法线索、尽职免责",
    ),
    ("czj", K.PARTNER, "510800", "财政部门", "Finance", "财政部门", "追回或停拨资金"),
    ("sjj", K.PARTNER, "510800", "审计部门", "Audit", "审计部门", "审计发现共享"),
    ("lizhou", K.COUNTY, "510802", "利州区", "Lizhou", "利州区科技主管部门", ""),
    ("zhaohua", K.COUNTY, "510811", "昭化区", "Zhaohua", "昭化区科技主管部门", ""),
    ("chaotian", K.COUNTY, "510812", "朝天区", "Chaotian", "朝天区科技主管部门", ""),
    ("wangcang", K.COUNTY, "510821", "旺苍县", "Wangcang", "旺苍县科技主管部门", ""),
    ("qingchuan", K.COUNTY, "510822", "青川县", "Qingchuan", "青川县科技主管部门", ""),
    ("jiange", K.COUNTY, "510823", "剑阁县", "Jiange", "剑阁县科技主管部门", ""),
    ("cangxi", K.COUNTY, "510824", "苍溪县", "Cangxi", "苍溪县科技主管部门", ""),
    ("jkq", K.ZONE, "510800", "广元经济技术开发区", "Economic Development Zone", "广元经济技术开发区", ""),
    ("trq", K.ZONE, "510800", "天然气综合利用工业园区", "Natural Gas Industrial Park", "市天然气综合利用工业园区", ""),
    ("waibu", K.OUTSIDE, "510800", "外部人员", "People from outside", "申请人和伦理审查委员", ""),
    ("tlg", K.ZONE, "510800", "广元国际铁路港", "International Railway Port", "广元国际铁路港", ""),
]

R = Role
# account, name, department, role, clearance
PEOPLE = [
    ("intake", "苏禾", "kjj", R.INTAKE, 2),
    ("officer", "李蜀明", "kjj", R.OFFICER, 2),
    ("head", "王岳川", "kjj", R.HEAD, 2),
    ("legal", "陈律之", "kjj", R.LEGAL, 2),
    ("bureau", "郑嘉陵", "kjj", R.BUREAU, 2),
    ("bureau2", "何剑阁", "kjj", R.BUREAU, 2),
    ("publisher", "林晚舟", "kjj", R.PUBLISHER, 1),
    ("publisher2", "罗青溪", "kjj", R.PUBLISHER, 1),
    ("reviewer", "何静禾", "xcb", R.REVIEWER, 1),
    ("reviewer2", "宋知远", "kjj", R.REVIEWER, 1),
    ("member_edu", "唐书言", "jyj", R.MEMBER, 1),
    ("member_health", "秦慕安", "wjw", R.MEMBER, 1),
    ("county", "马利州", "lizhou", R.COUNTY, 1),
    ("ethics_sec", "白川柏", "kjj", R.ETHICS, 1),
    ("ethics_chair", "顾清和", "waibu", R.COMMITTEE, 1),
    ("ethics_member", "文景行", "waibu", R.COMMITTEE, 1),
    ("ethics_member2", "陶听澜", "waibu", R.COMMITTEE, 1),
    ("applicant", "辛望舒", "waibu", R.APPLICANT, 0),
    ("auditor", "严明鉴", "kjj", R.AUDITOR, 3),
    ("secadmin", "安守正", "kjj", R.SECADMIN, 1),
    ("sysadmin", "段运维", "kjj", R.SYSADMIN, 1),
    ("custodian", "封守一", "kjj", R.CUSTODIAN, 1),
    ("custodian2", "封守二", "kjj", R.CUSTODIAN, 1),
]
SECOND_FACTOR = {R.HEAD, R.BUREAU, R.ETHICS, R.CUSTODIAN, R.SYSADMIN, R.SECADMIN, R.AUDITOR}


@dataclass
class City:
    """Departments by code and people by account."""

    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, account: str) -> User:
        return self.people[account]


def build(today: dt.date) -> City:
    """Departments, accounts with their roles, demo authenticators, custodian keys. Needs a transaction."""
    city = City()
    for code, kind, region, short, english, full, part in DEPARTMENTS:
        department = accounts.add_department(
            code=code,
            kind=kind,
            short_name=short,
            short_name_en=english,
            region_code=region,
            natural_part=part,
            by=SYSTEM,
        )
        official = DepartmentName(department=department, name=full, name_en=english, valid_from=dt.date(2023, 6, 5))
        save_record(official, by=SYSTEM, reason="演示")
        city.departments[code] = department
    # One slow hash for all of them: the password is printed on the screen anyway.
    password = make_password(PASSWORD)
    for account, name, code, role, clearance in PEOPLE:
        user = User(username=account, name=name, clearance=clearance, password=password)
        save_record(user, by=SYSTEM, reason="演示")
        accounts.give_membership(
            user=user,
            department=city.departments[code],
            role=role,
            valid_from=today - dt.timedelta(days=900),
            by=SYSTEM,
        )
        if role in SECOND_FACTOR:
            device = OneTimeCode.fresh(user, name=DEMO_DEVICE)
            device.confirmed = True
            device.save()
        city.people[account] = user
    for account, passphrase in PASSPHRASES.items():
        vault.make_key(passphrase=passphrase, by=city[account])
    return city
