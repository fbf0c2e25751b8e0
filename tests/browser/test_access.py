"""Logging in and out in a browser, what each role is offered and refused, forged forms, sessions that end."""

import re

import pytest
from playwright.sync_api import Page, expect

from connector.ledger import fetch_runs
from tests.browser.people import People, log_in, notice
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("browser")


def token(page: Page) -> str:
    """The form token of this person's session."""
    return page.locator("input[name=csrf_token]").first.input_value()


def test_a_login_leads_to_the_page_that_was_asked_for(people: People) -> None:
    page = people.stranger()
    page.goto("/attention?store=us")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    log_in(page, "ben")
    expect(page).to_have_url(re.compile(r"/attention\?store=us$"))
    expect(page.locator(".account-name")).to_have_text(re.compile("ben"))


def test_a_wrong_password_is_refused_in_one_sentence(people: People) -> None:
    page = people.stranger()
    page.goto("/login")
    log_in(page, "nadia", "not the password at all")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    expect(page.get_by_label("Name")).to_have_value("nadia")
    expect(page.get_by_label("Password")).to_be_empty()
    page.goto("/stores")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_after_the_logout_nothing_is_shown_any_more(newcomers: People) -> None:
    page = newcomers.stranger()
    page.goto("/login")
    log_in(page, "ann")
    page.wait_for_url("**/")
    page.goto("/users")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("status")).to_have_text("You are logged out.")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_viewer_sees_everything_and_is_offered_nothing(people: People, product: Product) -> None:
    blocked = product.listed(state="blocked", reason="invalid_order", store=("us",))["orders"][0]
    page = people.visitor("vic")
    here = f"/orders/us/{blocked['tiktok_order_id']}"
    for path in ("/", here, "/attention", "/stores", "/stores/us"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.locator("form[method=post] button").all_inner_texts() == ["Log out"], path
    for path in ("/fetch", f"{here}/retry", "/attention/retry", "/stores/us/pause", "/stores", "/users"):
        answer = page.request.post(path, form={"csrf_token": token(page), "code": "invalid_order"})
        assert answer.status == 403, path
    page.goto("/users")
    expect(page.get_by_text("This takes the role admin")).to_be_visible()


def test_an_operator_administers_nothing(people: People) -> None:
    page = people.visitor("ben", "/stores/us")
    expect(page.get_by_role("link", name="Check now")).to_be_visible()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    expect(page.get_by_role("link", name="Users")).to_have_count(0)
    for path in ("/stores/us/remove", "/stores", "/users"):
        answer = page.request.post(path, form={"csrf_token": token(page), "typed": "us"})
        assert answer.status == 403, path


def test_a_form_that_is_not_ours_does_nothing(people: People, product: Product) -> None:
    page = people.visitor()
    before = len(product.runtime.database.read(fetch_runs.recent_runs))
    field = page.locator("form[action='/fetch'] input[name=csrf_token]")
    field.evaluate("field => field.value = '0'.repeat(64)")
    page.get_by_role("button", name="Fetch Order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
    expect(page.get_by_text("This form is no longer valid")).to_be_visible()
    answer = page.request.post("/fetch", headers={"Origin": "https://elsewhere.example"})
    assert answer.status == 403
    assert len(product.runtime.database.read(fetch_runs.recent_runs)) == before


def test_a_session_ends_by_disuse(newcomers: People, fresh: Product) -> None:
    page = newcomers.stranger()
    page.goto("/login")
    log_in(page, "ann")
    page.wait_for_url("**/")
    fresh.wait(hours=11)
    page.get_by_role("link", name="Stores").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stores")
    fresh.wait(hours=13)
    page.get_by_role("link", name="Audit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    log_in(page, "ann")
    expect(page).to_have_url(re.compile("/audit$"))
    expect(page.get_by_role("row")).to_have_count(3)


def test_logins_are_added_changed_and_taken_away(newcomers: People) -> None:
    page = newcomers.visitor("ann", "/users")
    form = page.locator("section", has=page.get_by_role("heading", name="Add a login"))
    form.get_by_label("Name").fill("Zoe")
    form.get_by_role("radio", name=re.compile("^Operator")).check()
    form.get_by_label("Password").fill("a password of hers")
    form.get_by_role("button", name="Add login").click()
    assert notice(page) == "zoe may log in now, as operator."
    page.get_by_label("Role of zoe").select_option("viewer")
    page.get_by_role("button", name="Change the role of zoe").click()
    assert notice(page) == "zoe is viewer from the next click on."
    other = newcomers.stranger()
    other.goto("/login")
    log_in(other, "zoe", "a password of hers")
    expect(other.locator(".account-name")).to_contain_text("viewer")
    page.on("dialog", lambda dialog: dialog.accept())
    row = page.get_by_role("row", name=re.compile("^zoe"))
    row.get_by_text("Edit").click()
    row.get_by_role("button", name="Remove zoe").click()
    assert notice(page) == "zoe cannot log in any more."
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("Log in")
