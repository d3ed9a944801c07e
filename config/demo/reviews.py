"""What the regional committee has before it: an application in every status, meetings, an appeal, a re-review, a waiver."""

from __future__ import annotations

import datetime as dt

from config.demo.city import City
from config.demo.clock import Calendar
from config.demo.secretariat import Secretariat
from ethics.actions import (
    acceptance,
    agenda,
    appeals,
    applications,
    expert_reviews,
    incidents,
    letters,
    meetings,
    opinions,
    public_entries,
    recorded,
    reviewers,
    waivers,
)
from ethics.enums import ListItem
from ethics.models import Activity, Application, ExpertReview, ReviewUnit
from ethics.voting import Tally

MINIMAL = {"simple_grounds": ["risk_le_minimal"], "circumstances": ["personal_data"]}
ITEMS = (
    "principles_and_capability",
    "value_risk_benefit",
    "human",
    "animal",
    "data_algorithm",
    "conflict_of_interest",
    "other",
)
CHECKED = {key: {"verdict": "fits", "comment": ""} for key in ITEMS}


def tell_reviews(city: City, calendar: Calendar) -> None:
    """Every story; later ones need what earlier ones left."""
    office = Secretariat(city, calendar)
    _tell_waiting(office)
    _tell_first_meeting(office)
    _tell_second_meeting(office)
    _tell_simple(office, city)
    _tell_waived(office)
    _tell_urgent(office)
    _tell_coming(office)
    _tell_recorded(office)
    _tell_public(office, city)


def _tell_waiting(office: Secretariat) -> None:
    """What lies with the applicant or on the secretary's desk."""
    office.draft(4, "社区慢病随访语音助手研究")
    office.hand_in(2, "老年人居家跌倒识别研究", circumstances=["personal_data"])
    with office.calendar.days_ago(9):
        returned = office.hand_in(11, "中学生作息与学业关系调查", circumstances=["minors", "personal_data"])
        acceptance.return_incomplete(
            application=returned,
            items=[("consent_and_source_proofs", "监护人知情同意书和学生本人同意书"), ("overview", "以往伦理审查情况")],
            note="请按清单一次补齐。",
            by=office.by,
        )
    office.accept(6, "山区林火无人机巡护影像研究", scope_classes=["other_risk"])
    back = office.hand_in(30, "景区客流热力分析研究", circumstances=["personal_data"])
    with office.calendar.days_ago(26):
        applications.withdraw(application=back, reason="项目调整，不再采集客流数据。", by=office.applicant)


def _tell_first_meeting(office: Secretariat) -> None:
    """Sixty days ago: one approved, one listed activity passed to the experts, one refused and appealed."""
    plain = office.accept(75, "步态识别辅助康复评估研究")
    fusion = office.accept(76, "下肢外骨骼人机融合控制研究", list_item=ListItem.L5, circumstances=["ai"])
    refused = office.accept(74, "情绪诱导短视频对照实验", circumstances=["vulnerable"])
    meeting = office.plan(60)
    items = office.open(meeting, 60, [plain, fusion, refused])
    office.vote(items[0], 60, "approve", "yyyyyny")
    office.conclude(items[0], 60, reasons="风险可控，知情同意规范。", follow_up_months=12)
    office.vote(items[1], 60, "approve", "yyyyyyy")
    office.conclude(items[1], 60, reasons="初步审查认为风险防控方案可行。", follow_up_months=6)
    office.vote(items[2], 60, "approve", "nynnyna")
    office.vote(items[2], 60, "reject", "yyyynyy", "诱导手段缺少退出和补救安排")
    office.conclude(items[2], 60, reasons="诱导手段可能损害参与者心理健康，缺少退出和补救安排。")
    office.close(meeting, 59)
    with office.calendar.days_ago(50) as day:
        decision = refused.reviews.get().decisions.get()
        letter = decision.letters.get()
        letters.deliver(letter=letter, delivered_on=day, how="邮寄送达", by=office.by)
    with office.calendar.days_ago(44):
        appeals.file(
            application=_fresh(refused),
            grounds="已增加退出机制和心理支持安排，请求复议。",
            file=("支持安排.txt", "退出机制和心理支持安排（演示）。".encode()),
            by=office.applicant,
        )
    _ask_experts(office, fusion)


def _ask_experts(office: Secretariat, application: Application) -> None:
    """The province has had the request for a while: its answer is overdue."""
    with office.calendar.days_ago(48) as day:
        expert = expert_reviews.request(
            application=_fresh(application), authority="四川省科学技术厅", requested_on=day, by=office.by
        )
    with office.calendar.days_ago(45) as day:
        expert_reviews.receive(expert=expert, received_on=day, by=office.by)


