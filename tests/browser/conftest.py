"""A headless Chromium, one for all tests of a module, for it holds an event loop; it reads one file."""

import os
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or which("chromium")
"""Where the variable is set, as `.ci/run` does, a browser that doesn't start is a failure."""

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no chromium here: apt-get install chromium, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def showing(chromium):
    """Open a page from disk; whatever else it asks for, or complains of, fails the test."""

    @contextmanager
    def show(path, **options):
        context = chromium.new_context(**{"viewport": {"width": 1300, "height": 900}} | options)
        asked, said = [], []
        url = Path(path).as_uri()
        context.route(
            "**/*", lambda route: route.continue_() if route.request.url == url else route.abort()
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append("a dialog"), dialog.dismiss()))
        try:
            page.goto(url)
            page.wait_for_selector("html[data-ready=yes]", state="attached")
            yield page
            assert asked == [url]
            assert said == []
        finally:
            context.close()

    return show
