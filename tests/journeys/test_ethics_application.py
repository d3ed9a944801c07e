"""An application is filed, sent back once, corrected, accepted and approved by a meeting.

The applicant fills the form page by page and leaves one paper out: the last page names it, with the way to it. Completed,
it is handed in. The secretary reads it and tells once what is missing; the applicant reads that on top of every page,
replaces the paper and hands in again. The secretary lays the two versions side by side and accepts under the procedure
that was proposed, with its reasons and articles. The applicant confirms the letter. The committee meets and votes (told in
full in test_ethics_meeting); the secretary enters what was carried, and the applicant reads the approval, never who reviews.
"""

from __future__ import annotations

import pytest

from accounts.models import User
from ethics.actions import agenda, attendance, meetings
from ethics.models import Application
from tests.factories.meetings import declare_none, planned, voted
from tests.factories.reviews import applicant, seats, working_committee
from tests.journeys.hands import choose, fill, offers_not, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey
PAPERS = (
    "活动概况：名称、目的、意义、必要性和以往伦理审查情况",
    "实施方案：可能的风险、防控措施、应急预案和成果发布形式",
    "机构资质、人员经历和科技伦理培训、经费来源、利益冲突声明",
    "知情同意书；生物样本、数据、实验动物的来源证明",
    "遵守科技伦理和科研诚信的承诺书",
)


def _upload(page, paper: str, name: str, text: str) -> None:
    entry = page.locator("li.entry", has_text=paper).first
    files = [{"name": name, "mimeType": "text/plain", "buffer": text.encode()}]
    entry.locator("input[type=file]").first.set_input_files(files)
    entry.get_by_role("button", name=f"上传 {paper}").first.click()
    page.wait_for_load_state()


