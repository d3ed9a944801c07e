"""Published wording into ids: every shape of label, period, category and date that real decisions hold."""

from datetime import date

import pytest

from integrity.periods import MeasurePlan
from integrity.reading import (
    MEASURE,
    PARALLEL,
    WATCH,
    ReadingError,
    read_categories,
    read_date,
    read_duration,
    read_outcome,
    read_respondent_kind,
    read_sanction,
)
from tests.unit.integrity.test_rulesets import BOOKS


def kinds(label: str, scope: str = "") -> list[tuple[str, str]]:
    return [(one.track, one.kind) for one in read_sanction({"kind": label, "scope": scope})]


@pytest.mark.parametrize(
    ("label", "scope", "ids"),
    [
        ("科研诚信诫勉谈话", "", ["admonition_talk"]),
        ("诚信诫勉谈话", "", ["admonition_talk"]),
        ("科研诚信警示/诫勉", "", ["admonition_talk"]),
        ("诫勉", "", ["admonition_talk"]),
        ("通报批评", "", ["public_notice"]),
        ("院内通报批评", "", ["public_notice"]),
        ("限期整改", "", ["suspend_rectify"]),
        ("暂停项目", "", ["suspend_rectify"]),
        ("终止项目", "", ["terminate_recover"]),
        ("撤销项目", "", ["terminate_recover"]),
        ("追回已拨资金", "", ["terminate_recover"]),
        ("责令退回资金", "", ["terminate_recover"]),
        ("收回经费", "", ["terminate_recover"]),
        ("收缴违规资金", "", ["terminate_recover"]),
        ("禁止承担或参与", "财政性资金支持的科学技术活动", ["ban_projects"]),
        ("取消申请资格", "", ["ban_projects"]),
        ("暂停项目申报资格", "", ["ban_projects"]),
        ("取消申请资格", "国家自然科学基金项目申请和参与申请", ["ban_projects"]),
        ("取消申请资格", "课题", ["ban_projects"]),
        ("取消申请资格", "科技计划项目和奖励", ["ban_projects", "ban_awards_talent_title"]),
        ("取消申请资格", "科技计划项目、科技奖励、科技人才称号", ["ban_projects", "ban_awards_talent_title"]),
        ("取消申请资格", "科技计划项目、招收硕士研究生", ["ban_projects", "supervisor_quota"]),
        ("取消申请资格", "食堂优惠", ["other"]),
        ("限制申请资格", "各类科技计划项目", ["ban_projects"]),
        ("停报", "人才、评优、奖励项目", ["ban_awards_talent_title"]),
        ("撤销科技奖励", "", ["revoke_awards_titles"]),
        ("撤销职称", "", ["revoke_awards_titles"]),
        ("取消职称申报资格", "专业技术职称", ["ban_awards_talent_title"]),
        ("停止岗位晋级", "", ["ban_awards_talent_title"]),
        ("延迟晋升", "高一级职称", ["ban_awards_talent_title"]),
        ("暂停职称评审", "", ["ban_awards_talent_title"]),
        ("取消学会会员资格", "", ["remove_honours_membership"]),
        ("取消评审资格", "国家自然科学基金项目评审", ["ban_nominator_reviewer"]),
        ("取消资格", "提名/推荐/被提名/评审专家", ["ban_nominator_reviewer"]),
        ("停止研究生招生资格", "", ["supervisor_quota"]),
        ("取消研究生导师资格", "", ["supervisor_quota"]),
        ("暂停导师申请资格", "", ["supervisor_quota"]),
        ("暂缓授予学位", "", ["defer_degree"]),
        ("撤销博士学位", "", ["deny_revoke_degree"]),
        ("记入数据库", "科研诚信严重失信行为数据库", ["serious_db_entry"]),
        ("记入科研诚信严重失信行为数据库", "", ["serious_db_entry"]),
        ("记入科研诚信信息系统", "", ["other"]),
        ("终止评审程序", "", ["other"]),
        ("撤稿", "", ["other"]),
        ("罚款", "", ["other"]),
        ("警告", "", ["other"]),
        ("解除聘用合同", "", ["other"]),
        ("停止受理", "人类遗传资源国际合作申请", ["other"]),
    ],
)
def test_labels_become_measures_of_the_rule_set_and_keep_their_wording(label, scope, ids):
    found = read_sanction({"kind": label, "scope": scope})

    assert [(one.track, one.kind) for one in found] == [(MEASURE, key) for key in ids]
    assert all(one.plan.kind == one.kind and BOOKS["r221_2022"].has("measure", one.kind) for one in found)
    assert all((one.plan.label, one.plan.scope) == (label, scope) for one in found)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("党内警告", (PARALLEL, "party")),
        ("行政警告", (PARALLEL, "administrative")),
        ("降低岗位等级", (PARALLEL, "administrative")),
        ("线索移送", (PARALLEL, "referral")),
        ("列入观察名单", (WATCH, "watch_list")),
    ],
)
def test_discipline_crime_and_watch_lists_are_not_measures(label, expected):
    assert kinds(label) == [expected]
    assert read_sanction({"kind": label})[0].plan == MeasurePlan("other", label=label)


