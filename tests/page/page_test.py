#!/usr/bin/env python3
"""The page in a real browser, before the real service under a peak.

usage: page_test.py shows|follows|acts|keyboard|narrow|accessible BINARY

Needs Playwright for Python (a venv named by SPILLWAY_CONTRACT_PYTHON) and Chromium
(SPILLWAY_CHROMIUM, or on the path); `accessible` also axe-core (SPILLWAY_AXE, its axe.min.js).
SPILLWAY_PAGE_PICTURES names a folder for screenshots. Exit code 77: skipped.
"""
import contextlib
import os
import pathlib
import re
import shutil
import sys
import tempfile

SKIPPED = 77

try:
    from playwright.sync_api import expect, sync_playwright
except ImportError as missing:
    python = os.environ.get("SPILLWAY_CONTRACT_PYTHON")
    if python and os.path.exists(python) and pathlib.Path(python) != pathlib.Path(sys.executable):
        os.execv(python, [python, *sys.argv])
    print(f"SKIPPED: {missing}; set SPILLWAY_CONTRACT_PYTHON (tests/contract/requirements.txt)")
    sys.exit(SKIPPED)

from peak import Peak  # noqa: E402

PATIENCE_MS = 60_000
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
expect.set_options(timeout=PATIENCE_MS)


def need(path, what):
    if not path or not os.path.exists(path):
        print(f"SKIPPED: there is no {what}")
        sys.exit(SKIPPED)
    return path


class Visit:
    """A tab, and what must not happen in it: errors on the console, requests to anywhere else."""

    def __init__(self, context, peak):
        self.peak, self.context = peak, context
        self.errors, self.elsewhere = [], []
        self.forgiven = re.compile("$^")
        context.set_default_timeout(PATIENCE_MS)
        context.route("**/*", self.judge)
        self.page = context.new_page()
        self.page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))

    def judge(self, route):
        if route.request.url.startswith(self.peak.url + "/"):
            return route.continue_()
        self.elsewhere.append(route.request.url)
        return route.abort()

    def sign_in(self, token):
        self.page.goto(self.peak.url + "/")
        self.page.get_by_label("Token").fill(token)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="edge", exact=True)).to_be_visible()

    def wait_for_peak(self):
        """The rack and the cloud that gives are full; the dear one is on its way."""
        self.peak.demand = 60
        expect(self.page.locator("#ladder")).to_contain_text("Backed off")
        expect(self.page.locator("#ladder")).to_contain_text("Full")
        expect(self.page.locator("#hosts")).to_contain_text("aws")
        expect(self.page.locator("#load-chart canvas")).to_be_visible()

    def check(self):
        assert not self.elsewhere, f"requests to other places: {self.elsewhere}"
        errors = [e for e in self.errors if not self.forgiven.search(e)]
        assert not errors, f"errors on the console: {errors}"

    def picture(self, name):
        folder = os.environ.get("SPILLWAY_PAGE_PICTURES")
        if folder:
            self.page.screenshot(path=os.path.join(folder, name + ".png"))


@contextlib.contextmanager
def visiting(browser, peak, **options):
    context = browser.new_context(**{"viewport": DESKTOP, **options})
    visit = Visit(context, peak)
    yield visit
    visit.check()
    context.close()


def figure(page, name):
    return page.locator("#figures > div").filter(has=page.get_by_text(name, exact=True)).locator("b")


def test_shows(browser, peak):
    viewer = peak.token("viewer")
    with visiting(browser, peak) as visit:
        page = visit.page
        page.goto(peak.url + "/")
        expect(page.get_by_label("Token")).to_be_focused()
        visit.forgiven = re.compile("401")  # the browser reports the answer to the next one
        page.get_by_label("Token").fill("spw_guess")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("not known")
        visit.sign_in(viewer)
        assert page.evaluate("localStorage.length") == 0 and page.evaluate("document.cookie") == ""
        assert page.evaluate("sessionStorage.length") == 1

        visit.wait_for_peak()
        chart = page.get_by_role("slider", name="A moment of load and capacity")
        expect(chart).to_have_attribute("aria-valuetext", re.compile(r"load 60.*rack 32"))
        page.wait_for_function("""() => {
            const canvas = document.querySelector('#load-chart canvas');
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let painted = 0;
            for (let i = 3; i < data.length; i += 4) painted += data[i] > 40;
            return painted > 0.2 * canvas.width * canvas.height;
        }""")  # the areas, not the axes alone
        expect(figure(page, "Load")).to_have_text("60")
        expect(figure(page, "Ready")).to_have_text(re.compile(r"^(5[6-9]|[6-9]\d)"))
        legend = page.locator("#load-legend")
        for name in ("load", "wanted", "on its way", "rack", "digitalocean"):
            expect(legend.get_by_text(name, exact=True)).to_be_visible()
        expect(page.get_by_role("meter", name="This month")).to_have_attribute(
            "aria-valuetext", re.compile(r"spent, .* reserved of 400\.00"))
        expect(page.locator("#policies")).to_contain_text("Shadow: only asked")
        expect(page.locator("#policies .compared").first).to_contain_text("acting")
        expect(page.locator("#signals")).to_contain_text("demand")
        visit.picture("peak")

        grown = page.locator("#decisions details.grow").first
        grown.locator("summary").click()
        for title in ("Why", "What the policies said", "What they saw", "What is done", "Figures"):
            expect(grown.get_by_role("heading", name=title, exact=True)).to_be_visible()
        host = page.locator("#hosts li").filter(has_text="rack").first
        host.locator("summary").click()
        expect(host).to_contain_text("Asked for")
        expect(page.get_by_role("button", name="Pause…")).to_have_count(0)
        expect(host.get_by_role("button")).to_have_count(0)

        page.get_by_role("link", name="lab").click()
        expect(page.get_by_role("heading", name="lab", exact=True)).to_be_visible()
        expect(page.locator("#notices")).to_contain_text("Dry run")
        page.get_by_role("button", name="Forget token").click()
        expect(page.get_by_label("Token")).to_be_visible()
        assert page.evaluate("sessionStorage.length") == 0


