"""Ethics supervision for a year: a unit, its committee, a listed activity, and a forged approval.

The ethics officer enters a hospital of 利州区 and its committee with six members; the page says what is missing and by
which article, and the seventh member puts it right. A listed activity is approved only once the experts have agreed.
The registration is overdue after thirty days and stands on the Today page and in the ledger. The county keeps its unit;
another county does not find it. A forged approval becomes an integrity lead with one click, whose number only the
intake officer reads.
"""

from __future__ import annotations

import datetime as dt

import pytest

from ethics.models import ReviewUnit
from integrity.models import Lead
from tests.factories.ethics import SEATS, areas, member_of
from tests.journeys.hands import choose, fill, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey
TODAY = dt.date(2026, 2, 9)


def test_a_year_of_supervision(live_server, at_desk, look, shoot, calendar_day):
    made = areas()
    for region, name in (("510802", "利州区"), ("510811", "昭化区")):
        made[region].short_name = name
        made[region].save(update_fields=["short_name"])
    officer_user = colleague("ethics")
    officer = at_desk(officer_user)
    officer.goto("/ethics/")
    look(officer)
    says(officer, "这里列出您可以查看的单位")

    open_link(officer, "登记单位")
    look(officer)
    press(officer, "登记单位")
    assert officer.locator(".error-summary").count() == 1
    fill(officer, "单位名称", "嘉陵江医院")
    pick(officer, "单位类别", "医疗卫生机构")
    pick(officer, "所属县区", "利州区")
    choose(officer, "医学")
    pick(officer, "应当设立委员会", "涉及人的研究办法：应当设立委员会的机构")
    press(officer, "登记单位")
    says(officer, "应当设立委员会，还没有登记。")

    open_link(officer, "登记委员会")
    fill(officer, "委员会名称", "科技伦理审查委员会")
    fill(officer, "设立日期", TODAY.isoformat())
    choose(officer, "科技伦理审查办法")
    choose(officer, "四川省科技伦理审查细则")
    look(officer)
    press(officer, "登记委员会")
    says(officer, "委员 0 人，少于规定的 7 人。")

    unit = ReviewUnit.objects.get()
    for number, (office, sex, is_external, categories) in enumerate(SEATS[:6]):
        member_of(
            unit.committees.get(),
            by=officer_user,
            name=f"委员{'甲乙丙丁戊己'[number]}",
            office=office,
            sex=sex,
            is_external=is_external,
            categories=categories,
        )
    officer.reload()
    says(officer, "委员 6 人，少于规定的 7 人。")
    says(officer, "科技伦理审查办法 第7条")
    look(officer)
    shoot(officer, "ethics-unit")

    open_link(officer, "登记委员 科技伦理审查委员会")
    fill(officer, "姓名", "顾南乔")
    pick(officer, "性别", "男")
    pick(officer, "职务", "委员")
    fill(officer, "任期起", TODAY.isoformat())
    fill(officer, "任期止", "2031-02-08")
    look(officer)
    press(officer, "登记委员")
    says_not(officer, "少于规定的 7 人")
    says(officer, "没有签署《保密承诺书》")

    open_link(officer, "登记清单活动")
    fill(officer, "活动名称", "脑卒中康复脑机接口临床研究")
    pick(officer, "清单事项", "L4 侵入式脑机接口临床研究")
    press(officer, "登记清单活动")
    open_link(officer, "登记专家复核 脑卒中康复脑机接口临床研究")
    choose(officer, "同意")
    fill(officer, "复核日期", TODAY.isoformat())
    fill(officer, "复核意见文号或者豁免依据", "川科伦复〔2026〕3号")
    look(officer)
    press(officer, "登记专家复核")
    open_link(officer, "登记批准 脑卒中康复脑机接口临床研究")
    fill(officer, "批准日期", TODAY.isoformat())
    press(officer, "登记批准")
    says(officer, "2026-08-09 前")

    calendar_day.move_to(dt.datetime(2026, 3, 16, 1, 30, tzinfo=dt.UTC))
    officer = at_desk(officer_user)
    officer.goto("/today/")
    says(officer, "清单活动登记 脑卒中康复脑机接口临床研究")
    officer.goto("/ethics/")
    says(officer, "逾期 5 天")
    look(officer)
    shoot(officer, "ethics-ledger")

    county = at_desk(colleague("county"))
    county.goto("/ethics/")
    says_not(county, "嘉陵江医院")

    officer.goto(unit.get_absolute_url())
    open_link(officer, "登记违规")
    pick(officer, "违规类别", "V1 弄虚作假获批或者伪造、篡改批件")
    fill(officer, "发现日期", "2026-03-15")
    fill(officer, "涉及的人或者单位", "嘉陵江医院某课题组")
    fill(officer, "事实", "结题材料所附伦理审查批件与委员会档案不一致。")
    look(officer)
    press(officer, "登记违规")
    press(officer, "移送科研诚信", exact=False)
    says(officer, "已移送科研诚信")
    number = Lead.objects.get().dossier.reference
    says_not(officer, number)

    intake = at_desk(colleague("intake"))
    intake.goto(f"/leads/{number}/")
    says(intake, "结题材料所附伦理审查批件与委员会档案不一致。")
    says(intake, f"{unit.dossier.reference}-V1-1")
