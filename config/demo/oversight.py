"""Units under ethics supervision in the seven counties: good and broken committees, something overdue of each kind.

All names are invented. Each story walks the real actions on its own days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from config.demo.city import City
from config.demo.clock import Calendar
from ethics.actions import activities, committees, follow_ups, members, registrations, reports, spot_checks, units
from ethics.actions import violations as violation_actions
from ethics.models import Activity, Committee, ReviewUnit

SURNAMES = "安柏岑杜方顾韩贾康黎孟宁裴齐任舒陶文夏颜詹祝"
GIVEN = (
    *("知远", "清和", "望舒", "若水", "怀瑾", "承宇", "静姝", "明澈", "予安"),
    *("思齐", "景行", "听澜", "云起", "书白", "见微", "长风", "南乔", "北辰"),
)
# office, sex, external, categories of the seven seats of a sound committee
SEATS = (
    ("chair", "female", False, ("peer_science", "life_science")),
    ("vice_chair", "male", False, ("peer_science", "medicine")),
    ("member", "female", False, ("ethics", "bioethics")),
    ("member", "male", True, ("law",)),
    ("member", "female", True, ("lay_external",)),
    ("member", "male", False, ("ai_technology",)),
    ("member", "male", False, ("ai_application", "peer_science")),
)


@dataclass(frozen=True)
class Place:
    """One unit: how many of the seven seats are filled, how long ago the committee was set up, and what is amiss."""

    name: str
    kind: str
    region: str
    fields: tuple[str, ...]
    basis: str
    seats: int = 7
    set_up: int = 500
    regimes: tuple[str, ...] = ("ST2023", "SC")
    registered: int | None = 20
    reported: bool = True
    term_days: int = 1800
    unsigned: int = 0
    names: tuple[str, ...] = ()


PLACES = (
    Place(
        "剑门医学院附属第二医院",
        "hospital",
        "510802",
        ("medicine",),
        "human_research",
        regimes=("ST2023", "SC", "HS2023"),
    ),
    Place("嘉陵智能技术研究院", "institute", "510802", ("ai",), "ai", regimes=("ST2023", "SC", "AI2026")),
    Place("利州脑健康研究所", "institute", "510802", ("medicine", "life_science"), "sensitive", seats=6),
    Place("昭化现代农业研究所", "institute", "510811", ("life_science",), "sensitive", reported=False),
    Place("昭化古城数字文旅公司", "company", "510811", ("ai",), "ai", set_up=45, registered=None),
    Place("朝天曾家山生态研究站", "institute", "510812", (), "", seats=0),
    Place("朝天蔬菜种业公司", "company", "510812", ("life_science",), "sensitive", unsigned=2),
    Place(
        "旺苍米仓山医院",
        "hospital",
        "510821",
        ("medicine",),
        "human_research",
        regimes=("ST2023", "SC", "HS2023"),
        term_days=540,
    ),
    Place("旺苍茶叶科学研究所", "institute", "510821", (), "", set_up=12, registered=None),
    Place("青川竹荪生物技术研究院", "institute", "510822", ("life_science",), "sensitive", registered=44),
    Place("剑阁柏林生态大数据中心", "institute", "510823", ("ai",), "ai", seats=5),
    Place("苍溪雪梨育种研究所", "institute", "510824", ("life_science",), "sensitive", seats=0),
    Place("蜀道应用技术大学", "university", "510800", ("life_science", "ai"), "sensitive"),
)


class Overseer:
    """Tells the stories of supervision as the ethics officer of the demo city."""

    def __init__(self, city: City, calendar: Calendar) -> None:
        self.by, self.city, self.calendar = city["ethics_sec"], city, calendar
        self.drawn = 0

    def unit(self, place: Place) -> tuple[ReviewUnit, Committee | None]:
        with self.calendar.days_ago(place.set_up):
            unit = units.enter(
                name=place.name,
                kind=place.kind,
                region_code=place.region,
                sensitive_fields=place.fields,
                required_basis=place.basis,
                by=self.by,
            )
        return unit, self.committee(unit, place) if place.seats else None

    def committee(self, unit: ReviewUnit, place: Place) -> Committee:
        with self.calendar.days_ago(place.set_up) as day:
            committee = committees.enter(
                unit=unit, name="科技伦理（审查）委员会", set_up_on=day, regimes=place.regimes, by=self.by
            )
            for number, seat in enumerate(SEATS[: place.seats]):
                name = place.names[number] if number < len(place.names) else self._name()
                self.member(committee, place, seat, day, name=name, signs=number >= place.unsigned)
        if place.registered is not None:
            with self.calendar.days_ago(place.set_up - place.registered) as day:
                registrations.record(
                    registration=committee.registration,
                    registered_on=day,
                    platform_no=f"演示登记{committee.pk:04d}",
                    by=self.by,
                )
        self.report(committee, place.reported)
        return committee

    def member(
        self,
        committee: Committee,
        place: Place,
        seat: tuple[str, str, bool, tuple[str, ...]],
        day: dt.date,
        *,
        name: str,
        signs: bool,
    ) -> None:
        office, sex, is_external, categories = seat
        member = members.enter(
            committee=committee,
            name=name,
            categories=categories,
            sex=sex,
            is_external=is_external,
            office=office,
            starts_on=day,
            ends_on=day + dt.timedelta(days=place.term_days),
            by=self.by,
        )
        if signs:
            for kind in ("confidentiality", "conflict_of_interest"):
                members.sign(member=member, kind=kind, signed_on=day, by=self.by)
            members.train(member=member, topic="科技伦理审查办法培训", trained_on=day, organiser="市科技局", by=self.by)

    def report(self, committee: Committee, reported: bool) -> None:
        """Last year's report falls due on 1 January of this year and is handed in two months later, or not."""
        first = dt.date(self.calendar.today.year, 1, 1)
        due = None
        if committee.set_up_on < first:
            with self.calendar.days_ago((self.calendar.today - first).days) as day:
                due = reports.make_due(committee=committee, on=day)
        handed_in = first + dt.timedelta(days=66)
        if due is not None and reported and handed_in <= self.calendar.today:
            with self.calendar.days_ago((self.calendar.today - handed_in).days) as day:
                reports.record(report=due, submitted_on=day, by=self.by)

    def activity(
        self,
        unit: ReviewUnit,
        committee: Committee | None,
        title: str,
        item: str,
        approved: int,
        outcome: str = "agree",
    ) -> Activity:
        """A listed activity approved so many days ago; 0 leaves it under review."""
        with self.calendar.days_ago(approved + 40):
            activity = activities.enter(
                unit=unit, title=title, list_item=item, committee=committee, leader_name=self._name(), by=self.by
            )
        if approved:
            with self.calendar.days_ago(approved + 5) as day:
                activities.record_expert(
                    activity=activity, outcome=outcome, expert_on=day, basis="川科伦复〔演示〕号", by=self.by
                )
            if outcome != "disagree":
                with self.calendar.days_ago(approved) as day:
                    activities.approve(activity=activity, approved_on=day, by=self.by)
        return activity

    def register(self, activity: Activity, after: int, approved: int) -> None:
        with self.calendar.days_ago(approved - after) as day:
            registrations.record(
                registration=activity.registration,
                registered_on=day,
                platform_no=f"演示活动{activity.pk:04d}",
                by=self.by,
            )

    def follow(self, activity: Activity, days_ago: int, outcome: str) -> None:
        with self.calendar.days_ago(days_ago) as day:
            follow_ups.record(
                follow_up=activity.follow_ups.get(done_on=None, voided_on=None),
                done_on=day,
                outcome=outcome,
                note="查阅实施记录和风险防控措施，现场核实。",
                by=self.by,
            )
        activity.refresh_from_db()

    def _name(self) -> str:
        number, self.drawn = self.drawn, self.drawn + 1
        return SURNAMES[number * 5 % len(SURNAMES)] + GIVEN[number * 7 % len(GIVEN)]


