"""The page of a survey: for a phone and a desk, by day and night, asking nobody for anything."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from canyu.surveys.page import page_of
from tests.journeys.conftest import DESK, PHONE
from tests.surveys.made_up import judge, made_survey

pytestmark = pytest.mark.browser

NAMES = ("绿茶" * 20, "чай", "شاي بالنعناع", "w" * 60, "<b>mint</b>", "a tea of many words " * 4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_of_a_survey_is_fit_to_be_read(
    browser: Browser, tmp_path: Path, size: dict[str, int], scheme: Literal["light", "dark"]
) -> None:
    found = judge(made_survey(items=NAMES, n_people=120), by="age")
    path = tmp_path / "teas.html"
    path.write_text(page_of(found, source="teas.csv"), encoding="utf-8")
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("h1").inner_text()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert [each["help"] for each in Axe().run(page).response["violations"]] == []
    context.close()
