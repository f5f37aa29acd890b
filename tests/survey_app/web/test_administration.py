"""People: logins, roles, brands, passwords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.user import Role
from tests.survey_app.web.conftest import PASSWORD, email_of, text_of

if TYPE_CHECKING:
    from survey_app.domain.user import User
    from tests.survey_app.web.conftest import Office

NEW = {
    "name": "Nina New",
    "email": "Nina@Example.org",
    "role": "manager",
    "password": "a first password",
}


def person(office: Office, email: str) -> User | None:
    """A person by e-mail address."""
    with office.database.reading() as unit:
        return unit.users.by_email(email)


def page_of(office: Office, who: str) -> str:
    """The address of a person's page."""
    return f"/people/{office.people[who]}"


def test_list_shows_everybody_and_no_secret(office: Office) -> None:
    """Name, address, role and whether they may sign in; nothing of a password."""
    page = office.visitor("administrator").get("/people/")
    for who in office.people:
        assert email_of(who) in page.text
    assert "argon2" not in page.text


def test_login_is_made_and_works(office: Office) -> None:
    """A person made with a first password can sign in with it."""
    response = office.visitor("administrator").submit("/people/new", **NEW)
    made = person(office, "nina@example.org")
    assert made is not None
    assert response.location == f"/people/{made.id}"
    assert made.role is Role.MANAGER
    visitor = office.visitor()
    fields = {"email": "nina@example.org", "password": NEW["password"]}
    assert visitor.submit("/sign-in", **fields).location == "/scorecards/"


def test_made_password_is_shown_once_and_works(office: Office) -> None:
    """Left empty, a password is made, shown in the answer and nowhere later."""
    administrator = office.visitor("administrator")
    shown = administrator.submit("/people/new", **{**NEW, "password": ""})
    secret = re.findall(r'class="secret break">([^<]+)<', shown.text)[1]
    assert len(secret) >= 20
    made = person(office, "nina@example.org")
    assert made is not None
    assert secret not in administrator.get(f"/people/{made.id}").text
    fields = {"email": "nina@example.org", "password": secret}
    assert office.visitor().submit("/sign-in", **fields).status_code == 302


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Write the person's name."),
        ({"email": "nina"}, "is not an e-mail address"),
        ({"email": "researcher@example.org"}, "There is already a user"),
        ({"password": "short"}, "at least 12 characters"),
        ({"role": "emperor"}, "Not a valid choice"),
        ({"name": "x" * 300}, "200"),
    ],
)
def test_bad_person_is_refused(office: Office, change: dict[str, str], message: str) -> None:
    """Each mistake is told, what was written stays, and nobody is made."""
    page = office.visitor("administrator").submit("/people/new", **{**NEW, **change})
    assert page.status_code == 422
    assert message in text_of(page)
    with office.database.reading() as unit:
        assert len(unit.users.all()) == len(office.people)


def test_brands_are_assigned_and_taken_back(office: Office) -> None:
    """Exactly the ticked brands are the manager's."""
    administrator = office.visitor("administrator")
    path = page_of(office, "idle_manager")
    south = office.brand_id(office.open_key, "south")
    assert "North &amp; Co" in administrator.get(path).text
    administrator.submit(path, f"{path}/brands", brands=[str(south)])
    assert "The brands are assigned." in text_of(administrator.get(path))
    manager = office.visitor("idle_manager")
    assert manager.get(f"/scorecards/{office.open_key}/south").status_code == 200
    administrator.submit(path, f"{path}/brands")
    assert manager.get(f"/scorecards/{office.open_key}/south").status_code == 404


def test_brand_that_is_no_number_or_unknown_changes_nothing(office: Office) -> None:
    """A forged brand is refused, and the assigned ones stay."""
    administrator = office.visitor("administrator")
    path = page_of(office, "manager")
    assert administrator.submit(path, f"{path}/brands", brands=["x"]).status_code == 400
    administrator.submit(path, f"{path}/brands", brands=["999999"])
    assert "does not exist any more" in text_of(administrator.get(path))
    manager = office.visitor("manager")
    assert manager.get(f"/scorecards/{office.open_key}/north").status_code == 200