def test_an_application_from_the_first_page_to_approval_by_a_meeting(live_server, at_desk, look, shoot):
    secretary_user = colleague("ethics")
    committee = working_committee(by=secretary_user)
    researcher: User = applicant(name="周明远", username="zhoumingyuan")

    researchers = at_desk(researcher)
    researchers.goto("/ethics/own/")
    says(researchers, "还没有申请。")
    look(researchers)
    open_link(researchers, "开始填写")
    look(researchers)
    fill(researchers, "活动名称", "社区老年人睡眠监测研究")
    press(researchers, "开始填写")

    says(researchers, "缺")
    look(researchers)
    fill(researchers, "申请单位", committee.unit.organization.name)
    pick(researchers, "受理的委员会", f"{committee.unit.organization.name} · {committee.name}")
    fill(researchers, "负责人", "周明远")
    choose(researchers, "以人为研究参与者")
    fill(researchers, "计划开始日期", "2026-05-01")
    fill(researchers, "计划结束日期", "2027-04-30")
    fill(researchers, "活动概况", "在社区观察老年人的睡眠，记录时长。")
    shoot(researchers, "ethics-application")
    press(researchers, "保存并继续")

    choose(researchers, "利用个人信息数据，属于审查范围")
    look(researchers)
    shoot(researchers, "ethics-application-circumstances")
    press(researchers, "保存并继续")

    fill(researchers, "姓名", "周明远")
    fill(researchers, "所在单位", "嘉陵大学")
    choose(researchers, "接受过科技伦理培训")
    press(researchers, "添加研究人员")
    look(researchers)
    open_link(researchers, "继续：申请材料")
    for number, paper in enumerate(PAPERS[:-1]):
        _upload(researchers, paper, f"材料{number + 1}.txt", f"材料{number + 1}的内容")
    look(researchers)
    shoot(researchers, "ethics-application-materials")
    open_link(researchers, "继续：核对和提交")

    says(researchers, "还缺 1 项，补齐后才能提交")
    says(researchers, PAPERS[-1])
    offers_not(researchers, "提交申请")
    look(researchers)
    shoot(researchers, "ethics-application-missing")
    open_link(researchers, f"去“申请材料”填写 {PAPERS[-1]}")
    _upload(researchers, PAPERS[-1], "承诺书.txt", "我们承诺。")
    open_link(researchers, "继续：核对和提交")
    look(researchers)
    press(researchers, "提交申请")
    says(researchers, "委员会秘书正在核对材料")
    offers_not(researchers, "继续填写")
    look(researchers)

    secretary = at_desk(secretary_user)
    secretary.goto("/today/")
    says(secretary, "待受理：社区老年人睡眠监测研究")
    secretary.goto("/ethics/applications/")
    look(secretary)
    open_link(secretary, "社区老年人睡眠监测研究")
    says(secretary, "建议的程序：一般程序")
    says(secretary, "利用个人信息数据，属于审查范围")
    look(secretary)
    open_link(secretary, "一次性告知补正")
    look(secretary)
    shoot(secretary, "ethics-return")
    choose(secretary, f"需要完善：{PAPERS[0]}")
    fill(secretary, "其他需要补正的内容", "附上问卷全文")
    press(secretary, "告知申请人")
    says(secretary, "待补正")

    researchers.goto("/today/")
    open_link(researchers, "待补正：社区老年人睡眠监测研究")
    says(researchers, "附上问卷全文")
    look(researchers)
    open_link(researchers, "补正材料")
    open_link(researchers, "申请材料")
    entry = researchers.locator("li.entry", has_text=PAPERS[0]).first
    entry.get_by_role("link", name="更换").click()
    researchers.wait_for_load_state()
    look(researchers)
    files = [{"name": "活动概况.txt", "mimeType": "text/plain", "buffer": "补充了问卷全文。".encode()}]
    researchers.locator("main input[type=file]").set_input_files(files)
    fill(researchers, "更换原因", "附上问卷全文")
    press(researchers, "更换材料")
    says(researchers, "原第 1 版")
    open_link(researchers, "继续：核对和提交")
    press(researchers, "重新提交")

    application = Application.objects.get()
    secretary.goto(application.get_absolute_url())
    says(secretary, "补正事项只能一次性告知")
    open_link(secretary, "比较版本")
    says(secretary, "活动概况.txt 第 2 版")
    look(secretary)
    shoot(secretary, "ethics-compare")
    secretary.goto(application.get_absolute_url())
    open_link(secretary, "受理")
    says(secretary, "科技伦理审查办法 第11条")
    look(secretary)
    shoot(secretary, "ethics-accept")
    press(secretary, "受理")
    says(secretary, "还有 30 天")
    look(secretary)
    shoot(secretary, "ethics-review")
    open_link(secretary, "修改记录")
    look(secretary)

    researchers.goto("/today/")
    open_link(researchers, "文书待确认：受理通知书")
    says(researchers, "已受理，审查中")
    press(researchers, "确认收到", exact=False)
    says_not(researchers, "委员甲")
    look(researchers)
    shoot(researchers, "ethics-own-application")

    application.refresh_from_db()
    meeting = planned(committee, by=secretary_user)
    item = agenda.add(meeting=meeting, kind="review", application=application, by=secretary_user)
    attendance.record(meeting=meeting, present=seats(committee), by=secretary_user)
    declare_none(application, seats(committee), secretary_user)
    meetings.begin(meeting=meeting, by=secretary_user)
    voted(item, "yyyyyny", secretary=secretary_user)
    secretary.goto(application.get_absolute_url())
    open_link(secretary, f"{meeting.held_on:%Y-%m-%d} 审查申请")
    says(secretary, "动议通过")
    open_link(secretary, "登记结论")
    fill(secretary, "跟踪审查间隔（月）", "12")
    press(secretary, "登记结论")
    press(secretary, "核对无误")

    researchers.goto("/today/")
    open_link(researchers, "文书待确认：审查决定书")
    says(researchers, "已批准")
    says_not(researchers, "委员甲")
    look(researchers)
