"""A decision becomes a public notice, is corrected and finally withdrawn.

The publisher finds the decision on the Today page and drafts a notice. Beside the internal text stands what the public
will read; the telephone number is masked and cannot be shown, one more passage is masked with a coded reason. After the
secrecy check two reviewers agree without seeing each other's opinion. The appeal window is still open, so publishing
asks for a reason. The portal lists the notice, finds it by words and offers it as Atom and JSON feed. A correction keeps
the number and the old text stays public until the new one is out. Withdrawn, the address answers 410 with the reason,
and list, search and feeds do not know the notice any more.
"""

from __future__ import annotations

import feedparser
import pytest

from notices.models import Notice
from tests.factories.cases import case_at
from tests.factories.decisions import content, decision_at
from tests.factories.notices import notice_at
from tests.journeys.hands import choose, field, fill, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey

FACTS = (
    "周砚清（联系电话13800006789）在论文《川北山区土壤微生物群落研究》图 3、图 5 中重复使用同一组影像并改写标注。"
    "实验室助理提供的记录本与论文不符。"
)
TITLE = "关于一起论文图片重复使用问题处理结果的通报"


@pytest.fixture
def decision(live_server):
    """A decision in force whose text holds a telephone number."""
    case = case_at("deliberation", officer=colleague("officer"))
    return decision_at("effective", case=case, what=content(facts=FACTS))


def test_a_notice_is_drafted_reviewed_blind_and_published(decision, at_desk, page, look):
    publisher = at_desk(colleague("publisher"))
    publisher.goto("/today/")
    says(publisher, "有 1 份处理决定尚未通报")
    open_link(publisher, "起草通报")
    look(publisher)
    choose(publisher, "周砚清")
    fill(publisher, "标题", TITLE)
    fill(publisher, "正文", "经调查认定，现将处理结果通报如下。")
    choose(publisher, "公布全名")
    press(publisher, "起草")
    notice = Notice.objects.select_related("dossier").get()
    prepare(publisher, notice, look)

    first, second = at_desk(colleague("reviewer")), at_desk(colleague("reviewer", 2))
    review(first, "文字无误。", look)
    second.goto(notice.get_absolute_url())
    says_not(second, "文字无误。")
    says_not(second, "同意公开")
    review(second, "同意。")
    second.goto(notice.get_absolute_url())
    says(second, "文字无误。")

    publisher.goto(notice.get_absolute_url())
    open_link(publisher, "公布")
    says(publisher, "申诉期未满")
    look(publisher)
    press(publisher, "公布通报")
    says(publisher, "请写明理由")
    fill(publisher, "提前公布理由", "社会影响重大，经局务会研究提前公布。")
    press(publisher, "公布通报")
    says(publisher, "已公布")
    look(publisher)
    read_as_the_public(page, look)


def prepare(publisher, notice, look):
    publisher.goto(f"/notices/work/{notice.dossier.reference}/edit/")
    says(publisher, "联系方式一律不公开")
    look(publisher)
    field(publisher, "遮蔽哪一项").select_option(index=first_option(publisher, "遮蔽哪一项", "认定的事实"))
    fill(publisher, "要遮蔽的文字", "实验室助理")
    pick(publisher, "缘由", "保护证人、专家")
    press(publisher, "保存")
    says(publisher, "已保存。")
    press(publisher, "保存")
    says(publisher, "〔略〕")
    says_not(publisher, "13800006789")
    says_not(publisher, "实验室助理")
    open_link(publisher, "保密审查")
    look(publisher)
    choose(publisher, "已逐项核对")
    press(publisher, "确认通过保密审查")
    press(publisher, "提交双人审核")
    says(publisher, "双人审核")


def first_option(page, label, words):
    options = field(page, label).locator("option").all_inner_texts()
    return next(index for index, option in enumerate(options) if words in option)


def review(page, comment, look=None):
    page.goto("/today/")
    open_link(page, "审核")
    says(page, "另一位审核人的意见在两份意见齐备前互不可见。")
    if look:
        look(page, "notice-review")
    fill(page, "审核意见", comment)
    press(page, "同意公开")


def read_as_the_public(page, look):
    for title in ("关于一起代写论文问题处理结果的通报", "关于一起项目申报材料不实问题处理结果的通报"):
        notice_at("published", publisher=colleague("publisher"), title=title)
    page.goto("/")
    says(page, TITLE)
    look(page, "portal")
    fill(page, "检索通报", "土壤微生物")
    press(page, "检索")
    says(page, TITLE)
    look(page)
    fill(page, "检索通报", "13800006789")
    press(page, "检索")
    says(page, "没有找到符合条件的通报")
    page.goto("/notices/")
    open_link(page, TITLE)
    says(page, "周砚清")
    says(page, "2026年2月9日至2028年2月8日")
    says_not(page, "13800006789")
    says_not(page, "实验室助理")
    look(page)


def feeds(page):
    """Numbers of the notices in the two feeds."""
    atom = page.request.get("/notices/feed.atom")
    parsed = feedparser.parse(atom.text())
    assert not parsed.bozo and parsed.feed.author and parsed.feed.id and parsed.feed.updated
    entries = page.request.get("/notices/feed.json").json()["items"]
    assert [entry.title for entry in parsed.entries] == [entry["title"] for entry in entries]
    return [entry.title for entry in parsed.entries]


def test_a_notice_is_corrected_under_its_number_and_then_withdrawn(decision, at_desk, page, look):
    notice = notice_at("published", decisions=[decision], publisher=colleague("publisher"), title=TITLE)
    assert feeds(page) == [TITLE]
    publisher = at_desk(colleague("publisher"))
    publisher.goto(notice.get_absolute_url())
    open_link(publisher, "更正")
    look(publisher)
    fill(publisher, "更正说明", "更正标题中的用语。")
    press(publisher, "开始更正")
    page.goto(f"/notices/{notice.number}/")
    says(page, TITLE)

    better = "关于一起论文影像重复使用问题处理结果的通报"
    publisher.goto(f"/notices/work/{notice.dossier.reference}/edit/")
    fill(publisher, "标题", better)
    press(publisher, "保存")
    open_link(publisher, "保密审查")
    choose(publisher, "已逐项核对")
    press(publisher, "确认通过保密审查")
    press(publisher, "提交双人审核")
    for number in (1, 2):
        review(at_desk(colleague("reviewer", number)), "同意更正。")
    publisher.goto(f"/notices/work/{notice.dossier.reference}/publish/")
    fill(publisher, "提前公布理由", "更正已公布的内容。")
    press(publisher, "公布通报")
    page.goto(f"/notices/{notice.number}/")
    says(page, better)
    says(page, "更正标题中的用语。")
    assert feeds(page) == [better]
    look(page)

    open_link(publisher, "撤下")
    look(publisher)
    choose(publisher, "公布内容有误")
    fill(publisher, "撤下说明", "所列期限有误，重新核定后另行公布。")
    press(publisher, "撤下通报")
    answer = page.goto(f"/notices/{notice.number}/")
    assert answer.status == 410
    says(page, "所列期限有误")
    says_not(page, "周砚清")
    look(page)
    assert feeds(page) == []
    page.goto("/notices/?q=影像")
    says(page, "没有找到符合条件的通报")
    page.goto("/")
    says_not(page, better)
