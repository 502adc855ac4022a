"""What is found is what independent arithmetic finds."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from canyu.surveys.errors import SurveyRefused
from tests.surveys.made_up import TEAS, file_of, judge, made_survey

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def surveys_with_references() -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Folder, model and filter of each fit that R made of a survey beside the repository."""
    models = ("sequential", "maxdiff", "best", "worst")
    asked = {"rice": (), "issues": (), "breadwheat": (("task", "overall"),)}
    return [(f"bws-{name}", model, where) for name, where in asked.items() for model in models]


@pytest.mark.parametrize(("folder", "model", "where"), surveys_with_references())
def test_real_surveys_agree_with_r(
    folder: str, model: str, where: tuple[tuple[str, str], ...]
) -> None:
    if not (DATA / folder).is_dir():
        pytest.skip(f"the survey {folder} is not at {DATA}: its golden numbers go unchecked")
    reference = json.loads((DATA / folder / "reference.json").read_text(encoding="utf-8"))
    theirs = reference["fits"][model]
    text = (DATA / folder / "reports.csv").read_text(encoding="utf-8")
    found = judge(text, model=model, ghost=0.0, base=theirs["ref_item"], where=where)
    ours = {item.name: item for item in found.items}
    for name, coef in theirs["coef"].items():
        assert ours[name].coef == pytest.approx(coef, abs=1e-6)
        assert ours[name].se_model == pytest.approx(theirs["se_model"][name], abs=1e-6)
        robust = theirs["se_cluster_respondent"][name]
        assert ours[name].se_robust == pytest.approx(robust, abs=1e-6)
    base = ours[theirs["ref_item"]]
    assert (base.coef, base.se_model, base.se_robust) == (0, 0, 0)
    assert found.loglik == pytest.approx(theirs["loglik"], abs=1e-5)
    for name, counts in reference["counts"].items():
        item = ours[name]
        assert (item.shown, item.best, item.worst) == (
            counts["shown"], counts["best"], counts["worst"],
        )  # fmt: skip


# ------------------------------------------------ the same by brute force, on a made-up survey


def brute_force(text: str, model: str, base: str) -> dict[str, Any]:
    """Maximise the likelihood row by row, with slopes by small differences."""
    rows = list(csv.DictReader(io.StringIO(text)))
    items = sorted({name for row in rows for name in row["shown"].split("|")} - {base})
    number = {name: at for at, name in enumerate([*items, base])}
    people = sorted({row["respondent"] for row in rows})

    def log_chances(free: np.ndarray) -> np.ndarray:
        worth = np.append(free, 0.0)
        found = []
        for row in rows:
            shown = [number[name] for name in row["shown"].split("|")]
            best, worst = number[row["best"]], number[row["worst"]]
            v = worth[shown]
            rest = worth[[at for at in shown if at != best]]
            first = worth[best] - np.log(np.exp(v).sum())
            last = -worth[worst] - np.log(np.exp(-rest).sum())
            both = np.exp(v[:, None] - v[None, :])
            found.append(
                {
                    "sequential": first + last,
                    "best": first,
                    "worst": -worth[worst] - np.log(np.exp(-v).sum()),
                    "maxdiff": worth[best] - worth[worst] - np.log(both.sum() - np.trace(both)),
                }[model]
            )
        return np.array(found)

    top = minimize(lambda free: -log_chances(free).sum(), np.zeros(len(items)), tol=1e-12).x
    step, axes = 1e-4, np.eye(len(items))
    slopes = np.array([log_chances(top + step * a) - log_chances(top - step * a) for a in axes])
    slopes = slopes.T / (2 * step)
    bend = np.array(
        [
            [
                sum(
                    sign * log_chances(top + step * (one * a + other * b)).sum()
                    for one, other, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
                )
                for b in axes
            ]
            for a in axes
        ]
    ) / (4 * step**2)
    bread = np.linalg.inv(-bend)
    owner = np.array([people.index(row["respondent"]) for row in rows])
    by_person = np.array([slopes[owner == at].sum(axis=0) for at in range(len(people))])
    return {
        "items": items,
        "coef": top,
        "se_model": np.sqrt(np.diag(bread)),
        "se_robust": np.sqrt(np.diag(bread @ by_person.T @ by_person @ bread)),
        "loglik": log_chances(top).sum(),
        "loglik_null": log_chances(np.zeros(len(items))).sum(),
    }


@pytest.mark.parametrize("model", ["sequential", "maxdiff", "best", "worst"])
def test_figures_agree_with_brute_force(model: str) -> None:
    text = made_survey(n_people=25, n_tasks=2)
    theirs = brute_force(text, model, "mint")
    found = judge(text, model=model, ghost=0.0, base="mint")
    ours = {item.name: item for item in found.items}
    for at, name in enumerate(theirs["items"]):
        assert ours[name].coef == pytest.approx(theirs["coef"][at], abs=1e-4)
        assert ours[name].se_model == pytest.approx(theirs["se_model"][at], rel=1e-3)
        assert ours[name].se_robust == pytest.approx(theirs["se_robust"][at], rel=1e-3)
    assert found.loglik == pytest.approx(theirs["loglik"], abs=1e-6)
    assert found.loglik_null == pytest.approx(theirs["loglik_null"], abs=1e-9)
    assert (found.n_answers, found.n_respondents) == (50, 25)


