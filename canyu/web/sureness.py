"""How sure an award is, in words: what the rule asked, what it found, and what would change it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canyu.reports.figures import (
    Figures,
    GroupsFigures,
    LeftOutFigures,
    PositionFigures,
    SmallestFigures,
    VerdictFigures,
)
from canyu.reports.rules import ENOUGH
from canyu.web.band_words import Named, say_kinds, who_are
from canyu.web.charts import chance_in_words
from canyu.web.result_charts import say_chance

PASSED, FAILED, UNTESTED = "passed", "failed", "untested"
MOST_NAMED = 3
CLEAN = 0.01


@dataclass(frozen=True)
class Check:
    """One thing that was asked of the figures: `state` is "passed", "failed" or "untested"."""

    state: str
    says: str
    means: str
    found: tuple[str, ...]


def change_ids_in(verdicts: Iterable[VerdictFigures | None]) -> set[int]:
    """Return every change that a sentence about these verdicts may name."""
    ids: set[int | None] = set()
    for verdict in verdicts:
        if verdict is not None:
            ids |= {verdict.change_id, *verdict.contenders}
            ids |= {verdict.smallest.winner, verdict.position.winner}
            for one in verdict.groups.failed:
                ids |= {one.winner, one.best, one.worst}
    return {one for one in ids if one is not None}


def what_would_change_it(verdict: VerdictFigures) -> str:
    """Return the sentence that is published with every award."""
    smallest = verdict.smallest
    if smallest.k is None:
        return _("Whomever we left out, it stayed the first.")
    if smallest.k == 0:
        return _("Nobody need be left out: another change is just as much the first.")
    if verdict.outcome == "alone":
        sentence = ngettext(
            "The smallest group that we found would change it is %(n)s person, of %(of)s.",
            "The smallest group that we found would change it is %(n)s people, of %(of)s.",
            smallest.k,
        )
    else:
        sentence = ngettext(
            "The smallest group that we found would change who is first is %(n)s person, of"
            " %(of)s.",
            "The smallest group that we found would change who is first is %(n)s people, of"
            " %(of)s.",
            smallest.k,
        )
    return sentence % {"n": smallest.k, "of": smallest.n_people}


def why_not_alone(verdict: VerdictFigures, named: Named) -> str:
    """Return which clause kept the award from one alone, the first of them in the rule's order."""
    failed = verdict.failed
    if not failed:
        return ""
    first = named.change(verdict.change_id)
    if failed[0] == "chance":
        sentence = _(
            "The chance that %(change)s is truly the one liked most is %(chance)s, and %(least)s%%"
            " is asked."
        )
        return sentence % {
            "change": first,
            "chance": _chance(verdict.chance.p),
            "least": round(verdict.chance.needed * 100),
        }
    if failed[0] == "groups":
        return _without(verdict.groups.failed[0], named)
    if failed[0] == "smallest":
        return _few_would_do(verdict.smallest, first)
    return _places_drew(verdict.position, named)


def checks_of(verdict: VerdictFigures, named: Named) -> list[Check]:
    """Return what was asked beside the number of people, in the order of the rule."""
    return [
        _chance_check(verdict),
        _groups_check(verdict.groups, named),
        _smallest_check(verdict, named),
        _position_check(verdict.position, named),
    ]


def enough_check(figures: Figures) -> Check:
    """Return whether enough people judged, and compared, for anything to be said."""
    n_judging, n_fitted = figures.n_judging, figures.n_fitted
    judged = ngettext("%(n)s person judged.", "%(n)s people judged.", n_judging)
    found = [judged % {"n": n_judging}]
    is_enough = figures.is_enough
    if len(figures.changes) > 1 and n_fitted < n_judging:
        compared = ngettext(
            "%(n)s of them had tried two of the changes or more, and so compared them.",
            "%(n)s of them had tried two of the changes or more, and so compared them.",
            n_fitted,
        )
        found.append(compared % {"n": n_fitted})
        is_enough = figures.can_compare
    return Check(
        PASSED if is_enough else FAILED,
        _("Enough people judged"),
        _("Below %(enough)s people no figure is given at all.") % {"enough": ENOUGH},
        tuple(found),
    )


def one_change_check() -> Check:
    """Return that there was nothing to choose between."""
    return Check(
        FAILED,
        _("There is something to choose between"),
        _("Nobody can like one of two most where there is only one."),
        (_("There was one change."),),
    )


def _chance_check(verdict: VerdictFigures) -> Check:
    means = _(
        "Those who answered are a part of all. This is the chance that the same change would be"
        " liked most if everybody had answered; at least %(least)s%% is asked."
    )
    sentence = _("The chance that it is truly the first is %(chance)s.")
    found = [sentence % {"chance": _chance(verdict.chance.p)}]
    if verdict.chance.checked is not None:
        sentence = _("Checked by weighing the people anew at random (a bootstrap): %(chance)s.")
        found.append(sentence % {"chance": _chance(verdict.chance.checked)})
    return Check(
        PASSED if verdict.chance.holds else FAILED,
        _("It is hardly chance"),
        means % {"least": round(verdict.chance.needed * 100)},
        tuple(found),
    )


