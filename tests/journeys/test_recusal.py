"""A colleague must keep away from a case, and later may come back.

The officer opens 谁能看到 on the case and excludes the legal reviewer, who from then on finds nothing at its address. A
security administrator reads why and proposes to lift the exclusion; the button to confirm is grey for them. A second one
confirms, and the reviewer reads the case again.
"""

from __future__ import annotations

import pytest

from tests.factories.cases import case_at
from tests.journeys.hands import fill, open_link, pick, press, says, says_not
from tests.journeys.staff import colleague

pytestmark = pytest.mark.journey


def test_a_colleague_is_excluded_and_let_in_again_by_two(live_server, at_desk, look):
    case = case_at("investigating", officer=colleague("officer"), title="论文图片重复使用")
    legal = colleague("legal")
    address = f"/cases/{case.dossier.reference}/"

    officer = at_desk(colleague("officer"))
    officer.goto(f"{address}who/")
    says(officer, "高明远")
    look(officer)
    open_link(officer, "排除有关的同事")
    look(officer)
    press(officer, "排除")
    assert officer.locator(".error-summary").count() == 1
    pick(officer, "须回避的同事", f"高明远（{legal.username}）")
    pick(officer, "缘由", "决定回避")
    fill(officer, "理由", "师生。")
    press(officer, "排除")
    says(officer, "已排除知悉")
    officer.goto(f"{address}who/")
    says_not(officer, "高明远")
    says(officer, "另有 1 人被排除")

    reviewer = at_desk(legal)
    reviewer.goto(address)
    says_not(reviewer, case.title)

    first, second = at_desk(colleague("secadmin")), at_desk(colleague("secadmin", 2))
    first.goto("/exclusions/")
    says(first, f"高明远（{legal.username}）")
    says_not(first, case.title)
    look(first)
    open_link(first, "提出解除")
    look(first)
    fill(first, "解除的理由", "查明并无师生关系。")
    press(first, "提出")
    says(first, "解除排除须由另一人确认")
    look(first)

    second.goto("/exclusions/")
    open_link(second, "确认解除")
    says(second, "查明并无师生关系。")
    look(second)
    press(second, "确认解除")
    says(second, "现在没有人被排除。")
    look(second)

    reviewer.goto(address)
    says(reviewer, case.title)