# ------------------------------------------------ what is said


def test_the_best_item_is_first_and_scores_add_up_to_100() -> None:
    found = judge(made_survey())
    assert found.items[0].name == TEAS[0]
    assert found.items[-1].name == TEAS[-1]
    assert sum(item.score for item in found.items) == pytest.approx(100)
    assert sum(item.coef for item in found.items) == pytest.approx(0, abs=1e-9)
    assert sum(item.p_win for item in found.items) == pytest.approx(1)
    for item in found.items:
        assert item.low < item.score < item.high


def test_the_same_file_says_the_same() -> None:
    assert judge(made_survey()) == judge(made_survey())


def test_a_base_moves_coefficients_and_nothing_else() -> None:
    free, based = judge(made_survey()), judge(made_survey(), base="mint")
    mint = next(item.coef for item in free.items if item.name == "mint")
    for one, other in zip(free.items, based.items, strict=True):
        assert other.coef == pytest.approx(one.coef - mint)
        assert other.score == one.score


def test_a_base_that_is_no_item_is_refused() -> None:
    with pytest.raises(SurveyRefused, match='"coffee", which is no item here'):
        judge(made_survey(), base="coffee")


def test_all_agreeing_is_a_finite_answer_with_a_ghost_and_a_sentence_without() -> None:
    text = file_of(*(f"{n},1,tea|milk|water,tea,water" for n in range(50)))
    found = judge(text)
    assert found.items[0].name == "tea"
    assert found.items[0].low < found.items[0].score < 100
    with pytest.raises(SurveyRefused) as refusal:
        judge(text, ghost=0.0)
    assert '"milk"' in str(refusal.value)
    assert "leave --ghost at its 0.5" in str(refusal.value)


def test_an_item_never_answered_about_is_said() -> None:
    text = made_survey() + "z,1,green|coffee,,,,1\n"
    found = judge(text)
    coffee = next(item for item in found.items if item.name == "coffee")
    assert coffee.shown == 0
    assert any("coffee stood on no screen" in note for note in found.notes)


@pytest.mark.parametrize("model", ["best", "worst"])
def test_a_model_that_finds_nothing_to_look_at_is_a_sentence(model: str) -> None:
    row = "1,1,a|b,,b" if model == "best" else "1,1,a|b,a,"
    with pytest.raises(SurveyRefused, match=f"no row names a {model}"):
        judge(file_of(row), model=model)


def test_two_surveys_in_one_file_are_said() -> None:
    text = file_of("1,a,tea|milk,tea,milk", "1,b,cat|dog,cat,dog", "2,b,cat|dog,dog,cat")
    notes = judge(text).notes
    assert any(
        "cat and dog never stood" in note or "tea and milk never stood" in note for note in notes
    )
    assert not any("never stood" in note for note in judge(text, where=(("task", "b"),)).notes)


def test_names_that_differ_in_capitals_are_said() -> None:
    notes = judge(file_of("1,1,Tea|tea|milk,tea,milk")).notes
    assert any('"Tea" and "tea" differ only in capitals' in note for note in notes)


def test_best_and_worst_of_one_taste_are_one_scale() -> None:
    found = judge(made_survey(n_people=300)).one_scale
    assert found is not None
    assert found.p_value > 0.01
    assert found.df == 5
    assert judge(made_survey(), model="best").one_scale is None


def test_what_only_the_ghost_holds_is_said() -> None:
    text = file_of(*(f"{n},1,tea|milk|water,tea,water" for n in range(50)))
    assert any("--ghost 0.5" in note for note in judge(text).notes)
    assert not any("--ghost" in note for note in judge(made_survey()).notes)


def test_an_item_that_splits_opinion_is_flagged() -> None:
    rng = np.random.default_rng(3)
    names = ("durian", *"abcdefgh")
    rows = []
    for person in range(600):
        worth = rng.gumbel(size=9) / 2
        worth[0] += 2 if person % 2 else -2
        screen = np.append(rng.choice(np.arange(1, 9), size=4, replace=False), 0)
        order = screen[np.argsort(worth[screen])]
        shown = "|".join(names[at] for at in rng.permuted(screen))
        rows.append(f"{person},1,{shown},{names[order[-1]]},{names[order[0]]}")
    found = judge(file_of(*rows))
    assert [item.name for item in found.items if item.is_controversial] == ["durian"]
    durian = next(item for item in found.items if item.name == "durian")
    assert durian.controversy is not None
    assert durian.controversy > 1