def tell_ethics(city: City, calendar: Calendar) -> None:
    """Every unit, then what makes some of them stand out."""
    overseer = Overseer(city, calendar)
    known = {place.name: overseer.unit(place) for place in PLACES}
    _tell_activities(overseer, known)
    _tell_checks(overseer, known)
    unit, _committee = known["剑门医学院附属第二医院"]
    with calendar.days_ago(90):
        units.open_to(unit=unit, department=city.departments["wjw"], basis="医疗卫生机构行业主管部门", by=overseer.by)
    school, _committee = known["蜀道应用技术大学"]
    with calendar.days_ago(90):
        units.open_to(unit=school, department=city.departments["jyj"], basis="学校行业主管部门", by=overseer.by)


def _tell_activities(overseer: Overseer, known: dict[str, tuple[ReviewUnit, Committee | None]]) -> None:
    hospital = overseer.activity(*known["剑门医学院附属第二医院"], "脑卒中康复侵入式脑机接口临床研究", "L4", 300)
    overseer.register(hospital, 18, 300)
    overseer.follow(hospital, 130, "continue")
    brain = overseer.activity(*known["利州脑健康研究所"], "植入式神经刺激闭环系统研究", "L4", 220)
    overseer.register(brain, 25, 220)
    school, committee = known["蜀道应用技术大学"]
    overseer.activity(school, committee, "山区道路自动驾驶决策系统研发", "L7", 50)
    fusion = overseer.activity(school, committee, "外骨骼人机融合系统研发", "L5", 260, "exempt")
    overseer.register(fusion, 20, 260)
    overseer.follow(fusion, 100, "suspend")
    overseer.activity(*known["嘉陵智能技术研究院"], "县域舆情引导推荐算法研发", "L6", 0)
    data, committee = known["剑阁柏林生态大数据中心"]
    overseer.activity(data, committee, "林火预警自主处置系统研发", "L7", 60, "disagree")
    done = overseer.activity(data, committee, "古柏巡护人机协同系统研发", "L5", 350)
    overseer.register(done, 9, 350)
    overseer.follow(done, 180, "continue")
    with overseer.calendar.days_ago(40) as day:
        activities.complete(activity=done, ended_on=day, reason="按计划结题。", by=overseer.by)
    over = overseer.activity(*known["青川竹荪生物技术研究院"], "合成菌株新物种构建研究", "L1", 400)
    overseer.register(over, 12, 400)
    overseer.follow(over, 240, "terminate")


