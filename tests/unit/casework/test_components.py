"""Components rendered as a page would; what is asserted is what a person reads or clicks."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.forms import formset_factory
from django.template.loader import render_to_string
from django.test import RequestFactory

from casework.calendars import WorkCalendar
from casework.templatetags import casework as tags

ROOT = Path(__file__).resolve().parents[3]
PAST_MIDNIGHT_HERE = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)


class ReportForm(forms.Form):
    """One field of every shape."""

    mode = forms.ChoiceField(
        label="举报方式", choices=[("real", "实名\n身份加密封存。"), ("anon", "匿名")], widget=forms.RadioSelect
    )
    who = forms.CharField(label="被举报人", help_text="姓名和单位", error_messages={"required": "请写明被举报人"})
    facts = forms.CharField(label="具体事实", widget=forms.Textarea, error_messages={"required": "不能为空"})
    on = forms.DateField(label="日期", required=False, widget=forms.SelectDateWidget, help_text="可以只填年份")
    note = forms.CharField(label="附言", required=False)
    agreed = forms.BooleanField(label="已阅读说明", help_text="所写属实")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("请至少附一份材料")


def component(name: str, **context: Any) -> str:
    """The HTML of a component, white space folded."""
    html = render_to_string(f"_components/{name}.html", context, request=RequestFactory().get("/leads/?q=a&after=1"))
    return re.sub(r"\s+", " ", html).strip()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("mode", "group"),
        ("who", "plain"),
        ("facts", "plain"),
        ("on", "fieldset"),
        ("agreed", "check"),
        ("token", "hidden"),
    ],
)
def test_each_widget_has_its_shape(name: str, shape: str) -> None:
    assert tags.field_shape(ReportForm()[name]) == shape


def test_every_problem_of_a_form_leads_to_its_field() -> None:
    problems = {row["text"]: row["anchor"] for row in tags.form_problems(ReportForm({}))}

    assert problems["请至少附一份材料"] == ""
    assert problems["请写明被举报人"] == "id_who"
    assert problems["具体事实：不能为空"] == "id_facts"
    assert problems["举报方式：该字段是必填项。"] == "id_mode_0"


def test_problems_of_a_formset_are_listed_with_those_of_the_form() -> None:
    rows = formset_factory(ReportForm, min_num=2, validate_min=True)
    formset = rows({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-who": "周砚清"})

    problems = tags.form_problems(None, "", formset)

    assert problems[0]["anchor"] == "" and "2" in problems[0]["text"]
    assert {"text": "具体事实：不能为空", "anchor": "id_form-0-facts"} in problems


def test_a_form_inside_an_include_is_guarded_and_keeps_a_given_key() -> None:
    html = component(
        "post_button", url="/x/", label="撤回", kind="danger", about="第 3 号", hidden={"a": "<1>"}, key="k7"
    )

    assert re.search(r'name="csrfmiddlewaretoken" value="\w{20,}"', html)
    assert 'name="idempotency_key" value="k7"' in html
    assert 'name="a" value="&lt;1&gt;"' in html
    assert words(html) == "撤回 第 3 号"


def test_exactly_the_first_open_step_is_filled_and_a_closed_one_says_why() -> None:
    html = component(
        "next_steps",
        moves=[
            {"label": "送审", "enabled": False, "reason": "还缺谈话笔录", "article": "221号 第19条", "mark": "R+"},
            {"label": "终止", "enabled": True, "url": "/stop/", "method": "post", "danger": True},
            {"label": "登记谈话", "enabled": True, "url": "/talk/", "article": "221号 第20条", "mark": "V"},
            {"label": "提交", "enabled": True, "url": "/send/", "method": "post"},
        ],
    )

    assert re.findall(r'class="btn wide( danger| plain|)"', html) == ["", " danger", "", " plain"]
    assert '<button type="button" class="btn wide" disabled>送审</button>' in html
    assert '<a class="btn wide" href="/talk/">登记谈话</a>' in html
    assert "还缺谈话笔录 221号 第19条 待核" in words(html)
    assert html.count('name="idempotency_key"') == html.count("csrfmiddlewaretoken") == 2
    assert "没有需要您办理的事项" in component("next_steps", moves=[])


def test_every_field_has_its_label_its_hint_and_its_error() -> None:
    html = component("form", form=ReportForm({"who": ""}), submit="提交", cancel_url="/leads/")

    assert '<label for="id_who">被举报人</label><span class="hint" id="id_who_helptext">姓名和单位</span>' in html
    assert '<span class="error" id="id_who_error">请写明被举报人</span>' in html
    assert 'aria-describedby="id_who_helptext id_who_error"' in html
    assert '<a href="#id_mode_0">' in html
    assert "<b>实名</b>身份加密封存。" in html
    assert '附言<span class="optional">选填</span>' in html
    assert "有 5 处需要改正" in html
    assert 'type="hidden" name="token"' in html


def test_a_sound_form_has_no_summary() -> None:
    assert component("error_summary", form=forms.Form({})) == ""


def test_the_clock_says_the_date_how_it_came_and_what_is_unsure() -> None:
    due = WorkCalendar().add_working_days(dt.date(2026, 9, 17), 15)
    clock = {
        "label": "受理期限",
        "days": 2,
        "unit": "工作日",
        "due": due.due,
        "provisional": True,
        "state": "soon",
        "article": "221号 第16条",
        "mark": "R+",
        "sentence": "自收到次日起 15 个工作日。",
        "lines": due.explanation,
        "progress": 86,
    }

    said = words(component("clock", clock=clock))
    late = words(component("clock", clock={**clock, "state": "late", "days": 3}))
    paused = words(component("clock", clock={"label": "受理期限", "due": None, "sentence": "等待补充材料。"}))

    assert "2 工作日 后到期" in said and "2026-10-14" in said and "暂定" in said and "221号 第16条 待核" in said
    assert "09-21 至 09-24 第 3 至 6 个工作日" in said
    assert "3 工作日 已逾期" in late
    assert "暂停计时" in paused and "这个日期怎么来的" not in paused


def test_the_timeline_shows_moment_actor_and_words_for_its_colours() -> None:
    rows = [
        {"at": PAST_MIDNIGHT_HERE, "actor": "李明", "title": "谈话笔录已签字", "kind": "key", "detail": "两人在场"},
        {
            "at": PAST_MIDNIGHT_HERE,
            "actor": "系统",
            "title": "补充材料",
            "kind": "private",
            "detail_template": "_components/pill.html",
        },
        {"at": dt.date(2026, 10, 30), "title": "建议回避", "kind": "alert", "url": "/cases/1/"},
    ]

    html = component("timeline", rows=rows)

    assert "2026-11-24 00:30 · 李明 谈话笔录已签字 两人在场" in words(html)
    assert "补充材料 限阅" in words(html) and "建议回避 须留意" in words(html)
    assert '<a href="/cases/1/">建议回避</a>' in html
    assert "还没有记录" in component("timeline", rows=[])


@pytest.mark.parametrize(
    ("name", "context", "said"),
    [
        ("art", {"article": "221号 第16条", "mark": "V"}, "221号 第16条"),
        ("art", {"article": "", "mark": "U"}, ""),
        ("stages", {"stages": [{"label": "受理", "state": "past"}]}, "受理 已完成"),
        ("stages", {"stages": [{"label": "调查", "state": "now"}]}, "调查 进行中"),
        ("facts", {"facts": [("单位", "<甲>"), ("期间", "")]}, "单位 &lt;甲&gt; 期间 —"),
        ("findings", {"findings": []}, "未发现与规则不符之处。 系统只提示，决定由人作出并签署。"),
        ("empty", {"what": "会列在这里", "first": "先登记", "url": "/x/", "label": "登记"}, "会列在这里 先登记 登记"),
        ("pager", {"next_cursor": "n", "is_first": False, "total": "50+"}, "回到第一页 50+ 下一页"),
        ("pager", {"next_cursor": "", "is_first": True}, ""),
        ("history_diff", {"rows": []}, "没有修改过。"),
        ("attachment_list", {"files": []}, "没有附件。"),
        ("who_can_see", {"grants": ["李明：承办"]}, "谁能看到 1 项授权 李明：承办"),
        (
            "who_can_see",
            {"exclusion_count": 2},
            "谁能看到 没有单独授权；只有按岗位可以查看的人能看到。 另有 2 人被排除，任何授权都不能越过。",
        ),
    ],
)
def test_a_component_says_what_it_was_given(name: str, context: dict[str, Any], said: str) -> None:
    assert words(component(name, **context)) == said


def test_only_one_row_of_today_is_filled_and_each_action_names_its_row() -> None:
    row = {
        "days": 3,
        "unit": "工作日",
        "title": "数据造假",
        "url": "/l/1/",
        "action_label": "受理",
        "action_url": "/l/1/a/",
    }

    html = component("todo", rows=[{**row, "state": "late"}, {**row, "days": None}], primary=True)

    assert words(html) == "逾期 3 工作日 数据造假 受理 数据造假 无期限 数据造假 受理 数据造假"
    assert re.findall(r'class="btn( plain|)"', html) == ["", " plain"]


def test_the_slip_and_the_lists_show_every_fact() -> None:
    slip = words(
        component(
            "receipt", receipt="4821093755601284", submitted_at=PAST_MIDNIGHT_HERE, fingerprint="ab12", mode="保密"
        )
    )
    files = words(
        component("attachment_list", files=[{"name": "笔录.pdf", "size": 2048, "warnings": ["带有作者姓名"]}])
    )
    changes = words(
        component("history_diff", rows=[{"when": PAST_MIDNIGHT_HERE, "field": "题名", "before": "旧", "after": ""}])
    )

    assert "4821 0937 5560 1284" in slip and "2026-11-24 00:30" in slip and "保密" in slip and "ab12" in slip
    assert "笔录.pdf" in files and "2.0" in files and "带有作者姓名" in files
    assert changes.endswith("2026-11-24 00:30 — 题名 旧 — —")


def test_no_template_holds_inline_script_or_style() -> None:
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\sstyle=|\son\w+=\"|<style|<script(?![^>]*\bsrc=)|https?://", path.read_text(encoding="utf-8"))
    ]

    assert guilty == []


def test_the_stylesheet_asks_nothing_of_an_old_browser() -> None:
    sheet = (ROOT / "static" / "chengyan.css").read_text(encoding="utf-8")

    assert re.findall(r":has\(|:is\(|:where\(|color-mix|oklch|@layer|@container|[^-]inset:|https?://", sheet) == []


def test_a_refusal_shows_its_sentence_and_its_article() -> None:
    said = words(
        render_to_string(
            "refused.html", {"status": 409, "reason": "还缺谈话笔录", "article": "221号 第19条", "back": "/cases/"}
        )
    )

    assert "返回 公开首页 工作台" in said
    assert "409 现在不能办理这一步 还缺谈话笔录 221号 第19条" in said


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "410", "429", "500", "csrf_403"])
def test_an_error_page_needs_nothing_and_is_the_same_everywhere(name: str) -> None:
    bare = render_to_string(f"{name}.html")

    assert bare == render_to_string(f"{name}.html", request=RequestFactory().get("/cases/secret/"))
    assert "<h1>" in bare and "secret" not in bare