def test_follows(browser, peak):
    viewer = peak.token("viewer")
    with visiting(browser, peak) as visit:
        page = visit.page
        visit.forgiven = re.compile("ERR_INTERNET_DISCONNECTED|404")
        visit.sign_in(viewer)
        expect(page.locator("#link")).to_contain_text("Live")
        first = page.locator("#decisions > li").first.get_attribute("data-key")
        peak.demand = 30
        expect(page.locator("#decisions > li").first).not_to_have_attribute("data-key", first)
        visit.context.set_offline(True)
        expect(page.locator("#link")).to_contain_text("Not connected")
        peak.demand = 50
        visit.context.set_offline(False)
        expect(page.locator("#link")).to_contain_text("Live")
        expect(figure(page, "Load")).to_have_text("50")
        expect(figure(page, "Wanted")).to_have_text(re.compile("^6[34]$"))

    with visiting(browser, peak) as visit:  # a proxy that lets no stream through
        page = visit.page
        visit.forgiven = re.compile("404")
        visit.context.route("**/v1/events*", lambda route: route.fulfill(status=404, json={}))
        visit.sign_in(viewer)
        expect(page.locator("#link")).to_contain_text("Every few seconds")
        peak.demand = 20
        expect(figure(page, "Load")).to_have_text("20")
        expect(page.locator("#decisions details.shrink").first).to_be_visible()


def test_acts(browser, peak):
    operator = peak.token("operator")
    with visiting(browser, peak) as visit:
        page, dialog = visit.page, visit.page.locator("#dialog")
        visit.sign_in(operator)
        page.get_by_role("button", name="Scale…").click()
        go = dialog.get_by_role("button", name="Scale", exact=True)
        expect(go).to_be_disabled()
        dialog.get_by_label("Hosts").fill("4")
        expect(go).to_be_enabled()
        expect(dialog.locator(".preview")).to_contain_text("32 vCPU")
        expect(page.locator("#notices")).not_to_contain_text("Scaled by hand")
        visit.picture("scale")
        go.click()
        expect(page.locator("#notices")).to_contain_text("Scaled by hand to 4 hosts by operator")
        expect(figure(page, "Wanted")).to_have_text("32")

        page.get_by_role("button", name="Pause…").click()
        dialog.get_by_label("Reason").fill("<b onclick='x'>work on the rack</b>")
        dialog.get_by_role("button", name="Pause", exact=True).click()
        expect(page.locator("#notices")).to_contain_text("<b onclick='x'>work on the rack</b>")
        expect(page.get_by_role("button", name="Resume…")).to_be_focused()
        page.keyboard.press("Enter")
        dialog.get_by_role("button", name="Resume", exact=True).click()
        expect(page.locator("#notices")).not_to_contain_text("Paused")

        host = page.locator("#hosts li").filter(has_text="rack").filter(has_text="Ready").first
        host.locator("summary").click()
        host = page.locator("#hosts li").filter(has=page.locator("details[open]"))
        line = host.locator("summary")

        def order(button):
            host.get_by_role("button", name=button + "…", exact=True).click()
            dialog.get_by_role("button", name=button, exact=True).click()
            expect(dialog).to_be_hidden()

        order("Protect")
        expect(line).to_contain_text("protected")
        order("Unprotect")
        expect(line).not_to_contain_text("protected")
        order("Drain")
        expect(line).to_contain_text("kept empty")

        page.get_by_role("button", name="End scale by hand…").click()
        dialog.get_by_role("button", name="End it").click()
        expect(page.locator("#notices")).not_to_contain_text("Scaled by hand")