def _groups_check(groups: GroupsFigures, named: Named) -> Check:
    tried = [one for one in groups.left_out if one.winner is not None]
    n_untried = len(groups.left_out) - len(tried)
    found = [_without(one, named) for one in groups.failed[:MOST_NAMED]]
    n_more = len(groups.failed) - len(found)
    if n_more:
        sentence = ngettext("So would %(n)s more group.", "So would %(n)s more groups.", n_more)
        found.append(sentence % {"n": n_more})
    if tried:
        sentence = ngettext(
            "%(n)s group was left out: %(kinds)s.",
            "%(n)s groups were left out: %(kinds)s.",
            len(tried),
        )
        found.append(sentence % {"n": len(tried), "kinds": say_kinds(tried)})
    if n_untried:
        sentence = ngettext(
            "%(n)s was not left out, since it holds more than half of the people or leaves fewer"
            " than %(enough)s.",
            "%(n)s were not left out, since they hold more than half of the people or leave fewer"
            " than %(enough)s.",
            n_untried,
        )
        found.append(sentence % {"n": n_untried, "enough": ENOUGH})
    if not groups.left_out:
        found.append(_("There was no group to leave out."))
    state = PASSED if groups.holds else FAILED
    return Check(
        state if tried or not groups.holds else UNTESTED,
        _("No single group decides it"),
        _(
            "Rings, device lines, people who came by the same invitations or joined together, hours"
            " and answers that look arranged: each was left out in turn, and all was scored anew."
            " Being asked about is no suspicion."
        ),
        tuple(found),
    )


def _smallest_check(verdict: VerdictFigures, named: Named) -> Check:
    smallest = verdict.smallest
    found = [what_would_change_it(verdict), _asked(smallest)]
    if not smallest.holds and smallest.winner is not None:
        found.append(_("Then %(other)s would be first.") % {"other": named.change(smallest.winner)})
    if verdict.count_bound > 0:
        sentence = ngettext(
            "In bare counts, liked most less liked least, its lead survives the loss of any"
            " %(n)s person, whoever it is.",
            "In bare counts, liked most less liked least, its lead survives the loss of any"
            " %(n)s people, whoever they are.",
            verdict.count_bound,
        )
        found.append(sentence % {"n": verdict.count_bound})
    return Check(
        PASSED if smallest.holds else FAILED,
        _("No handful decides it"),
        _(
            "The fewest people were sought whose leaving would make another change first. There may"
            " be a smaller group than the one we found, so a wide margin is asked."
        ),
        tuple(found),
    )


def _asked(smallest: SmallestFigures) -> str:
    said = {
        "threshold": int(smallest.threshold),
        "r": int(smallest.r),
        "n_eff": f"{smallest.n_eff:.0f}",
    }
    if smallest.threshold < smallest.r:
        sentence = _(
            "More than %(threshold)s are asked. 3%% of %(n_eff)s people are %(r)s; but a screen"
            " shows a change to only %(reach)s%% of people, so whoever wants to push one needs that"
            " many more."
        )
        return sentence % {**said, "reach": f"{smallest.reach * 100:.0f}"}
    return _("More than %(threshold)s are asked: 3%% of the people, and never fewer than 3.") % said


def _position_check(position: PositionFigures, named: Named) -> Check:
    means = _(
        "Each person sees the changes in an order of their own, so each place should be chosen"
        " equally often. p says how often places as uneven as these come by chance; below 0.01 we"
        " take it that they drew choices."
    )
    says = _("Its place on the screen did not decide it")
    if position.holds is None:
        why = _("It cannot be tested: the order did not vary enough, or too few chose.")
        return Check(UNTESTED, says, means, (why,))
    sides = (
        (_("Places of what was liked most: %(p)s."), position.p_best),
        (_("Places of what was liked least: %(p)s."), position.p_worst),
    )
    found = [sentence % {"p": say_p(p)} for sentence, p in sides if p is not None]
    if position.corrected:
        found.append(_places_drew(position, named))
    return Check(PASSED if position.holds else FAILED, says, means, tuple(found))


def _few_would_do(smallest: SmallestFigures, first: str) -> str:
    if smallest.k == 0:
        return _("Nobody need be left out: another change is just as much the first.")
    sentence = ngettext(
        "%(n)s person could change that %(change)s is first; more than %(threshold)s are asked.",
        "%(n)s people could change that %(change)s is first; more than %(threshold)s are asked.",
        smallest.k or 0,
    )
    return sentence % {
        "n": smallest.k,
        "change": first,
        "threshold": int(smallest.threshold),
    }


def _places_drew(position: PositionFigures, named: Named) -> str:
    if position.winner is None or position.p_win is None:
        return _("Places on the screen drew choices, and what they did cannot be taken out.")
    sentence = _(
        "Places on the screen drew choices. With that taken out, %(change)s is first; the chance"
        " is %(chance)s."
    )
    return sentence % {
        "change": named.change(position.winner),
        "chance": _chance(position.p_win),
    }


def _without(one: LeftOutFigures, named: Named) -> str:
    return _("Without %(who)s, %(change)s would be first.") % {
        "who": who_are(one, named),
        "change": named.change(one.winner),
    }


def _chance(chance: float) -> str:
    return say_chance(chance_in_words(chance))


def say_p(value: float) -> str:
    """Say a p-value, such as p = 0.04, on one line."""
    said = "p < 0.001" if value < 0.001 else f"p = {value:.2g}"  # noqa: PLR2004 - told so
    return said.replace(" ", "\N{NO-BREAK SPACE}")
