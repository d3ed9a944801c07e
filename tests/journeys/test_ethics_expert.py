"""A review held at a unit and recorded here, and a listed AI dossier on its way through the province and back.

The keeper records from the unit's page what the committee decided. A plain study enters the register at once. The AI
dossier (L6) passes the committee, is sent to the province with its pack, and is agreed to by four of six experts: two
thirds. A count that does not carry the stated outcome is refused with the numbers; a member of the committee on the panel
is refused by name. The committee approves in line with the opinion, and the registration is due within thirty days.
"""

from __future__ import annotations

import datetime as dt

import pytest

from ethics.models import Activity, Application
from tests.factories.ethics import committee_of, supervised_unit
from tests.factories.experts import AI_TITLE, PANEL
from tests.journeys.hands import choose, field, fill, open_link, pick, press, says
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey
# The rules on artificial intelligence are in force since 2026-03-20.
TODAY = dt.datetime(2026, 5, 11, 1, 30, tzinfo=dt.UTC)
STUDY = "社区睡眠监测研究"
COUNTS = {"全体委员人数": "7", "到会委员人数": "7", "其中回避人数": "0", "赞成票": "6", "反对票": "1", "弃权票": "0"}


@pytest.fixture
def keeper(at_desk, calendar_day):
    """The ethics officer at the page of a unit whose committee reviews in its own house."""
    calendar_day.move_to(TODAY)
    user = colleague("ethics")
    unit = supervised_unit("嘉陵智能研究院", by=user)
    committee_of(unit, by=user)
    page = at_desk(user)
    page.goto(unit.get_absolute_url())
    return page


def enter(page, title: str, *, begins: str, listed: bool = False) -> Application:
    open_link(page, "登记外部审查")
    fill(page, "活动名称", title)
    fill(page, "负责人", "庄晓梦")
    pick(page, "审查委员会", "科技伦理委员会（嘉陵智能研究院）")
    choose(page, "其他伦理风险" if listed else "以人为研究参与者")
    if listed:
        field(page, "清单事项").select_option("L6")
        choose(page, "人工智能科技活动")
    fill(page, "计划开始日期", begins)
    press(page, "登记申请")
    assert page.locator(".error-summary").count() == 0, page.inner_text("main")
    return Application.objects.latest("pk")


def accept_and_decide(page, application: Application, *, look) -> None:
    where = f"/ethics/applications/{application.dossier.reference}"
    page.goto(f"{where}/recorded/accept/")
    look(page)
    fill(page, "受理日期", "2026-04-07")
    choose(page, "一般程序")
    press(page, "登记受理")
    page.goto(f"{where}/recorded/decide/")
    look(page)
    fill(page, "决定日期", "2026-04-22")
    fill(page, "审查意见文号", "嘉研伦〔2026〕3号")
    for label, number in COUNTS.items():
        fill(page, label, number)
    fill(page, "审查理由", "风险可控。")


def test_a_review_held_at_the_unit_enters_the_register(keeper, look, shoot):
    open_link(keeper, "登记外部审查")
    look(keeper)
    shoot(keeper, "ethics-recorded-enter")
    press(keeper, "登记申请")
    assert keeper.locator(".error-summary").count() == 1
    keeper.goto(keeper.url.split("reviews/")[0])
    application = enter(keeper, STUDY, begins="2026-04-15")
    accept_and_decide(keeper, application, look=look)
    press(keeper, "登记审查决定")
    says(keeper, "请选择一项。")
    choose(keeper, "批准")
    fill(keeper, "赞成票", "3")
    press(keeper, "登记审查决定")
    says(keeper, "至少需要 5 票")
    fill(keeper, "赞成票", "6")
    press(keeper, "登记审查决定")
    says(keeper, "不能登记批准")
    look(keeper)
    shoot(keeper, "ethics-recorded-too-early")
    open_link(keeper, "活动已经开始")
    says(keeper, "登记违规")
    assert "2026-04-15" in keeper.get_by_label("事实").input_value()
    keeper.goto(f"/ethics/applications/{application.dossier.reference}/put-off/")
    fill(keeper, "开始日期", "2026-06-01")
    fill(keeper, "原因和依据", "单位来函说明尚未开始。")
    press(keeper, "推迟开始日期")
    keeper.goto(f"/ethics/applications/{application.dossier.reference}/recorded/decide/")
    fill(keeper, "决定日期", "2026-04-22")
    fill(keeper, "审查意见文号", "嘉研伦〔2026〕3号")
    for label, number in COUNTS.items():
        fill(keeper, label, number)
    choose(keeper, "批准")
    press(keeper, "登记审查决定")
    activity = Activity.objects.get()
    assert (activity.title, activity.status) == (STUDY, "active")
    keeper.goto(activity.unit.get_absolute_url())
    says(keeper, f"审查记录 {application.dossier.reference}")
    look(keeper)