def test_brands_belong_to_managers(office: Office) -> None:
    """A researcher is offered no brands, and a forged assignment is refused with the reason."""
    administrator = office.visitor("administrator")
    path = page_of(office, "researcher")
    assert "Assign the brands" not in administrator.get(path).text
    brand = str(office.brand_id(office.open_key, "south"))
    administrator.submit(path, f"{path}/brands", brands=[brand])
    assert "managers only" in text_of(administrator.get(path))


def test_role_is_changed_and_counts_at_once(office: Office) -> None:
    """Somebody made a researcher works as one in the session they have open."""
    administrator = office.visitor("administrator")
    path = page_of(office, "idle_manager")
    visitor = office.visitor("idle_manager")
    administrator.submit(path, f"{path}/role", role="researcher")
    assert visitor.get("/studies/").status_code == 200
    assert visitor.get("/scorecards/").status_code == 403
    assert administrator.submit(path, f"{path}/role", role="emperor").status_code == 400


def test_person_is_shut_out_and_let_in(office: Office) -> None:
    """Shut out means no session and no sign-in; letting in takes it back."""
    administrator = office.visitor("administrator")
    path = page_of(office, "manager")
    visitor = office.visitor("manager")
    administrator.submit(path, f"{path}/shut-out")
    assert visitor.get("/scorecards/").status_code == 302
    fields = {"email": email_of("manager"), "password": PASSWORD}
    assert office.visitor().submit("/sign-in", **fields).status_code == 401
    administrator.submit(path, f"{path}/let-in")
    assert office.visitor().submit("/sign-in", **fields).status_code == 302


def test_last_administrator_cannot_be_lost(office: Office) -> None:
    """Neither shutting out nor another role can leave the application without one."""
    administrator = office.visitor("administrator")
    path = page_of(office, "administrator")
    for target, fields in ((f"{path}/shut-out", {}), (f"{path}/role", {"role": "manager"})):
        administrator.submit(path, target, **fields)
        assert "This is the last administrator." in text_of(administrator.get(path))
    kept = person(office, email_of("administrator"))
    assert kept is not None
    assert kept.active
    assert kept.role is Role.ADMINISTRATOR


def test_new_password_ends_sessions_and_replaces_the_old(office: Office) -> None:
    """After a reset the old word is void and the shown one works."""
    administrator = office.visitor("administrator")
    path = page_of(office, "researcher")
    visitor = office.visitor("researcher")
    shown = administrator.submit(path, f"{path}/password")
    secret = re.findall(r'class="secret break">([^<]+)<', shown.text)[1]
    assert visitor.get("/studies/").status_code == 302
    old = {"email": email_of("researcher"), "password": PASSWORD}
    assert office.visitor().submit("/sign-in", **old).status_code == 401
    office.visitor().sign_in("researcher", secret)


def test_administrator_sees_no_answers(office: Office) -> None:
    """Studies, results, files and scorecards are closed to an administrator."""
    administrator = office.visitor("administrator")
    for path in (
        "/studies/",
        f"/studies/{office.open_key}/results",
        f"/studies/{office.open_key}/downloads/answers.csv",
        f"/scorecards/{office.open_key}/north",
        f"/scorecards/{office.open_key}/north/pdf",
    ):
        assert administrator.get(path).status_code == 403, path


def test_unknown_person_is_not_found(office: Office) -> None:
    """A number that is nobody's has no page."""
    administrator = office.visitor("administrator")
    for number in (4711, 2**31, 10**30):
        assert administrator.get(f"/people/{number}").status_code == 404
        sent = administrator.submit("/people/new", f"/people/{number}/shut-out")
        assert sent.status_code == 404
