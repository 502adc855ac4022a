"""A judgement as JSON: every figure, for programs; docs/judge.md says what each is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from canyu.surveys.judgement import Judgement


def json_of(judgement: Judgement, *, is_ascii: bool = False) -> str:
    """Return the judgement as indented JSON, ending in a newline; there is no NaN in it."""
    figures: dict[str, Any] = asdict(judgement)
    return json.dumps(figures, ensure_ascii=is_ascii, allow_nan=False, indent=2) + "\n"