def _tell_checks(overseer: Overseer, known: dict[str, tuple[ReviewUnit, Committee | None]]) -> None:
    by, calendar = overseer.by, overseer.calendar
    seed, _committee = known["朝天蔬菜种业公司"]
    with calendar.days_ago(70) as day:
        spot_checks.record(
            unit=seed,
            checked_on=day,
            findings="两名委员没有签署保密承诺书和利益冲突声明。",
            due_on=day + dt.timedelta(days=30),
            by=by,
        )
    farm, _committee = known["昭化现代农业研究所"]
    with calendar.days_ago(60) as day:
        check = spot_checks.record(
            unit=farm, checked_on=day, findings="审查档案缺少会议签到表。", due_on=day + dt.timedelta(days=20), by=by
        )
    with calendar.days_ago(45) as day:
        spot_checks.rectify(check=check, rectified_on=day, rectification="已补齐并建立签到制度。", by=by)
    brain, _committee = known["利州脑健康研究所"]
    with calendar.days_ago(9) as day:
        forged = violation_actions.record(
            unit=brain,
            kind="V1",
            found_on=day,
            concerned="利州脑健康研究所课题组",
            facts="结题材料所附伦理审查批件的编号和日期与委员会档案不一致，委员会没有召开过这次会议。",
            activity=brain.activities.first(),
            by=by,
        )
    with calendar.days_ago(8):
        violation_actions.refer(violation=forged, by=by)
    station, _committee = known["朝天曾家山生态研究站"]
    with calendar.days_ago(5) as day:
        violation_actions.record(
            unit=station,
            kind="V2",
            found_on=day,
            concerned="朝天曾家山生态研究站",
            facts="两项涉及游客问卷和健康数据的调查没有经过伦理审查。",
            by=by,
        )
