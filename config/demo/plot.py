"""The order of the stories: at least forty leads and cases, every status present, a few things due today."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace

from django.core.management import call_command

from config.demo.city import PASSPHRASES, City
from config.demo.clock import Calendar
from config.demo.matters import LEAD_ONLY, MATTERS, Matter
from config.demo.oversight import tell_ethics
from config.demo.reviews import tell_reviews
from config.demo.stories import Teller
from integrity.actions import cases, decisions, duplicates, issuing, leads, messages, vault
from integrity.drafting import MeasureEntry, assess_decision
from integrity.enums import Outcome
from integrity.models import Decision
from notices.actions import notices, publication, reviews
from notices.models import Notice
from sharing.actions import shares
from sharing.models import SharePackage

Say = Callable[[str], None]
PLAIN = MATTERS[0]


def tell_all(city: City, calendar: Calendar, say: Say) -> None:
    """Every story, in an order in which earlier ones leave what later ones need."""
    teller = Teller(city, calendar)
    teller.fill_directory()
    say("线索 / leads")
    tell_leads(teller)
    say("案件 / cases")
    tell_cases(teller)
    say("处理决定 / decisions")
    effective = tell_decisions(teller)
    say("通报 / notices")
    tell_notices(teller, effective)
    say("共享 / shares")
    tell_shares(teller, effective)
    say("科技伦理 / ethics")
    tell_ethics(city, calendar)
    say("伦理审查 / ethics reviews")
    tell_reviews(city, calendar)
    for command in ("expire_records", "publish_due", "expire_shares", "remind_followups"):
        call_command(command, stdout=io.StringIO())


def _only(n: int) -> Matter:
    summary, plain = LEAD_ONLY[n % len(LEAD_ONLY)]
    return Matter(
        summary,
        f"某课题组负责人{'甲乙丙丁戊己庚辛壬癸'[n % 10]}",
        "嘉陵职业技术大学",
        "project_lead",
        "other",
        "minor",
        plain,
        plain,
        (),
    )


def tell_leads(teller: Teller) -> None:
    """Leads in every status, some due today, one overdue, three through the public form with two kinds of identity."""
    city, calendar = teller.city, teller.calendar
    intake, head = city["intake"], city["head"]
    for n, days in enumerate((1, 3, 18, 20, 26)):
        teller.lead(_only(n), days, channel=("phone", "letter", "hotline", "visit", "letter")[n])
    for n, channel in enumerate(("inspection", "audit", "discipline", "media", "superior")):
        teller.lead(_only(n + 5), 4 + n, channel=channel, mode="")
    with calendar.days_ago(9):
        online, _receipt = leads.submit(
            mode="real_name",
            answers={
                "target": "程望川",
                "unit": "青川竹荪生物科技公司",
                "facts": "验收材料里的检测报告不是检测单位出的。",
            },
            identity={"name": "演示举报人甲", "contact": "demo-reporter-one"},
        )
        leads.summarise(lead=online, summary="举报项目验收检测报告造假", by=intake)
    with calendar.days_ago(8):
        messages.ask_more(lead=online, body="请补充检测报告的编号或照片。", by=intake)
        unlock = vault.request(lead=online, purpose="verify", reason="需要当面核实检测报告的来源。", by=intake)
        vault.approve(unlock=unlock, by=city["custodian"])
    with calendar.days_ago(6):
        private, _receipt = leads.submit(
            mode="confidential",
            answers={"target": "许清欢", "unit": "剑门医学院附属医院", "facts": "审稿人邮箱是投稿人自己注册的。"},
            identity={"name": "", "contact": "demo-reporter-two"},
        )
        leads.summarise(lead=private, summary="举报虚构同行评议", by=intake)
        asked = vault.request(lead=private, purpose="answer", reason="书面答复。", by=intake)
        vault.refuse(unlock=asked, reason="可以通过平台消息答复，不必查阅身份。", by=city["custodian2"])
        again = vault.request(lead=private, purpose="protect", reason="举报人来信称受到压力，需要联系保护。", by=intake)
        vault.approve(unlock=again, by=city["custodian"])
        again.refresh_from_db()
        vault.approve(unlock=again, by=city["custodian2"])
        again.refresh_from_db()
        vault.view(unlock=again, passphrase=PASSPHRASES["custodian"], by=city["custodian"])
        again.refresh_from_db()
        vault.close(unlock=again, by=city["custodian"])
    for days, until in ((3, "requested"), (0, "open")):
        with calendar.days_ago(days):
            third, _receipt = leads.submit(
                mode="real_name",
                answers={"target": "陆见山", "unit": "天曌山新材料公司", "facts": "申报材料中的专利证书是别人的。"},
                identity={"name": "演示举报人丙", "contact": "demo-reporter-three"},
            )
            leads.summarise(lead=third, summary="举报人才计划申报材料不实", by=intake)
            pending = vault.request(lead=third, purpose="verify", reason="需要核对专利证书原件。", by=intake)
            if until == "open":
                for account in ("custodian", "custodian2"):
                    vault.approve(unlock=pending, by=city[account])
                    pending.refresh_from_db()
    with calendar.days_ago(2):
        leads.submit(
            mode="anonymous",
            answers={"target": "叶知秋", "unit": "苍溪雪梨研究中心", "facts": "试验田没有种过这个品种。"},
            identity={},
        )
    for n, stage in enumerate(("refusal_proposed", "not_accepted", "submitted")):
        lead = teller.lead(_only(n), 15 + n)
        with calendar.days_ago(8 + n):
            leads.propose_refusal(lead=lead, ground="no_evidence", reason="没有可以查证的线索。", by=intake)
        if stage == "not_accepted":
            with calendar.days_ago(7):
                leads.refuse(lead=lead, by=head)
        elif stage == "submitted":
            with calendar.days_ago(7):
                leads.send_back(lead=lead, reason="请先向举报人核实。", by=head)
    moved = teller.lead(_only(4), 16)
    with calendar.days_ago(12):
        leads.transfer(lead=moved, unit="市教育局", reason="属于学校管理事项。", by=intake)
    double = teller.lead(PLAIN, 11)
    original = teller.accepted(PLAIN, 14)
    with calendar.days_ago(10):
        duplicates.mark(lead=double, original=original, reason="举报对象和内容相同。", by=intake)
    teller.accepted(MATTERS[8], 12)


def tell_cases(teller: Teller) -> None:
    """Cases at each stage before a decision."""
    for n, (stage, days) in enumerate(
        (
            ("opened", 12),
            ("opened", 10),
            ("investigating", 60),
            ("investigating", 45),
            ("investigating", 150),
            ("report_ready", 50),
            ("report_ready", 44),
            ("hearing_respondent", 41),
            ("hearing_respondent", 38),
            ("deliberation", 60),
        )
    ):
        matter = MATTERS[n % len(MATTERS)]
        second = MATTERS[(n + 3) % len(MATTERS)] if n == 3 else None
        teller.case(matter, stage, days, second=second)


def tell_decisions(teller: Teller) -> list[Decision]:
    """Decisions in every status; returns those in force with their appeal window closed."""
    city, calendar = teller.city, teller.calendar
    stages = (
        "draft",
        "section_review",
        "legal_review",
        "bureau_approval",
        "second_approval",
        "approved",
        "issued",
        "effective",
    )
    for n, stage in enumerate(stages):
        matter = MATTERS[(0, 1, 5, 7, 2, 8, 9, 3)[n]]
        case = teller.case(matter, "deliberation", 70)
        teller.decision(case, matter, stage, 12)
    effective = []
    for n in range(8):
        matter = MATTERS[(0, 1, 2, 5, 6, 7, 8, 9)[n]]
        case = teller.case(matter, "deliberation", 160 + 20 * n)
        decision = teller.decision(case, matter, "effective", 90 + 20 * n)
        effective.append(decision)
        if n != 6:
            with calendar.days_ago(80 + 20 * n) as day:
                issuing.report_to_province(decision=decision, sent_on=day, by=city["officer"])
        if n not in {0, 7}:
            with calendar.days_ago(20):
                case.refresh_from_db()
                cases.close_case(case=case, by=city["officer"])
    for outcome in (Outcome.NOT_ESTABLISHED, Outcome.INSUFFICIENT, Outcome.EXEMPT):
        case = teller.case(MATTERS[4], "deliberation", 130)
        teller.decision(case, MATTERS[4], "effective", 60, outcome=outcome)
        with calendar.days_ago(30):
            case.refresh_from_db()
            cases.close_case(case=case, by=city["officer"])
    brief = replace(MATTERS[7], measures=(MeasureEntry("ban_projects", months=3), MeasureEntry("serious_db_entry")))
    ended = teller.decision(teller.case(brief, "deliberation", 320), brief, "effective", 240)
    with calendar.days_ago(230) as day:
        issuing.report_to_province(decision=ended, sent_on=day, by=city["officer"])
    effective.append(ended)
    later = calendar.today + dt.timedelta(days=20)
    coming = replace(
        MATTERS[9],
        measures=(MeasureEntry("ban_projects", months=12, start=later), MeasureEntry("serious_db_entry", start=later)),
    )
    teller.decision(teller.case(coming, "deliberation", 60), coming, "effective", 8)
    old = teller.case(MATTERS[1], "deliberation", 180)
    first = teller.decision(old, MATTERS[1], "effective", 100)
    with calendar.days_ago(50) as day:
        officer = city["officer"]
        content = teller._content(MATTERS[3], Outcome.ESTABLISHED, day)
        renewed = decisions.draft(respondent=first.respondent, content=content, by=officer, supersedes=first)
        renewed = _through(teller, renewed, day)
        issuing.issue(decision=renewed, by=officer)
    taken_back = teller.decision(teller.case(MATTERS[5], "deliberation", 170), MATTERS[5], "effective", 95)
    with calendar.days_ago(40):
        issuing.revoke(decision=taken_back, reason="复核发现认定事实有误。", by=city["bureau"])
    return effective


def _through(teller: Teller, decision: Decision, day: dt.date) -> Decision:
    """Send a draft through every approval on one day, answering its warnings first."""
    city = teller.city
    codes = assess_decision(decision, on=day).warning_codes
    if codes:
        content = teller._content(MATTERS[3], Outcome.ESTABLISHED, day)
        answered = type(content)(**{**content.__dict__, "warning_reasons": dict.fromkeys(codes, "复核后调整。")})
        decision = decisions.edit(
            decision=decision, content=answered, seen_hash=decision.content_hash, by=city["officer"]
        )
    decisions.send(decision=decision, by=city["officer"], on=day)
    for step, account in (("section", "head"), ("legal", "legal"), ("bureau", "bureau"), ("second", "bureau2")):
        if decision.status == "approved":
            break
        decision = decisions.review(
            decision=decision, step=step, verdict="approve", seen_hash=decision.content_hash, by=city[account]
        )
    return decision


def tell_notices(teller: Teller, effective: list[Decision]) -> None:
    """Notices in every status, three of them on the public page today."""
    city, calendar = teller.city, teller.calendar
    # which decision, where the notice stands, when it was drafted; the first one has run out since
    plan = (
        (8, "published", 210),
        (0, "published", 30),
        (3, "withdrawn", 28),
        (1, "published", 24),
        (2, "published", 18),
        (4, "approved", 6),
        (5, "scheduled", 5),
        (6, "review", 4),
        (7, "draft", 3),
    )
    for n, stage, days in plan:
        with calendar.days_ago(days):
            notice = _drafted(teller, [effective[n]])
            if stage == "draft":
                continue
            notices.check_secrecy(notice=notice, note="不涉及国家秘密、工作秘密。", by=city["publisher"])
            notices.send_to_review(notice=notice, by=city["publisher"])
            notice.refresh_from_db()
            people = ("reviewer",) if stage == "review" else ("reviewer", "reviewer2")
            for account in people:
                reviews.give(
                    notice=notice, verdict="approve", comment="", seen_hash=notice.content_hash, by=city[account]
                )
                notice.refresh_from_db()
        with calendar.days_ago(days - 1 if days > 1 else 0) as day:
            if stage in {"published", "withdrawn"}:
                publication.publish(notice=notice, by=city["publisher2"])
            elif stage == "scheduled":
                publication.schedule(notice=notice, day=day + dt.timedelta(days=14), by=city["publisher2"])
        if stage == "withdrawn":
            with calendar.days_ago(10):
                notice.refresh_from_db()
                publication.withdraw(
                    notice=notice, reason="error", text="单位名称有误，更正后重新公布。", by=city["publisher"]
                )


def _drafted(teller: Teller, chosen: list[Decision]) -> Notice:
    return notices.draft(
        decisions=chosen,
        title=f"关于一起{chosen[0].case.title}行为处理结果的通报",
        intro="依据《科研失信行为调查处理规则》，现将处理结果通报如下。",
        name_profile="full" if chosen[0].tier in {"serious", "grave"} else "surname",
        by=teller.city["publisher"],
    )


def tell_shares(teller: Teller, effective: list[Decision]) -> None:
    """Shares open, acknowledged, recalled and expired."""
    city, calendar = teller.city, teller.calendar
    officer = city["officer"]

    def give(decision: Decision, codes: tuple[str, ...], profile: str, until: dt.date) -> SharePackage:
        return shares.share(
            decision=decision,
            departments=[city.departments[code] for code in codes],
            profile=profile,
            purpose="joint_measure",
            basis="《科技体制改革三年攻坚广元行动方案》（十三）联合惩戒",
            expires_on=until,
            by=officer,
        )

    with calendar.days_ago(15) as day:
        seen = give(effective[0], ("jyj", "wjw"), "findings", day + dt.timedelta(days=180))
        recalled = give(effective[1], ("jyj",), "summary", day + dt.timedelta(days=90))
        over = give(effective[2], ("wjw",), "summary", day + dt.timedelta(days=5))
    with calendar.days_ago(14):
        shares.acknowledge(share=seen, by=city["member_edu"])
        shares.write_opinion(share=seen, text="我局将在职称评审中核查。", by=city["member_edu"])
    with calendar.days_ago(12):
        shares.recall(share=recalled, reason="共享范围有误，另行共享。", by=officer)
    with calendar.days_ago(8):
        over.refresh_from_db()
        shares.expire(share=over)
    with calendar.days_ago(1) as day:
        give(effective[4], ("jyj", "wjw", "fgw"), "summary", day + dt.timedelta(days=365))
