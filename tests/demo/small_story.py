"""A story as small as a story can be that has everything in it."""

import json
from pathlib import Path
from typing import Any

N_PEOPLE, N_WEEKS, N_PAST_WEEKS = 70, 5, 3


def both(text: str) -> dict[str, str]:
    return {"en": text, "zh-hans": f"{text}（中文）"}


def change(text: str, truth: float, **more: Any) -> dict[str, Any]:
    return {
        "kind": "new",
        "text": both(text),
        "detail": both(f"More on {text}"),
        "area": "editor",
        "makers": ["lin-yue"],
        "topics": [],
        "plan": "",
        "truth": truth,
        "camp": 0,
        "why_best": {"en": ["At last", "Lovely"], "zh-hans": ["终于", "喜欢"]},
        "why_worst": {"en": ["It hurts", "Why?"], "zh-hans": ["难受", "为什么"]},
        **more,
    }


def week(number: int, **more: Any) -> dict[str, Any]:
    version = f"1.{number}"
    return {
        "version": version,
        "notes": both(f"Notes of {version}"),
        "missed": False,
        "turnout": 0.85,
        "moods": [0.2, 0.5, 0.2, 0.1],
        "changes": [
            change(f"Change {place} of {version}", 2.4 - place * 0.8) for place in range(6)
        ],
        "remarks": [
            {
                "change": 1,
                "by": "su-wan",
                "text": "Thanks for this",
                "after_hours": 0.4,
                "answer": {"by": "lin-yue", "text": "Gladly", "after_hours": 2.5},
            }
        ],
        "hotfix": None,
        "citation": both(f"For {version}"),
        "gift": "a tub of popcorn",
        "repair": {
            "kind": "mend",
            "hurt": both("It hurt"),
            "answer": both("We mend it"),
            "due_weeks": 1,
            "steps": [both("First"), both("Then")],
        },
        **more,
    }


def topic(key: str, week_number: int, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "week": week_number,
        "author": "su-wan",
        "kind": "idea",
        "language": "en",
        "title": f"Topic {key}",
        "words": "In more words",
        "area": "editor",
        "voices": 20,
        "voice_words": ["Me as well"],
        "comments": [{"by": "jonas-weber", "text": "Yes please", "after_days": 1.5}],
        "answers": [
            {"week": week_number + 1, "status": "planned", "by": "lin-yue", "reason": "Soon"}
        ],
        **more,
    }


def person(handle: str, language: str) -> dict[str, Any]:
    return {
        "handle": handle,
        "name": handle.replace("-", " ").title(),
        "language": language,
        "ring": "weekly",
        "about": "Writes a lot",
        "device": "phone",
    }


def small_story() -> dict[str, Any]:
    weeks = [week(number) for number in range(1, N_WEEKS + 1)]
    weeks[1]["missed"] = True
    weeks[1]["changes"] = []
    weeks[2]["hotfix"] = {
        "version": "1.3.1",
        "after_days": 1.2,
        "notes": both("A hotfix"),
        "changes": [change("The mended thing", 0.1, kind="fixed")],
    }
    weeks[2]["changes"][0]["topics"] = ["asked"]
    weeks[2]["changes"][1]["plan"] = "lock"
    weeks[3]["changes"][0]["camp"] = 1.2
    weeks[3]["changes"].append(change("The last of many", 0.0, topics=["later"]))
    weeks[3]["changes"].append(change("One more of many", 0.3))
    handles = ("dev-rao", "lin-yue", "sofie-brandt")
    return {
        "product": {"slug": "lumen", "name": both("Lumen"), "about": both("Notes")},
        "team": [
            {
                "handle": handle,
                "name": handle.title(),
                "role": "owner" if handle == "dev-rao" else "maker",
                "about": "Makes it",
            }
            for handle in handles
        ],
        "areas": [{"slug": "editor", "name": both("Editor"), "makers": ["lin-yue"]}],
        "people": [person("su-wan", "zh-hans"), person("jonas-weber", "en")],
        "family_names": {"en": ["Abel", "Berg"], "zh-hans": ["王", "李"]},
        "given_names": {"en": ["Cora", "Dirk"], "zh-hans": ["一", "二"]},
        "devices": ["phone", "tablet"],
        "topics": [
            topic("asked", 1),
            topic("later", 3),
            topic(
                "again",
                1,
                author="jonas-weber",
                kind="question",
                comments=[
                    {"by": "lin-yue", "text": "Press it", "after_days": 1, "solves": True},
                ],
                answers=[],
                merged={"into": "asked", "by": "lin-yue", "reason": "The same", "after_days": 2},
            ),
        ],
        "plan": [
            {
                "key": "lock",
                "title": both("A lock"),
                "words": both("For notebooks"),
                "topics": ["asked"],
                "weight": 1.5,
                "moves": [
                    {"week": 2, "state": "considered", "reason": both("r"), "keeper": "lin-yue"},
                    {
                        "week": 3,
                        "state": "doing",
                        "reason": both("r"),
                        "keeper": "lin-yue",
                        "due": "1.3",
                    },
                ],
            },
            {
                "key": "print",
                "title": both("Printing"),
                "words": both("On paper"),
                "topics": ["later"],
                "weight": 0.5,
                "moves": [
                    {"week": 2, "state": "planned", "reason": both("r"), "keeper": "lin-yue"}
                ],
            },
        ],
        "wanted_words": {"en": ["Folders"], "zh-hans": ["文件夹"]},
        "weeks": weeks,
        "n_people": N_PEOPLE,
        "n_past_weeks": N_PAST_WEEKS,
    }


def write_story(path: Path) -> Path:
    path.write_text(json.dumps(small_story()), encoding="utf-8")
    return path