def test_an_ai_dossier_goes_through_the_province(keeper, look, shoot):
    application = enter(keeper, AI_TITLE, begins="2026-06-01", listed=True)
    accept_and_decide(keeper, application, look=look)
    choose(keeper, "批准")
    press(keeper, "登记审查决定")
    keeper.goto("/today/")
    says(keeper, f"专家复核：{AI_TITLE}")
    keeper.goto(f"/ethics/applications/{application.dossier.reference}/expert/")
    look(keeper)
    says(keeper, "赞成 6，反对 1，弃权 0")

    open_link(keeper, "申请专家复核")
    assert keeper.get_by_label("复核机关").input_value() == "四川省科学技术厅"
    fill(keeper, "申请复核日期", "2026-04-24")
    look(keeper)
    press(keeper, "申请专家复核")
    with keeper.expect_download() as download:
        keeper.get_by_role("link", name="下载材料包").click()
    assert download.value.suggested_filename.endswith(".zip")
    open_link(keeper, "登记复核机关收到日期")
    fill(keeper, "复核机关收到日期", "2026-04-27")
    press(keeper, "登记复核机关收到日期")
    says(keeper, "2026-05-27")
    shoot(keeper, "ethics-expert")

    open_link(keeper, "登记复核答复")
    look(keeper)
    fill(keeper, "复核答复日期", "2026-05-08")
    fill(keeper, "复核意见文号", "川科伦复〔2026〕7号")
    words = {"peer_science": "相关科技领域同行专家", "ethics": "伦理专家", "law": "法律专家"}
    for place, expert in enumerate(PANEL, start=1):
        row = keeper.get_by_role("group", name=f"第 {place} 名专家")
        row.get_by_label("姓名").fill("委员甲" if place == 6 else expert.name)
        row.get_by_label("工作单位").fill(expert.organization)
        for category in expert.categories:
            row.locator("label.choice", has_text=words[category]).click()
    fill(keeper, "同意人数", "4")
    fill(keeper, "不同意人数", "2")
    keeper.locator("label.choice", has_text="不同意").last.click()
    press(keeper, "登记复核答复")
    says(keeper, "委员甲")
    keeper.get_by_role("group", name="第 6 名专家").get_by_label("姓名").fill(PANEL[5].name)
    press(keeper, "登记复核答复")
    says(keeper, "已达到需要的 4 人")
    look(keeper)
    shoot(keeper, "ethics-expert-answer")
    keeper.get_by_role("radio", name="同意", exact=True).check()
    press(keeper, "登记复核答复")
    says(keeper, "复核意见：同意")
    says(keeper, PANEL[2].name)

    open_link(keeper, "按复核意见作出决定")
    fill(keeper, "委员会决定日期", "2026-05-11")
    look(keeper)
    press(keeper, "按复核意见决定批准")
    activity = Activity.objects.get()
    assert (activity.status, activity.expert_outcome) == ("active", "agree")
    keeper.goto(activity.unit.get_absolute_url())
    says(keeper, "2026-06-10")
    says(keeper, "2026-11-11 前")