def _tell_second_meeting(office: Secretariat) -> None:
    """Twelve days ago: revisions of both kinds, a listed activity at the door of the experts, an item put off."""
    revised = office.accept(24, "远程听诊数据采集研究")
    verified = office.accept(25, "睡眠监测手环可用性研究")
    again = office.accept(23, "基因检测结果告知方式研究", circumstances=["samples"])
    opinion = office.accept(22, "县域热点话题推荐系统研发", list_item=ListItem.L6, circumstances=["ai"])
    put_off = office.accept(21, "学习行为画像研究", circumstances=["minors"])
    agreed = office.accept(26, "自动泊车决策系统研发", list_item=ListItem.L7, circumstances=["ai"])
    meeting = office.plan(12, is_video=True)
    items = office.open(meeting, 12, [revised, verified, again, opinion, put_off, agreed])
    changes = "补充数据保存期限和销毁方式；知情同意书写明联系人。"
    for item, decision, said in (
        (items[0], "approve_after_rev", {"required_changes": changes, "reasons": "总体可行，须补充。"}),
        (items[1], "approve_after_rev", {"required_changes": changes, "reasons": "总体可行，须补充。"}),
        (
            items[2],
            "rereview",
            {"required_changes": "重新设计结果告知流程并说明心理支持。", "reasons": "方案尚不完整。"},
        ),
        (items[3], "approve", {"reasons": "算法备案和人工复核安排可行。", "follow_up_months": 6}),
        (items[5], "approve", {"reasons": "安全冗余和人工接管安排可行。", "follow_up_months": 6}),
    ):
        text = said.get("required_changes", "") if decision != "approve" else ""
        office.vote(item, 12, decision, "yyyyyyn", str(text))
        office.conclude(item, 12, **said)
    office.vote(items[4], 12, "approve", "yynnnay")
    with office.calendar.days_ago(12):
        agenda.adjourn(item=items[4], reason="请申请人补充监护人同意程序的说明", by=office.by)
        agenda.reconcile(item=items[4], by=office.by)
    office.close(meeting, 11)
    with office.calendar.days_ago(4):
        applications.edit(application=_fresh(verified), answers={"revision": "已补充。"}, by=office.applicant)
        applications.submit(application=_fresh(verified), by=office.applicant)
    _agree(office, agreed)


def _agree(office: Secretariat, application: Application) -> None:
    """The province agreed and the committee decided in line with it: registration and follow-up are due."""
    with office.calendar.days_ago(10) as day:
        expert = expert_reviews.request(
            application=_fresh(application), authority="四川省科学技术厅", requested_on=day, by=office.by
        )
        expert_reviews.receive(expert=expert, received_on=day, by=office.by)
    with office.calendar.days_ago(5) as day:
        expert_reviews.answer(
            expert=_fresh_expert(expert),
            panel=[
                expert_reviews.Expert(name=name, categories=fields, organization=place)
                for name, fields, place in (
                    ("边知行", ("peer_science",), "省级高校"),
                    ("冉若谷", ("peer_science",), "省级研究院"),
                    ("卓明理", ("ethics",), "省级高校"),
                    ("柯守正", ("law",), "省级律协"),
                    ("瞿望川", ("peer_science",), "省级医院"),
                    ("滕怀远", ("ethics",), "省级研究院"),
                )
            ],
            agree=5,
            disagree=1,
            outcome="agree",
            opinion_no="川科伦复〔演示〕7号",
            answered_on=day,
            by=office.by,
        )
    with office.calendar.days_ago(3) as day:
        expert_reviews.conclude(expert=_fresh_expert(expert), decided_on=day, by=office.by)


def _tell_simple(office: Secretariat, city: City) -> None:
    """The simple procedure: one approved and still to be reported, one running, one moved to a meeting by a doubt."""
    chair, first, second = (city[name] for name in ("ethics_chair", "ethics_member", "ethics_member2"))
    named = office.members[1:3]
    for title, days, positive, doubt in (
        ("匿名问卷生活方式调查", 40, True, False),
        ("公开步道使用意向问卷", 5, None, False),
        ("门诊候诊体验访谈", 18, True, True),
    ):
        application = office.accept(days, title, "simple", **MINIMAL)
        with office.calendar.days_ago(days - 1):
            office.declare(application, office.members[:1])
            reviewers.name(application=application, members=named, by=chair)
            office.declare(application, named)
        if positive is None:
            continue
        with office.calendar.days_ago(days - 3):
            for account, doubts in ((first, False), (second, doubt)):
                opinions.give(
                    application=_fresh(application),
                    is_positive=positive,
                    text="材料齐全，风险不高于日常生活。" if not doubts else "访谈可能涉及病情，请会议讨论。",
                    checklist=CHECKED,
                    has_doubt=doubts,
                    by=account,
                )
        if not doubt:
            with office.calendar.days_ago(days - 4):
                reviewers.confirm(
                    application=_fresh(application),
                    basis="不高于最低风险的匿名问卷。",
                    reasons="两名委员均同意。",
                    follow_up_months=12,
                    by=office.by,
                )