def focus(page):
    return page.evaluate("""() => {
        const at = document.activeElement;
        const seen = getComputedStyle(at.matches('.choice input') ? at.nextElementSibling : at);
        return {id: at.id, tag: at.tagName, text: at.textContent.trim().slice(0, 40),
                outline: seen.outlineStyle !== 'none' || at.matches('main, body')};
    }""")


def tab_to(page, wanted, most=80):
    """Goes on by the Tab key until `wanted(focus)`; each place on the way can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = focus(page)
        assert at["outline"], f"the focus cannot be seen on {at}"
        if wanted(at):
            return at
    raise AssertionError(f"not reached by the keyboard; the last place was {at}")


def test_keyboard(browser, peak):
    operator = peak.token("operator")
    with visiting(browser, peak) as visit:
        page = visit.page
        visit.sign_in(operator)
        visit.wait_for_peak()
        page.reload()
        expect(page.get_by_role("heading", name="edge", exact=True)).to_be_visible()
        expect(page.locator("#load-chart canvas")).to_be_visible()

        tab_to(page, lambda at: at["text"] == "To the content")
        tab_to(page, lambda at: at["text"].startswith("lab"))
        tab_to(page, lambda at: at["text"] == "Pause…")
        page.keyboard.press("Enter")
        expect(page.locator("#dialog")).to_be_visible()
        expect(page.locator("#dialog .preview li").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#dialog")).to_be_hidden()
        expect(page.get_by_role("button", name="Pause…")).to_be_focused()

        tab_to(page, lambda at: at["id"].startswith("span-"))
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_label("15 min")).to_be_checked()
        tab_to(page, lambda at: at["id"] == "load-chart")
        chart = page.locator("#load-chart")
        expect(chart).to_have_attribute("aria-valuetext", re.compile("load"))
        page.keyboard.press("Home")
        expect(chart).to_have_attribute("aria-valuenow", "0")
        page.keyboard.press("ArrowRight")
        expect(chart).to_have_attribute("aria-valuenow", "1")

        tab_to(page, lambda at: at["tag"] == "SUMMARY")
        page.keyboard.press("Enter")
        expect(page.locator("#decisions details[open]")).to_have_count(1)
        tab_to(page, lambda at: at["tag"] == "SUMMARY" and "aws" in at["text"])
        page.keyboard.press("Enter")
        tab_to(page, lambda at: at["text"] == "Retire…", most=4)


def unfold_everything(page):
    for group in ("#decisions", "#hosts"):
        page.locator(f"{group} summary").first.click()


def test_narrow(browser, peak):
    operator = peak.token("operator")
    with visiting(browser, peak, viewport=PHONE, has_touch=True, device_scale_factor=2) as visit:
        page = visit.page

        def fits(what):
            wide = page.evaluate("""() => [...document.querySelectorAll('body, body *')]
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5 &&
                               !e.closest('.hidden, .chart') && e.checkVisibility())
                .map((e) => e.tagName + '.' + e.className).slice(0, 5)""")
            assert not wide, f"{what} is wider than {PHONE['width']} pixels: {wide}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what

        page.goto(peak.url + "/")
        expect(page.get_by_label("Token")).to_be_visible()
        fits("the sign-in")
        visit.sign_in(operator)
        visit.wait_for_peak()
        fits("the board")
        visit.picture("phone")
        unfold_everything(page)
        fits("the board, unfolded")
        page.get_by_role("button", name="Pause…").click()
        expect(page.locator("#dialog")).to_be_visible()
        fits("a dialog")


def test_accessible(browser, peak):
    axe = pathlib.Path(need(os.environ.get("SPILLWAY_AXE"), "axe-core; set SPILLWAY_AXE")).read_text()
    operator = peak.token("operator")
    for scheme in ("light", "dark"):
        with visiting(browser, peak, color_scheme=scheme, reduced_motion="reduce") as visit:
            page = visit.page

            def judge(what):
                page.evaluate(axe)
                found = page.evaluate("axe.run()")
                assert found["passes"], "axe looked at nothing"
                told = [f"{v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes']][:3]}"
                        for v in found["violations"]]
                assert not told, f"{what} in {scheme}:\n" + "\n".join(told)

            page.goto(peak.url + "/")
            expect(page.get_by_label("Token")).to_be_visible()
            judge("the sign-in")
            visit.sign_in(operator)
            visit.wait_for_peak()
            unfold_everything(page)
            judge("the board")
            visit.picture(scheme)
            page.get_by_role("button", name="Scale…").click()
            expect(page.locator("#dialog")).to_be_visible()
            judge("a dialog")


TESTS = {name.removeprefix("test_"): test for name, test in globals().items() if name.startswith("test_")}


def main():
    what, binary = sys.argv[1:]
    chromium = need(os.environ.get("SPILLWAY_CHROMIUM") or shutil.which("chromium"), "Chromium")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        with Peak(os.path.abspath(binary), folder) as peak:
            TESTS[what](browser, peak)
        browser.close()
    print(f"{what}: as expected")


if __name__ == "__main__":
    main()
