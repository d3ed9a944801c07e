"""An approved decision is issued: its measures get their days, a credit record follows, and a credit check finds it.

The officer issues and serves the decision. The ban of two years runs from the day of issue to the day before its second
anniversary, both included. A record appears in the list of credit records. A member of the joint meeting checks an
applicant: with the name alone the answer is that a person must look; with the ORCID it is a hit, and the question is
kept with its purpose. When the two years are over the nightly run ends the record and the same check is clear.
"""

from __future__ import annotations

import pytest
from django.core.management import call_command

from casework.actions import directory
from tests.factories.cases import case_at
from tests.factories.decisions import approve, decision_at
from tests.factories.people import subject_person
from tests.journeys.hands import choose, fill, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey

BAN = "一定期限禁止承担或参与财政性资金支持的科技活动"
ORCID = "0000-0002-1825-0097"


def test_an_issued_decision_is_found_by_a_credit_check_until_its_end(live_server, at_desk, look, calendar_day):
    subject = subject_person("周砚清")
    directory.add_identifier(subject=subject, kind="orcid", value=ORCID, by=colleague("officer"))
    case = case_at("deliberation", officer=colleague("officer"), subjects=[subject])
    decision = decision_at("section_review", case=case)
    for step, role in (("section", "head"), ("legal", "legal"), ("bureau", "bureau")):
        approve(decision, step, colleague(role))

    officer = at_desk(colleague("officer"))
    officer.goto(decision.get_absolute_url())
    open_link(officer, "签发")
    says(officer, "内容不能再改")
    look(officer)
    press(officer, "签发")
    says(officer, "已签发")
    ban = officer.locator("tr", has_text=BAN)
    assert ban.locator("td").all_inner_texts()[1:4] == ["24 个月", "2026-02-09", "2028-02-08"]
    open_link(officer, "登记送达")
    look(officer)
    fill(officer, "送达日", "2026-02-09")
    choose(officer, "直接送达")
    press(officer, "登记送达")
    says(officer, "已生效")
    says(officer, "期限")
    look(officer, "decision")

    officer.goto("/credit/")
    says(officer, "周砚清")
    says(officer, "2026-02-09 至 2028-02-08")
    look(officer)
    open_link(officer, "周砚清")
    look(officer)

    member = at_desk(colleague("member"))
    member.goto("/credit/check/")
    look(member)
    ask(member, "")
    says(member, "只凭姓名不能认定为同一人")
    says_not(member, "2028-02-08")
    member.goto("/credit/check/")
    ask(member, ORCID)
    says(member, "有有效失信记录")
    says(member, "2026-02-09 至 2028-02-08")
    says(member, "广教函〔2026〕7号")
    look(member, "credit-check")

    calendar_day.move_to("2028-02-09 09:30+08:00")
    call_command("expire_records", verbosity=0)
    later = at_desk(colleague("member"))
    later.goto("/credit/check/")
    ask(later, ORCID)
    says(later, "未发现有效失信记录")


def ask(page, number):
    fill(page, "姓名或单位名称", "周砚清")
    fill(page, "证件号码", number)
    pick(page, "核查用途", "项目申报")
    fill(page, "依据", "广教函〔2026〕7号")
    press(page, "核查")
