"""Awards as pages show them: who won for what, why, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from canyu.awards.queries import AwardView
from canyu.awards.rules import MOST_SHARING
from canyu.credits import queries as credit_queries
from canyu.credits.queries import Credited
from canyu.credits.rules import ASKING
from canyu.members.queries import MemberView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports.rules import ENOUGH
from canyu.web.band_words import Named
from canyu.web.cards import People
from canyu.web.sureness import change_ids_in, what_would_change_it, why_not_alone
from canyu.web.templatetags.canyu_tags import in_language


@dataclass(frozen=True)
class AwardCard:
    """An award with everything that the wall shows of it.

    `why` says why nobody won, or why several share it; `sure` is the sentence that is published
    with every award that has a winner: what would change it.
    """

    award: AwardView
    release: ReleaseView | None
    changes: tuple[ChangeView, ...]
    makers: tuple[MemberView, ...]
    names: str
    titles: str
    asker: Credited | None
    is_asked: bool
    """Whether anybody asked for it, named or not."""
    why: str
    sure: str
    results_url: str


def award_cards(product: ProductView, shown: Sequence[AwardView]) -> list[AwardCard]:
    """Cards of these awards, in their order; nine queries whatever their number."""
    won = {one for award in shown for one in award.change_ids}
    changes = releases.changes_by_id(won | change_ids_in(award.verdict for award in shown))
    found = releases.releases_by_id(award.release_id for award in shown)
    asked = credit_queries.thanks_for(sorted(won), n_first=1, roles=ASKING)
    named = Named(
        {one.id: in_language(one.text) for one in changes.values()},
        {ring.key: in_language(ring.name) for ring in products.rings_of(product.id)},
    )
    people = People(maker for change in changes.values() for maker in change.maker_ids)
    return [_card(product, award, changes, found, asked, people, named) for award in shown]


def _card(
    product: ProductView,
    award: AwardView,
    changes: dict[int, ChangeView],
    found: dict[int, ReleaseView],
    asked: dict[int, credit_queries.Thanks],
    people: People,
    named: Named,
) -> AwardCard:
    won = tuple(changes[one] for one in award.change_ids if one in changes)
    makers = people.makers(dict.fromkeys(maker for change in won for maker in change.maker_ids))
    first = next((one for change in won for one in _asked(asked, change)), None)
    release = found.get(award.release_id)
    return AwardCard(
        award=award,
        release=release,
        changes=won,
        makers=makers,
        # Whoever made it may wish not to be named.
        names=in_a_row([maker.name for maker in makers]) or gettext("Its makers"),
        titles=in_a_row([gettext("“%(title)s”") % {"title": in_language(one.text)} for one in won]),
        asker=first,
        is_asked=any(change.id in asked for change in won),
        why=why_so(award, named),
        sure=what_would_change_it(award.verdict) if award.verdict and won else "",
        results_url=reverse("results", args=[product.slug, release.version]) if release else "",
    )


def _asked(asked: dict[int, credit_queries.Thanks], change: ChangeView) -> tuple[Credited, ...]:
    return asked.get(change.id, credit_queries.NOBODY).asked.people


def in_a_row(words: Sequence[str]) -> str:
    """Return words as a sentence has them: "Lin Yue, Deng Hao and Zhao Qing"."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    comma = pgettext("between names", ", ")
    return comma.join(words[:-1]) + pgettext("between the last two names", " and ") + words[-1]


def why_so(award: AwardView, named: Named) -> str:
    """Say why nobody won, or why several share it; "" where one has it alone."""
    if award.outcome == "alone":
        return ""
    if award.outcome == "shared":
        return _why_shared(award, named)
    return _why_nobody(award, named)


def _why_nobody(award: AwardView, named: Named) -> str:
    if award.reason == "too_few":
        sentence = ngettext(
            "%(n)s person judged, and %(enough)s are needed.",
            "%(n)s people judged, and %(enough)s are needed.",
            award.n_judging,
        )
        return sentence % {"n": award.n_judging, "enough": ENOUGH}
    if award.reason == "one_change":
        return gettext("There was only one change, so there was nothing to choose between.")
    if award.reason == "too_close":
        return _too_many(award)
    if award.verdict is None:
        return gettext("The answers point nowhere clearly, and noise wins nothing.")
    end = _too_many(award) if award.n_close > MOST_SHARING else gettext("So nobody wins this week.")
    return f"{why_not_alone(award.verdict, named)} {end}"


def _why_shared(award: AwardView, named: Named) -> str:
    if award.verdict is None or award.reason == "close":
        return gettext(
            "These reports cannot say which of them is truly liked most, so they share it."
        )
    why = why_not_alone(award.verdict, named)
    return " ".join((why, gettext("So those who could be first share it.")))


def _too_many(award: AwardView) -> str:
    sentence = gettext(
        "%(n)s changes could not be told apart, and at most %(most)s share a bucket."
    )
    return sentence % {"n": award.n_close, "most": MOST_SHARING}