@pytest.mark.parametrize("raw", [{}, {"kind": None}, {"kind": "  "}])
def test_a_sanction_without_a_label_is_refused(raw):
    with pytest.raises(ReadingError, match="处理措施没有名称") as caught:
        read_sanction(raw)

    assert caught.value.en == "A sanction has no label."


def test_window_note_and_published_end_are_kept():
    duration = {"value": 3, "unit": "year", "start": "2023-12-26", "end": "2026-12-25"}
    one = read_sanction({"kind": "取消申请资格", "scope": "基金项目", "duration": duration, "note": "96.07万元"})[0]

    assert one.plan == MeasurePlan(
        "ban_projects", months=36, start=date(2023, 12, 26), scope="基金项目", label="取消申请资格"
    )
    assert (one.end, one.note) == (date(2026, 12, 25), "96.07万元")


@pytest.mark.parametrize(
    ("scope", "duration", "until"),
    [
        ("当年", None, "当年"),
        ("2020年度", None, "2020年度"),
        ("２０２０年度", {}, "2020年度"),
        ("2020年度项目", None, ""),
        ("当年", {"value": None, "unit": "year", "range": [3, 5]}, "3至5年"),
    ],
)
def test_a_scope_that_is_a_year_is_the_period(scope, duration, until):
    assert read_sanction({"kind": "取消评优", "scope": scope, "duration": duration})[0].plan.until == until


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ({}, {}),
        ({"value": 3, "unit": "year"}, {"months": 36}),
        ({"value": 1.5, "unit": "year"}, {"months": 18}),
        ({"value": 6, "unit": "month"}, {"months": 6}),
        ({"value": 30, "unit": "day"}, {"days": 30}),
        ({"value": 1, "unit": "time"}, {"count": 1}),
        ({"value": None, "unit": "permanent"}, {"lifetime": True}),
        ({"value": None, "unit": "year"}, {}),
        ({"value": None, "unit": "year", "range": [3, 5]}, {"until": "3至5年"}),
        ({"value": None, "unit": "term", "range": [1, 2]}, {"until": "1至2term"}),
        ({"value": 6, "unit": "month", "from": "决定书送达之日"}, {"months": 6, "until": "自决定书送达之日起"}),
        ({"value": 6, "unit": "month", "from": "自送达"}, {"months": 6, "until": "自送达起"}),
        ({"value": 2, "unit": "term"}, {"until": "2term"}),
        ({"value": "若干", "unit": "year"}, {"until": "若干年"}),
        ({"value": True, "unit": "month"}, {"until": "True个月"}),
        ({"value": 1.23, "unit": "year"}, {"until": "1.23年"}),
        ({"value": float("inf"), "unit": "year"}, {"until": "inf年"}),
        ({"value": 0.5, "unit": "day"}, {"until": "0.5日"}),
        ({"value": 2, "unit": "year", "until": "整改完成"}, {"months": 24, "until": "until：整改完成"}),
        ({"start": "2024-02-29"}, {"start": date(2024, 2, 29)}),
    ],
)
def test_periods_keep_what_is_no_plain_number_in_words(duration, expected):
    assert read_duration(duration) == MeasurePlan("other", **expected)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("申报书抄袭", ("plagiarism",)),
        ("图片造假", ("fabrication_falsification",)),
        ("数据造假、论文造假", ("fabrication_falsification",)),
        ("科研失信（论文数据明显不实）", ("fabrication_falsification",)),
        ("买卖实验数据", ("fabrication_falsification",)),
        ("买卖、代写代投论文", ("paper_trading_fake_review",)),
        ("代写代投、委托数据处理", ("paper_trading_fake_review",)),
        ("虚假同行评议、购买论文", ("paper_trading_fake_review",)),
        ("干扰评审（请托打招呼）", ("fraudulent_acquisition",)),
        ("伪造公章和签字、提交虚假申请材料", ("fraudulent_acquisition",)),
        ("伪造伦理审查批准文件", ("ethics_approval_fraud",)),
        ("不当署名", ("authorship_violation",)),
        ("买卖论文；未取得作者知情同意", ("paper_trading_fake_review", "authorship_violation")),
        ("重复发表", ("publication_norm_violation",)),
        (
            "伪造、编造研究过程/结论；未经同意使用他人署名；提供虚假信息",
            ("fabrication_falsification", "fraudulent_acquisition", "authorship_violation"),
        ),
        ("套取财政科研资金", ("other",)),
        ("抄袭；态度恶劣;", ("plagiarism", "other")),
        ("", ("other",)),
        (None, ("other",)),
    ],
)
def test_categories_are_found_by_their_words_and_the_rest_is_other_with_the_text(text, ids):
    found = read_categories(text)

    assert (found.ids, found.text) == (ids, text or "")
    assert all(BOOKS["r221_2022"].has("category", key) for key in found.ids)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2024-04-12", date(2024, 4, 12), "day"),
        ("2024年4月2日", date(2024, 4, 2), "day"),
        ("2024/4/2", date(2024, 4, 2), "day"),
        ("２０２４-０４-１２", date(2024, 4, 12), "day"),
        ("2021-11", date(2021, 11, 1), "month"),
        ("2021年11月", date(2021, 11, 1), "month"),
        ("2020", date(2020, 1, 1), "year"),
        ("2020年", date(2020, 1, 1), "year"),
        (2020, date(2020, 1, 1), "year"),
    ],
)
def test_dates_keep_their_precision(text, day, precision):
    found = read_date(text)

    assert (found.day, found.precision) == (day, precision)


@pytest.mark.parametrize("text", ["2023-02-29", "2023-13", "0000", "去年", "", None, "2024-04-12T00:00"])
def test_an_impossible_date_is_refused_and_named(text):
    with pytest.raises(ReadingError, match=f"日期“{text or ''}”无法识别"):
        read_date(text)


@pytest.mark.parametrize(
    ("responsibility", "has_measures", "outcome"),
    [
        ("无过错", False, "not_established"),
        ("待查实", True, "insufficient"),
        ("主要责任", False, "established"),
        (None, True, "established"),
        (None, False, ""),
    ],
)
def test_the_outcome_follows_the_responsibility_and_is_open_where_the_text_is_cut(
    responsibility, has_measures, outcome
):
    assert read_outcome(responsibility, has_measures=has_measures) == outcome


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("项目承担单位", "organization"),
        ("申办方", "organization"),
        ("第一作者", "person"),
        ("", "person"),
        (None, "person"),
    ],
)
def test_a_role_only_a_unit_can_have_is_an_organization(role, kind):
    assert read_respondent_kind(role) == kind
