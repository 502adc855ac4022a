"""scripts/messages.py: what is not translated, or not whole, is found."""

import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests.house.reading import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import compile_messages
import messages


def problems(
    english: str | tuple[str, str], chinese: str | tuple[str, ...], *, fuzzy: bool = False
) -> list[str]:
    flags = {"fuzzy"} if fuzzy else set()
    return list(messages.problems_of(Message(english), Message(english, chinese, flags=flags)))


def test_a_whole_translation_is_let_be() -> None:
    assert problems("Open", "开放") == []
    assert problems("%(name)s asked", "%(name)s 问过") == []
    assert problems("{n} of 100 %", "100 % 中的 {n}") == []
    assert problems("100 %% of %(n)s", "%(n)s 的 100 %%") == []
    assert problems(("%(n)d voice", "%(n)d voices"), ("%(n)d 个声音",)) == []


def test_a_number_may_go_in_one_form_only_where_there_are_plurals() -> None:
    assert problems(("One voice of %(who)s", "%(n)d voices of %(who)s"), ("%(who)s 的声音",)) == []
    assert problems("%(n)d voices", "声音") != []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Open", ""),
        ("Open", "  "),
        ("%(name)s asked", "有人问过"),
        ("%(name)s asked", "%(nam)s 问过"),
        ("asked", "%(name)s 问过"),
        ("{who} asked", "{} 问过"),
        (("%(n)d voice", "%(n)d voices"), ("",)),
    ],
)
def test_a_broken_translation_is_seen(
    english: str | tuple[str, str], chinese: str | tuple[str, ...]
) -> None:
    assert problems(english, chinese) != []


def test_a_guess_is_seen() -> None:
    assert problems("Open", "开放", fuzzy=True) != []


def test_a_missing_translation_is_seen() -> None:
    assert list(messages.problems_of(Message("Open"), None)) != []


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "canyu"
    (package / "web/templates").mkdir(parents=True)
    (package / "rules.py").write_text(
        'from canyu.journal.errors import gettext_noop\ngettext_noop("Closed.")\n', encoding="utf-8"
    )
    (package / "web/templates/a.html").write_text(
        "{% load i18n %}{% translate 'Open' %}"
        "{% blocktranslate count n=n %}{{ n }} voice{% plural %}{{ n }} voices"
        "{% endblocktranslate %}",
        encoding="utf-8",
    )
    return package


def test_words_are_read_from_code_and_templates(
    package: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    assert messages.check(package) == 1
    said = capsys.readouterr().out
    assert "'Closed.' (rules.py)" in said
    assert "'Open' (web/templates/a.html)" in said
    assert "%(n)s voice" in said
    assert not (package / "locale").exists()


def test_a_translated_package_passes(
    package: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    messages.extract(package)
    po = package / "locale/zh_Hans" / messages.PO
    text = po.read_text(encoding="utf-8")
    for english, chinese in (("Closed.", "已关闭。"), ("Open", "开放")):
        text = text.replace(
            f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"'
        )
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s 个声音"')
    po.write_text(text, encoding="utf-8")
    assert messages.check(package) == 0, capsys.readouterr().out
    # Extracting again takes nothing away.
    messages.extract(package)
    assert messages.check(package) == 0


def test_what_is_stale_is_compiled_whole(package: Path) -> None:
    messages.extract(package)
    po = package / "locale/zh_Hans" / messages.PO
    mo = po.with_suffix(".mo")
    assert compile_messages.is_stale(po, mo)
    compile_messages.compile_po(po, mo)
    assert not compile_messages.is_stale(po, mo)
    assert list(po.parent.iterdir()) in ([po, mo], [mo, po])
