"""Who sees a dossier: rights, grants, exclusions, secrecy, dates. One rule, asked in several ways, answers the same."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.http import Http404
from django.utils import timezone
from guardian.core import ObjectPermissionChecker

from accounts.enums import Clearance, Role
from accounts.models import Membership, User
from accounts.people import forget_standing
from accounts.permissions import Permission
from casework import access
from casework.actions import files, grants
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.enums import AttachmentKind, DossierKind, GrantPermission
from casework.models import Dossier, DossierGroupPermission, DossierUserPermission, Event
from casework.presenters import who_could_see
from casework.refusals import AccessDenied
from tests.factories import department, person
from tests.factories.dossiers import dossier, exclude, grant, lift

pytestmark = pytest.mark.django_db

ALL = set(DossierKind.values)
WIDE = {
    Role.INTAKE: {"lead"},
    Role.OFFICER: set(),
    Role.HEAD: {"lead", "case", "share"},
    Role.LEGAL: {"case", "share"},
    Role.BUREAU: {"case", "share"},
    Role.PUBLISHER: {"notice"},
    Role.REVIEWER: {"notice"},
    Role.MEMBER: set(),
    Role.COUNTY: set(),
    Role.ETHICS: {"ethics", "review"},
    Role.COMMITTEE: set(),
    Role.APPLICANT: set(),
    Role.CUSTODIAN: set(),
    Role.SYSADMIN: {"register"},
    Role.SECADMIN: {"register"},
    Role.AUDITOR: ALL,
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_exactly_the_kinds_of_its_rights(role: Role) -> None:
    user = person(role)

    seen = {kind for kind in ALL if access.is_visible(user, dossier(kind))}

    assert seen == WIDE[role]


def test_a_grant_opens_a_unit_of_the_ethics_register_only_to_who_may_read_the_register() -> None:
    """A department has people of many roles; "who can see this" says the same."""
    one = dossier(DossierKind.ETHICS)
    member, reviewer = person(Role.MEMBER, dept="jyj"), person(Role.REVIEWER, dept="jyj")

    grant(one, department=department("jyj"))

    assert access.is_visible(member, one)
    assert not access.is_visible(reviewer, one)
    assert access.readers_of(one) == [member]
    assert [viewer.user for viewer in who_could_see(one, timezone.localdate()).viewers] == [member]


def _grant_state(name: str, one: Dossier, user: User) -> None:
    days = {"live": (0, None), "last day": (-5, 0), "ended": (-5, -1), "not begun": (1, None), "revoked": (0, None)}
    if name == "none":
        return
    starts, ends = days[name]
    given = grant(one, user=user, starts=starts, ends=ends)
    if name == "revoked":
        grants.revoke(grant=given, reason="不再需要", by=SYSTEM)


CASES = list(
    itertools.product(
        [Role.OFFICER, Role.HEAD],
        ["none", "live", "last day", "ended", "not begun", "revoked"],
        ["none", "live", "lifted"],
        [Clearance.INTERNAL, Clearance.SEALED],
        [False, True],
    )
)


@pytest.mark.parametrize(("role", "granted", "excluded", "secrecy", "is_superuser"), CASES)
def test_every_way_of_asking_gives_the_answer_of_the_table(
    role: Role, granted: str, excluded: str, secrecy: int, is_superuser: bool
) -> None:
    one, user = dossier(secrecy=secrecy), person(role, clearance=2)
    user.is_superuser = is_superuser
    user.save(update_fields=["is_superuser"])
    _grant_state(granted, one, user)
    if excluded != "none":
        exclusion = exclude(user, one)
        if excluded == "lifted":
            lift(exclusion)
    opened = role == Role.HEAD or granted in {"live", "last day"}
    expected = opened and excluded != "live" and secrecy <= 2

    condition = access.visible_condition(user, kind=DossierKind.CASE)

    assert access.is_visible(user, one) is expected
    assert access.visible_dossiers(user).filter(pk=one.pk).exists() is expected
    assert Event.objects.filter(condition, dossier=one).exists() is expected
    assert (user in access.readers_of(one)) is expected
    has_row = DossierUserPermission.objects.filter(content_object=one, user=user).exists()
    assert has_row is (granted not in {"none", "revoked"})


@pytest.mark.parametrize("who", ["user", "department", "role"])
def test_a_grant_opens_to_a_person_a_department_or_a_role_and_to_nobody_else(who: str) -> None:
    one = dossier()
    inside, outside = person(Role.OFFICER, dept="jyj"), person(Role.MEMBER, dept="wjw")
    principal: dict[str, Any] = {"user": inside, "department": department("jyj"), "role": Role.OFFICER.value}

    grant(one, **{who: principal[who]})

    assert access.is_visible(inside, one)
    assert ObjectPermissionChecker(inside).has_perm("view_dossier", one)
    assert not access.is_visible(outside, one)
    assert not ObjectPermissionChecker(outside).has_perm("view_dossier", one)


@pytest.mark.parametrize("who", ["user", "department", "role"])
def test_an_exclusion_beats_every_kind_of_grant(who: str) -> None:
    one, user = dossier(), person(Role.OFFICER)
    principal: dict[str, Any] = {"user": user, "department": department("kjj"), "role": Role.OFFICER.value}
    grant(one, **{who: principal[who]})
    assert access.is_visible(user, one)

    exclude(user, one)

    assert not access.is_visible(user, one)


@pytest.mark.parametrize("role", [role for role in Role if WIDE[role]])
def test_an_exclusion_beats_every_wide_right(role: Role) -> None:
    user = person(role)
    for kind in WIDE[role]:
        one = dossier(kind)
        assert access.is_visible(user, one)
        exclude(user, one)
        assert not access.is_visible(user, one)


@pytest.mark.parametrize("secrecy", list(Clearance))
@pytest.mark.parametrize("clearance", list(Clearance))
def test_secrecy_above_the_clearance_hides_the_dossier(clearance: int, secrecy: int) -> None:
    head, officer = person(Role.HEAD, clearance=clearance), person(Role.OFFICER, clearance=clearance)
    one = dossier(secrecy=secrecy, handler=officer)

    assert access.is_visible(head, one) is (secrecy <= clearance)
    assert access.is_visible(officer, one) is (secrecy <= clearance)


def test_a_grant_without_its_guardian_row_opens_nothing() -> None:
    one, user = dossier(), person(Role.OFFICER)
    grant(one, user=user)
    DossierUserPermission.objects.filter(content_object=one).delete()

    assert not access.is_visible(user, one)


def test_a_guardian_row_without_a_grant_opens_nothing() -> None:
    one, other, user = dossier(), dossier(), person(Role.OFFICER)
    grant(one, department=department("kjj"))
    right = DossierGroupPermission.objects.filter(content_object=one).first().permission
    DossierUserPermission(content_object=other, user=user, permission=right).save()

    assert access.is_visible(user, one)
    assert not access.is_visible(user, other)


@pytest.mark.parametrize("why", ["anonymous", "nobody", "disabled", "left", "revoked", "no role"])
def test_somebody_without_standing_sees_nothing(why: str) -> None:
    one, user = dossier(), person(Role.HEAD)
    grant(one, user=user)
    reader: Any = user
    if why == "anonymous":
        reader = AnonymousUser()
    elif why == "nobody":
        reader = None
    elif why == "disabled":
        user.is_active = False
    elif why == "left":
        Membership.objects.filter(user=user).update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    elif why == "revoked":
        Membership.objects.filter(user=user).update(is_revoked=True)
    else:
        Membership.objects.filter(user=user).delete()

    assert not access.is_visible(reader, one)
    assert not access.visible_dossiers(reader).exists()
    assert access.principals_of(reader) == frozenset()


def test_the_day_asked_about_decides() -> None:
    one, user = dossier(), person(Role.OFFICER)
    grant(one, user=user, starts=3, ends=4)
    today = timezone.localdate()

    seen = [access.is_visible(user, one, today + dt.timedelta(days=offset)) for offset in range(2, 6)]

    assert seen == [False, True, True, False]


def test_further_rights_may_open_a_list_but_not_past_an_exclusion() -> None:
    one, user = dossier(), person(Role.CUSTODIAN)
    wide = frozenset({Permission.KEEP_IDENTITIES})
    condition = access.visible_condition(user, kind=DossierKind.CASE, path="", wide=wide)
    assert Dossier.objects.filter(condition, pk=one.pk).exists()

    exclude(user, one)

    assert not Dossier.objects.filter(condition, pk=one.pk).exists()


def test_what_is_missing_and_what_is_hidden_are_the_same_404() -> None:
    one, user = dossier(), person(Role.OFFICER)
    queryset = access.visible_dossiers(user)
    with pytest.raises(Http404):
        access.load_visible(queryset, reference=one.reference)
    with pytest.raises(Http404):
        access.load_visible(queryset, reference="没有这个编号")

    grant(one, user=user)

    assert access.load_visible(access.visible_dossiers(user), reference=one.reference) == one


@pytest.mark.parametrize(
    ("permission", "answer"), [(None, Http404), (GrantPermission.VIEW, AccessDenied), (GrantPermission.HANDLE, None)]
)
def test_handling_needs_a_grant_to_handle(permission: str | None, answer: type[Exception] | None) -> None:
    one, user = dossier(), person(Role.OFFICER)
    if permission:
        grant(one, user=user, permission=permission)

    if answer is None:
        access.check_handles(user, one)
        assert access.handles(user, one)
    else:
        with pytest.raises(answer):
            access.check_handles(user, one)


def test_an_excluded_handler_does_not_even_see_the_dossier() -> None:
    user = person(Role.OFFICER)
    one = dossier(handler=user)
    access.check_handles(user, one)

    exclude(user, one)

    with pytest.raises(Http404):
        access.check_handles(user, one)


def test_a_right_is_checked_with_a_sentence() -> None:
    access.check_right(person(Role.HEAD), Permission.REFUSE_LEADS)
    with pytest.raises(AccessDenied, match="没有这项权限"):
        access.check_right(person(Role.INTAKE), Permission.REFUSE_LEADS)
    with pytest.raises(AccessDenied):
        access.check_right(AnonymousUser(), Permission.REFUSE_LEADS)


def test_permitted_hands_back_the_refusal_instead_of_raising_it() -> None:
    refusal = access.permitted(access.check_right, person(Role.INTAKE), Permission.REFUSE_LEADS)
    assert isinstance(refusal, AccessDenied)
    assert access.permitted(access.check_right, person(Role.HEAD), Permission.REFUSE_LEADS) is None


@pytest.mark.parametrize(
    ("audience", "permission", "opens"),
    [
        (Audience.INTERNAL, None, False),
        (Audience.INTERNAL, GrantPermission.VIEW, True),
        (Audience.RESTRICTED, GrantPermission.VIEW, False),
        (Audience.RESTRICTED, GrantPermission.HANDLE, True),
    ],
)
def test_a_restricted_file_opens_only_for_those_who_handle(audience: Audience, permission: str, opens: bool) -> None:
    one, user = dossier(), person(Role.OFFICER)
    kept = files.attach(
        dossier=one,
        name="记录.txt",
        content="谈话记录".encode(),
        kind=AttachmentKind.EVIDENCE,
        by=SYSTEM,
        audience=audience,
    )
    if permission:
        grant(one, user=user, permission=permission)

    if opens:
        assert access.get_attachment_for(user, kept.pk) == kept
    else:
        with pytest.raises(Http404):
            access.get_attachment_for(user, kept.pk)


def test_a_file_that_does_not_exist_is_a_404() -> None:
    with pytest.raises(Http404):
        access.get_attachment_for(person(Role.AUDITOR), 10**9)


def test_search_tokens_say_the_same_as_the_database() -> None:
    one, other = dossier(), dossier()
    officer, member, county = person(Role.OFFICER), person(Role.MEMBER, dept="jyj"), person(Role.COUNTY, dept="lzq")
    head = person(Role.HEAD)
    grant(one, user=officer)
    grant(one, department=department("jyj"))
    grant(one, role=Role.COUNTY.value)
    grant(one, role=Role.CUSTODIAN.value, starts=-9, ends=-1)
    exclude(head, one)

    for each in (one, other):
        for user in (officer, member, county, head, person(Role.CUSTODIAN)):
            tokens = access.principals_of(user)
            by_tokens = bool(tokens & access.acl_of(each)) and not tokens & access.deny_of(each)
            assert by_tokens is access.is_visible(user, each), (user, each)


def test_readers_are_listed_by_every_way_in() -> None:
    officer, member, county = person(Role.OFFICER), person(Role.MEMBER, dept="jyj"), person(Role.COUNTY, dept="lzq")
    head, stranger = person(Role.HEAD), person(Role.OFFICER, dept="wjw")
    one = dossier()
    grant(one, user=officer)
    grant(one, department=department("jyj"))
    grant(one, role=Role.COUNTY.value)

    readers = access.readers_of(one)

    assert set(readers) >= {officer, member, county, head}
    assert stranger not in readers


def test_groups_without_a_membership_of_that_day_open_nothing() -> None:
    one, user = dossier(), person(Role.OFFICER)
    grant(one, role=Role.LEGAL.value)
    user.groups.add(Group.objects.get_or_create(name=access.group_name(role="legal"))[0])
    forget_standing(user)

    assert not access.is_visible(user, one)


def test_an_auditor_reads_events_below_the_secrecy_limit_and_never_past_an_exclusion() -> None:
    auditor = person(Role.AUDITOR, clearance=2)
    plain, sealed, own = dossier(), dossier(secrecy=Clearance.SEALED), dossier()
    exclude(auditor, own)

    seen = set(Event.objects.filter(access.auditable_condition(auditor)).values_list("dossier_id", flat=True))

    assert plain.pk in seen
    assert not seen & {sealed.pk, own.pk}


@pytest.mark.parametrize(
    ("permission", "ends", "may_handle"),
    [
        (GrantPermission.HANDLE, None, True),
        (GrantPermission.HANDLE, -1, False),
        (GrantPermission.VIEW, None, False),
    ],
)
def test_a_page_that_loaded_the_grants_gets_the_same_answer_without_asking_again(
    permission: str, ends: int | None, may_handle: bool, django_assert_num_queries: Any
) -> None:
    one, user = dossier(), person(Role.OFFICER)
    given = grant(one, user=user, permission=permission, starts=-3, ends=ends)
    access.know_handling(user, one, [given])

    with django_assert_num_queries(0):
        refusal = access.permitted(access.check_handles, user, one)

    assert (refusal is None) is may_handle
    assert access.handles(user, one) is may_handle