def _tell_waived(office: Secretariat) -> None:
    application = office.accept(33, "公开统计年鉴健康指标分析", "waiver", regimes=["HS2023"], waiver=WAIVER)
    with office.calendar.days_ago(31):
        waivers.confirm(application=application, reason="使用合法公开的数据，不涉及个人信息。", by=office.by)


WAIVER = {
    "claimed": True,
    "conditions": ["no_bodily_harm", "no_commercial_interest", "no_sensitive_personal_info"],
    "cases": ["public_data_or_noninterfering_observation"],
    "involved": [],
}


def _tell_urgent(office: Secretariat) -> None:
    """An emergency on the clock."""
    office.accept(
        1,
        "突发呼吸道传染病接触者健康监测研究",
        "emergency",
        waits=0,
        circumstances=["urgent", "personal_data"],
        expertise="流行病学",
    )


def _tell_coming(office: Secretariat) -> None:
    """A meeting under way today, one to come, one that was called off."""
    now = office.accept(8, "护理机器人陪伴效果研究", circumstances=["vulnerable"])
    today = office.plan(0)
    office.open(today, 0, [now], absent=1)
    soon = office.accept(7, "驾驶员疲劳监测数据研究", circumstances=["personal_data"])
    coming = office.plan(-6, made=1)
    with office.calendar.days_ago(1):
        agenda.add(meeting=coming, kind="review", application=_fresh(soon), by=office.by)
    off = office.plan(20)
    with office.calendar.days_ago(22):
        meetings.cancel(meeting=off, reason="到会委员不足五人，改期举行。", by=office.by)


def _tell_recorded(office: Secretariat) -> None:
    """A review the hospital's own committee held under two regimes, recorded by the bureau."""
    unit = ReviewUnit.objects.get(organization__name="剑门医学院附属第二医院")
    with office.calendar.days_ago(55) as day:
        application = recorded.enter(
            unit=unit,
            committee=unit.committees.get(),
            title="新型敷料伤口愈合观察研究",
            leader_name="裴承宇",
            scope_classes=["human"],
            regimes=["HS2023"],
            start_on=day + dt.timedelta(days=60),
            by=office.by,
        )
        recorded.accept(application=application, procedure="general", accepted_on=day, by=office.by)
    with office.calendar.days_ago(40) as day:
        recorded.decide(
            application=_fresh(application),
            outcome="approve",
            decided_on=day,
            document_no="剑二院伦审〔演示〕12号",
            tally=Tally(members=7, present=6, yes=6),
            reasons="知情同意规范，风险可控。",
            follow_up_months=12,
            by=office.by,
        )


def _tell_public(office: Secretariat, city: City) -> None:
    """The public list, and what was reported about an approved activity."""
    approved = [
        Activity.objects.get(title=title)
        for title in ("步态识别辅助康复评估研究", "匿名问卷生活方式调查", "新型敷料伤口愈合观察研究")
    ]
    for activity, days in zip(approved, (30, 20, 15), strict=True):
        with office.calendar.days_ago(days):
            entry = public_entries.draft(
                activity=activity, title=activity.title, unit_name=activity.unit.organization.name, by=office.by
            )
        if activity != approved[2]:
            with office.calendar.days_ago(days - 2):
                public_entries.publish(entry=entry, by=city["publisher"])
        if activity == approved[1]:
            with office.calendar.days_ago(days - 5):
                public_entries.withdraw(entry=entry, reason="申请单位名称有误，更正后再公开。", by=office.by)
    with office.calendar.days_ago(7) as day:
        incidents.report(
            activity=approved[0],
            kind="deviation",
            happened_on=day - dt.timedelta(days=1),
            reported_on=day,
            facts="两名参与者的第二次测量晚于方案规定的日期。",
            measures="已补测并提醒研究人员。",
            by=office.by,
        )


def _fresh(application: Application) -> Application:
    """As it stands now: several people wrote to it in between."""
    return Application.objects.select_related("dossier", "committee__unit__dossier", "unit__organization").get(
        pk=application.pk
    )


def _fresh_expert(expert: ExpertReview) -> ExpertReview:
    return ExpertReview.objects.select_related("review__application__dossier").get(pk=expert.pk)
