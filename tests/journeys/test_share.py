"""A decided case is shared with a member of the joint meeting, answered, and recalled.

From the case page the officer shares the findings with the education bureau, with purpose, basis and last day. The
member finds it on their Today page and under 共享, reads exactly the fields of the profile and nothing of the case, signs
for it, leaves an opinion and finds it by search. The officer sees who read it and when. Recalled, it is closed at once:
the page is not found, the list and the search are empty.
"""

from __future__ import annotations

import datetime as dt

import pytest

from sharing.actions import shares
from sharing.models import SharePackage
from tests.factories.cases import case_at
from tests.factories.decisions import decision_at
from tests.journeys.hands import choose, fill, open_link, pick, press, says, says_not
from tests.journeys.staff import EDUCATION, colleague

pytestmark = pytest.mark.journey

FIELDS = [
    "姓名或名称",
    "单位",
    "身份",
    "认定结论",
    "行为类别",
    "情节",
    "处理措施",
    "决定文号",
    "决定日期",
    "认定的事实",
    "处理依据",
]


def test_a_member_reads_answers_and_loses_a_share(live_server, at_desk, look):
    case = case_at("deliberation", officer=colleague("officer"), title="论文图片重复使用")
    decision_at("effective", case=case)
    member_user = colleague("member")

    officer = at_desk(colleague("officer"))
    officer.goto(f"/cases/{case.dossier.reference}/")
    open_link(officer, "共享：周砚清 的处理结果")
    look(officer)
    press(officer, "共享")
    assert officer.locator(".error-summary").count() == 1
    choose(officer, EDUCATION)
    choose(officer, "认定与处理")
    pick(officer, "目的", "联合惩戒")
    fill(officer, "依据", "《关于进一步加强科研诚信建设的若干意见》（十八）")
    fill(officer, "共享至", "2026-03-31")
    press(officer, "共享")
    says(officer, "还没有人查看。")
    share = SharePackage.objects.select_related("dossier").get()

    member = at_desk(member_user)
    member.goto("/today/")
    says(member, "共享：周砚清 的处理结果")
    look(member)
    open_link(member, "查看并签收")
    labels = member.locator(".watermarked .facts dt").all_inner_texts()
    assert labels == FIELDS
    for hidden in (case.title, case.dossier.reference, "谈话核实", "并非有意"):
        says_not(member, hidden)
    look(member, "share")
    press(member, "确认签收")
    says(member, "已签收")
    fill(member, "书面意见", "已通知相关学校暂停其研究生招生资格。")
    press(member, "提交意见")
    says(member, "第 1 版")
    member.goto("/sharing/")
    says(member, share.dossier.reference)
    look(member)
    search(member, "周砚清")
    says(member, "周砚清")
    says_not(member, case.title)
    look(member)

    officer.goto(f"/sharing/{share.dossier.reference}/")
    says(officer, "已通知相关学校")
    officer.get_by_text("查看", exact=False).locator("xpath=ancestor-or-self::summary").first.click()
    says(officer, "邓若水 · 2026-02-09 09:3")
    look(officer)
    open_link(officer, "收回共享")
    look(officer)
    fill(officer, "收回理由", "决定正在复核。")
    press(officer, "收回共享")
    says(officer, "已收回")

    assert member.goto(f"/sharing/{share.dossier.reference}/").status == 404
    member.goto("/sharing/")
    says_not(member, share.dossier.reference)
    search(member, "周砚清")
    says(member, "没有找到")
    member.goto("/today/")
    says_not(member, "周砚清")


def search(page, words):
    page.goto("/search/")
    page.locator("main input[name=q]").fill(words)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def test_a_share_closes_by_itself_after_its_last_day(live_server, at_desk, calendar_day):
    case = case_at("deliberation", officer=colleague("officer"))
    decision = decision_at("effective", case=case)
    share = shares.share(
        decision=decision,
        departments=[colleague("member").memberships.get().department],
        profile="summary",
        purpose="joint_measure",
        basis="《关于进一步加强科研诚信建设的若干意见》（十八）",
        expires_on=dt.date(2026, 2, 11),
        by=colleague("officer"),
    )
    for day, status in (("2026-02-11", 200), ("2026-02-12", 404)):
        calendar_day.move_to(f"{day} 09:30+08:00")
        member = at_desk(colleague("member"))
        assert member.goto(f"/sharing/{share.dossier.reference}/").status == status
