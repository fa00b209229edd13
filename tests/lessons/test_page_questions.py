"""Questions on a page in the browser: options that answer, what is kept, the summary, and a page without JavaScript."""

import pytest
from markdown_it import MarkdownIt

from immunereset.lesson import choices, question, tasks
from immunereset.lesson import place as numbered
from immunereset.lesson.check import check
from tools.questions import in_markdown

CHECK = next(name for name, one in choices().items() if one.kind == "check")
LESSON = CHECK[:2]
TASK = next(iter(tasks(LESSON)))


@pytest.fixture(scope="module")
def address(root, tmp_path_factory):
    """A page with a check, the prediction of another lesson, a task, and the place for the answers."""
    path = tmp_path_factory.mktemp("questions") / f"{LESSON}-some-lesson.html"
    asked = MarkdownIt().render("\n\n".join(in_markdown(question(name)) for name in (CHECK, "07-two-logs", TASK)))
    style = (root / "book/_static/book.css").read_text("utf-8")
    script = (root / "book/_static/questions.js").read_text("utf-8")
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Questions</title><style>{style}</style>'
        f'<article class="bd-article">{asked}{check(TASK)._repr_html_()}<div class="your-answers"></div></article>'
        f"<script>{script}</script>",
        "utf-8",
    )
    return path.as_uri()


def options(page, name):
    return page.locator(f"[data-question='{name}'] button")


def place(name, right):
    return next(i for i, option in enumerate(question(name).options) if option.right is right)


def test_an_option_answers_in_words_and_the_first_choice_is_kept(visit, address):
    seen = visit(address)
    page, one = seen.page, question(CHECK)
    wrong, right = place(CHECK, False), place(CHECK, True)
    assert page.get_by_role("group", name="Check 1").count() == 1
    assert page.locator("[data-question] details").count() == 0
    options(page, CHECK).nth(wrong).focus()
    page.keyboard.press("Enter")
    said = page.locator(f"[data-question='{CHECK}'] .ir-said")
    assert said.nth(wrong).inner_text().startswith("✗ Not right. ") and said.nth(right).inner_text() == ""
    assert options(page, CHECK).nth(wrong).get_attribute("aria-pressed") == "true"
    options(page, CHECK).nth(right).click()
    assert said.nth(right).inner_text().startswith("✓ Right. ")
    assert said.nth(right).get_attribute("role") == "status"
    assert "Checks right at the first choice: 0 of 1." in page.locator(".your-answers").inner_text()
    page.reload()
    assert said.nth(wrong).inner_text().startswith("✗ Not right. "), one
    assert seen.errors == []


def test_the_summary_tells_predictions_and_numbers_until_they_are_cleared(visit, address):
    seen = visit(address)
    page = seen.page
    page.evaluate(
        f"""document.querySelector("article").dispatchEvent(new CustomEvent("ir-answered", {{ bubbles: true, detail:
        {{ id: "{LESSON}-stage", kind: "prediction", said: "It is gone", was: "It is as before", right: false }} }}))"""
    )
    options(page, "07-two-logs").first.click()
    field = page.get_by_role("textbox", name="Your number")
    asked = page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
    assert question(TASK).what_to_record in asked
    field.fill(question(TASK).show(question(TASK).answer, unit=False))
    field.press("Enter")
    told = page.get_by_role("group", name="Your answers")
    lines = told.locator("li").all_inner_texts()
    assert lines == [
        "✗ You predicted: “It is gone”. It was: “It is as before”.",
        f"✓ Task {numbered(question(TASK))}: you recorded {question(TASK).show(question(TASK).answer)}.",
    ], "the prediction of another lesson does not stand here"
    assert page.locator(told.get_by_role("link").get_attribute("href")).get_attribute("data-task")
    page.reload()
    assert told.locator("li").all_inner_texts() == lines
    assert page.locator(".ir-answer [role=status]").inner_text().startswith("Right.")
    field.fill("12345")
    field.press("Enter")
    assert told.locator("li").all_inner_texts() == lines, "what was right stays"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    told.get_by_role("button", name="Copy these answers").click()
    told.get_by_role("button", name="Copied").wait_for()
    assert told.locator("[aria-live=polite]").inner_text() == "Copied"
    assert page.evaluate("navigator.clipboard.readText()").splitlines()[1:] == lines
    clear = told.get_by_role("button", name="Clear all my answers in this book")
    clear.click()  # a dialog that is not confirmed
    assert told.locator("li").all_inner_texts() == lines, "one key alone clears nothing"
    page.on("dialog", lambda dialog: dialog.accept())
    clear.click()
    page.wait_for_load_state()
    assert told.locator("li").count() == 0 and told.get_by_role("button").count() == 0
    assert page.evaluate("localStorage.length") == 0
    assert seen.errors == []


@pytest.mark.parametrize("kept", ["not JSON", "null", "3", "[]", '{"x": null}'])
def test_what_is_damaged_is_forgotten(visit, address, kept):
    seen = visit(address, script=f"localStorage.setItem('ir-answers', {kept!r})")
    options(seen.page, CHECK).first.click()
    assert "of 1." in seen.page.locator(".your-answers").inner_text()
    assert seen.errors == []


def test_a_browser_that_keeps_nothing_answers_all_the_same(visit, address):
    nothing = (
        "for (const name of ['getItem', 'setItem', 'removeItem']) Storage.prototype[name] = () => { throw Error(); };"
    )
    seen = visit(address, script=nothing)
    options(seen.page, CHECK).first.click()
    assert "of 1." in seen.page.locator(".your-answers").inner_text()
    seen.page.on("dialog", lambda dialog: dialog.accept())
    seen.page.get_by_role("button", name="Clear all my answers").click()
    seen.page.wait_for_load_state()
    assert "will stand here" in seen.page.locator(".your-answers").inner_text()
    assert seen.errors == []


def test_without_javascript_options_and_a_fold_remain(visit, address):
    page = visit(address, java_script_enabled=False).page
    box = page.locator(f"[data-question='{CHECK}']")
    assert box.locator("> ul > li").count() == len(question(CHECK).options)
    fold = box.locator("details")
    assert not fold.locator("li").first.is_visible()
    fold.locator("summary").click()
    assert fold.locator("li").first.is_visible()
    assert not page.locator(".your-answers").is_visible()


def test_paper_has_the_options_and_no_answers(visit, address):
    page = visit(address).page
    options(page, CHECK).first.click()
    page.emulate_media(media="print")
    assert options(page, CHECK).first.is_visible()
    assert not page.locator(".ir-said").first.is_visible() and not page.locator(".your-answers").is_visible()
    assert options(page, CHECK).first.evaluate("e => getComputedStyle(e).borderLeftWidth") == "1px"
