"""Records like this one: what two records share is told, what is hidden is neither listed nor changes the list (B5, S9)."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from accounts.enums import Clearance, Role
from casework.audience import Audience
from casework.models import AccessEvent
from integrity.enums import DecisionStatus
from search import results
from search.backends.base import SearchUnavailable
from search.models import IndexItem
from search.queries import MAX_CHARACTERS
from search.similar import ALIKE, MOST_READ, MOST_SHOWN, compare
from tests.factories import department, person, subject_person
from tests.factories.cases import case_at
from tests.factories.dossiers import exclude
from tests.factories.visits import signed_in
from tests.search.records import (
    TODAY,
    asked,
    change_lead,
    make_case,
    make_credit_record,
    make_decision,
    make_lead,
    make_share,
    set_secrecy,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
DOI = "10.1000/jg.2024.0715"


@pytest.fixture
def head():
    return person(Role.HEAD)


def like(kind, record, user, audience=Audience.INTERNAL):
    """Title of each record found, with the texts both hold."""
    found = compare(kind, record.pk, user=user, audience=audience, on=TODAY).found
    return [(one.hit.card.title, one.shared) for one in found]


def page_of(user, kind, pk):
    return signed_in(user).get(f"/search/similar/{kind}/{pk}/")


def test_a_number_or_a_title_in_both_texts_is_told(head):
    lead = make_lead(f"举报论文（DOI：{DOI}）图片重复")
    make_lead(f"来信称 {DOI.upper()} 数据有误")
    make_lead("举报论文 10.1000/jg.2024.0716 图片重复")
    titled = make_lead("反映《嘉陵江水质长期观测研究》抄袭")
    make_case("《嘉陵江水质长期观测研究》一文抄袭", name_then="贺南星")
    assert like("lead", lead, head)[0] == (f"来信称 {DOI.upper()} 数据有误", (DOI,))
    assert ("举报论文 10.1000/jg.2024.0716 图片重复", ()) in like("lead", lead, head)  # by its heading, not its number
    assert like("lead", titled, head) == [("《嘉陵江水质长期观测研究》一文抄袭", ("嘉陵江水质长期观测研究",))]


def test_a_title_longer_than_any_query_is_told_whole(head):
    title = "面向嘉陵江上游流域生态系统服务功能提升的土地利用结构优化与水土资源协同配置机制及其适应性管理模式研究"
    assert len(title) > MAX_CHARACTERS
    lead = make_lead(f"反映《{title}》重复立项")
    make_lead(f"《{title}》验收材料不实")
    make_lead(f"《{title[:-2]}应用》验收材料不实")
    shared = dict(like("lead", lead, head))
    assert shared[f"《{title}》验收材料不实"] == (title,)
    assert shared[f"《{title[:-2]}应用》验收材料不实"] == ()


def test_the_matters_of_one_person_are_found_from_each_other_most_shared_first(head):
    subject = subject_person("周砚清")
    first = make_case("图片重复使用", subject=subject)
    second = make_case("虚报经费支出", subject=subject)
    other = make_case("周砚清为通讯作者的另一篇", name_then="贺南星")
    decision = make_decision(first, status=DecisionStatus.ISSUED)
    credit = make_credit_record(decision)
    shared = dict(like("case", first, head))
    assert shared["虚报经费支出"] == ("周砚清",)
    assert shared["周砚清为通讯作者的另一篇"] == ("周砚清",)
    assert first.title not in shared
    assert like("decision", decision, head)[0][1] == (decision.reference, "周砚清")  # its credit record
    assert {title for title, _shared in like("credit", credit, head)} >= {second.title, other.title}


def test_the_longest_number_leads_to_the_others_whatever_stands_behind_it(head):
    """More rows than are read hold the short one."""
    number = "广科伦〔2025〕0015号-V1-1"
    other = make_lead(f"另一件，见 {number}")
    for place in range(MOST_READ + 1):
        make_lead(f"第{place}封来信 V1")
    lead = make_lead("违反伦理审查要求", source_document_no=number)
    assert like("lead", lead, head) == [(other.summary, (number,))]


def test_a_heading_alike_is_told_with_its_share_and_another_is_not(head):
    lead = make_lead("举报嘉陵大学某课题组伪造细胞实验数据")
    make_lead("举报嘉陵大学某课题组编造细胞实验数据")
    make_lead("举报嘉陵大学采购试剂未招标")
    (found,) = compare("lead", lead.pk, user=head, audience=Audience.INTERNAL, on=TODAY).found
    assert found.hit.card.title == "举报嘉陵大学某课题组编造细胞实验数据"
    assert found.shared == () and found.percent >= 100 * ALIKE


def test_at_most_twenty_newest_first(head):
    lead = make_lead(f"举报 {DOI}")
    for number in range(10, MOST_SHOWN + 13):
        make_lead(f"第{number}封来信 {DOI}")
    titles = [title for title, _shared in like("lead", lead, head)]
    assert titles == [f"第{number}封来信 {DOI}" for number in range(MOST_SHOWN + 12, 12, -1)]


@pytest.mark.parametrize("text", ["", "举报", "2026 年的事", "《一》", "10.1000/", "“”", "🙂", "诚", "a b c"])
def test_a_record_that_says_nothing_of_its_own_is_like_nothing(head, text):
    lead = make_lead(text)
    make_lead("2026 年 10.1000 举报一件别的事")
    compared = compare("lead", lead.pk, user=head, audience=Audience.INTERNAL, on=TODAY)
    assert (compared.texts, compared.found) == ((), ())


def test_b05_s09_what_is_hidden_is_not_listed_and_changes_nothing(head):
    """More hidden rows than are read would push the others out of the list, if they counted."""
    intake = person(Role.INTAKE, clearance=Clearance.INTERNAL)
    lead = make_lead(f"举报 {DOI} 与周砚清")
    make_lead(f"来信 {DOI}")
    before = like("lead", lead, intake)
    for number in range(105):
        make_lead(f"密件{number} {DOI}", secrecy=Clearance.SENSITIVE)
    make_case(f"保密案由 {DOI}", handler=head)
    assert like("lead", lead, intake) == before == [(f"来信 {DOI}", (DOI,))]
    assert len(like("lead", lead, head)) > 1


def test_i01_what_cannot_be_found_has_no_page_of_its_own(head):
    lead = make_lead("举报", secrecy=Clearance.SENSITIVE)
    sealed = make_lead("举报密件")
    set_secrecy(sealed.dossier, Clearance.SEALED)
    intake = person(Role.INTAKE, clearance=Clearance.INTERNAL)
    case = make_case(handler=person())
    for user, kind, pk in [
        (intake, "lead", lead.pk),
        (intake, "lead", sealed.pk),
        (person(), "case", case.pk),
        (head, "case", case.pk + 1000),
        (head, "publicnotice", 1),
        (head, "committee", 1),
        (head, "acl", 1),
        (person(Role.MEMBER), "case", case.pk),
    ]:
        assert page_of(user, kind, pk).status_code == 404
    assert page_of(head, "case", case.pk).status_code == 200
    assert page_of(person(Role.SYSADMIN), "case", case.pk).status_code == 403


def test_an_officer_kept_out_of_one_of_two_cases_sees_nothing_of_it():
    """Neither from the case beside it, nor by its own address (B5)."""
    head = person(Role.HEAD)
    subject = subject_person("周砚清")
    own, other = make_case("图片重复", subject=subject), make_case("经费虚报", subject=subject)
    exclude(head, other.dossier)
    assert like("case", own, head) == []
    with pytest.raises(Http404):
        compare("case", other.pk, user=head, audience=Audience.INTERNAL, on=TODAY)
    assert "经费虚报" not in page_of(head, "case", own.pk).content.decode()


def test_a_member_compares_what_was_shared_and_nothing_else():
    subject = subject_person("周砚清")
    decisions = [make_decision(make_case(title, subject=subject), status="effective") for title in ("甲案", "乙案")]
    first, second = (make_share(decision, department("wjw")) for decision in decisions)
    make_share(decisions[0], department("jyj"))
    member = person(Role.MEMBER, dept="wjw")
    found = compare("share", first.pk, user=member, audience=Audience.PARTNER, on=TODAY).found
    assert [one.hit.card.reference for one in found] == [second.dossier.reference]
    page = page_of(member, "share", first.pk).content.decode()
    assert "甲案" not in page and "乙案" not in page


def test_a_row_on_its_way_is_not_listed_and_a_stale_one_is_brought_up_to_date(head):
    lead = make_lead(f"举报 {DOI}")
    other = make_lead(f"来信 {DOI}", secrecy=Clearance.SENSITIVE)
    intake = person(Role.INTAKE, clearance=Clearance.INTERNAL)
    IndexItem.objects.filter(record_pk=str(other.pk), kind="lead").update(schema="old")
    reader = results.reader_for(intake, Audience.INTERNAL, TODAY)
    order = IndexItem.objects.get(record_pk=str(other.pk), kind="lead").order
    assert results.records_behind([order], intake, Audience.INTERNAL, TODAY) == []
    results.write_again([order], reader)
    assert IndexItem.objects.get(order=order).schema != "old"
    change_lead(other, summary="别的事")
    assert like("lead", lead, head) == []


def test_the_page_shows_what_both_share_and_warns_of_same_names(head):
    case = make_case("图片重复")
    make_case("经费虚报")
    page = BeautifulSoup(page_of(head, "case", case.pk).content, "html.parser").main
    text = page.get_text(" ", strip=True)
    assert "同名不等于同一人" in text and "共有： 周砚清" in text
    assert [link.get_text() for link in page.select(".notice-list h3 a")] == ["经费虚报"]
    assert page.select_one(f'a[href="{case.get_absolute_url()}"]').get_text() == "图片重复"


def test_nothing_alike_says_by_what_was_compared(head):
    case = make_case("图片重复")
    text = page_of(head, "case", case.pk).content.decode()
    assert "没有找到相似条目" in text and "<b>周砚清</b>" in text


def test_the_way_there_stands_at_the_hit_and_in_the_record(head):
    lead, case = make_lead("举报论文造假一事"), case_at("opened")
    client = signed_in(head)
    hits = client.get("/search/", {"q": "论文造假"}).content.decode()
    assert f"/search/similar/lead/{lead.pk}/" in hits
    for kind, record in (("lead", lead), ("case", case)):
        page = client.get(record.get_absolute_url()).content.decode()
        assert f"/search/similar/{kind}/{record.pk}/" in page
    assert "/search/similar/" not in client.get("/notices/search/", {"q": "论文"}).content.decode()


def test_comparing_is_written_down_and_costs_few_queries(head):
    case = make_case("图片重复")
    make_case("经费虚报")
    page_of(head, "case", case.pk)
    event = AccessEvent.objects.get(kind="search")
    assert (event.what, event.data["shown"], event.data["like"]) == ("search:internal", 1, f"case:{case.pk}")
    client = signed_in(head)
    with CaptureQueriesContext(connection) as few:
        client.get(f"/search/similar/case/{case.pk}/")
    for number in range(8):
        make_case(f"第{number}案")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/search/similar/case/{case.pk}/")
    assert len(asked(many)) == len(asked(few))


def test_a_slow_comparison_is_stopped_with_a_sentence(head, monkeypatch):
    def too_slow(query, reader):
        raise SearchUnavailable

    case = make_case("图片重复")
    monkeypatch.setattr(results.registry.BACKEND, "search", too_slow)
    response = page_of(head, "case", case.pk)
    assert response.status_code == 200 and "检索用时过长" in response.content.decode()
