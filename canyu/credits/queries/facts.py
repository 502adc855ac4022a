"""The facts from which credits follow, gathered from the rooms that own them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from canyu.credits.models import Credit, Entry, Mark, Noted
from canyu.credits.rules import ByHand, Due, Fact, Moments, Who, credits_due
from canyu.members import queries as members
from canyu.painpoints.queries.askers import askers_for, dug_for
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.remarks import queries as remarks
from canyu.topics import queries as topics
from canyu.topics.rules import mentioned, mentions_in

Facts = dict[int, list[Fact]]
Given = Mapping[tuple[int, Who], datetime]
NOTHING_YET: Given = {}


@dataclass(frozen=True)
class _Source:
    """A remark by which somebody helped, who said so, and when."""

    kind: str
    remark_id: int
    by_id: int | None
    at: datetime


def dues_of(changes: Sequence[ChangeView], *, until: datetime) -> dict[int, list[Due]]:
    """{change id: the credits due for it} by what happened up to a moment.

    Before a release goes out this tells whom it would thank. The number of queries does not grow
    with the changes.
    """
    moments = Moments(until, until)
    facts = facts_of(changes, until=until)
    return {
        change.id: credits_due(facts[change.id], maker_ids=change.maker_ids, moments=moments)
        for change in changes
    }


def dues_of_release(release: ReleaseView) -> dict[int, list[Due]]:
    """{change id: the credits due for it} of a release that went out, or of the past."""
    changes = releases.changes_of([release.id])
    entries = _entries([change.id for change in changes])
    if release.is_history:
        facts, moments = _noted(release, changes), Moments(None, None)
    else:
        out = release.published_at
        if out is None:
            return {}
        rings = releases.roll_out_of(release.id).values()
        moments = Moments(out, max([out, *rings]))
        given = _given_in(release.id)
        facts = facts_of(changes, until=out, everybody=moments.everybody, given=given)
    return {
        change.id: credits_due(
            facts[change.id],
            # Of the past only what a record says is known.
            maker_ids=() if release.is_history else change.maker_ids,
            moments=moments,
            entries=entries.get(change.id, ()),
        )
        for change in changes
    }


def facts_of(
    changes: Sequence[ChangeView],
    *,
    until: datetime,
    everybody: datetime | None = None,
    given: Given = NOTHING_YET,
) -> Facts:
    """{change id: every fact that may count for it}; whether it does, the rules say.

    `given`: when somebody was credited for asking for a change, by (change, person).
    """
    found: Facts = {change.id: [] for change in changes}
    from_topic: dict[int, list[int]] = {}
    for change in changes:
        for topic_id in change.topic_ids:
            from_topic.setdefault(topic_id, []).append(change.id)
    named = set(from_topic)
    families = topics.families_of(named)
    for one in topics.askings_of(sorted(named), families, until=until):
        kind = "raised" if one.is_author else "voice"
        fact = Fact(kind, Who(one.member_id), one.at, one.since, topic_id=one.topic_id)
        for change_id in from_topic[one.topic_id]:
            found[change_id].append(_as_given(fact, change_id, given))
    _add_pains(found, until, given)
    trees = families.trees(named, until)
    _add_help(found, changes, trees, everybody or until)
    for change in changes:
        makers = (Fact("maker", Who(one), until, until) for one in change.maker_ids)
        found[change.id] += makers
    return found


def _add_pains(found: Facts, until: datetime, given: Given) -> None:
    by_change: dict[int, list[Fact]] = {}
    for one in askers_for(list(found), until=until):
        fact = Fact("pain", Who(one.member_id), one.at, one.since)
        by_change.setdefault(one.change_id, []).append(_as_given(fact, one.change_id, given))
    for change_id, facts in by_change.items():
        facts.sort(key=lambda one: (one.at, one.who))
        # Words that were changed afterwards make nobody the first.
        first = next((one for one in facts if one.said_at <= until), None)
        found[change_id] += [
            replace(one, kind="pain_first") if one is first else one for one in facts
        ]


def _add_help(
    found: Facts,
    changes: Sequence[ChangeView],
    trees: Mapping[int, frozenset[int]],
    everybody: datetime,
) -> None:
    about: dict[tuple[str, int], set[int]] = {("change", one.id): {one.id} for one in changes}
    for change in changes:
        for topic_id in change.topic_ids:
            for one in trees[topic_id]:
                about.setdefault(("topic", one), set()).add(change.id)
    topic_ids = [subject_id for kind, subject_id in about if kind == "topic"]
    sources = [
        (("topic", topic_id), _Source("solution", remark_id, by_id, at))
        for topic_id, (remark_id, at, by_id) in topics.solved_among(topic_ids).items()
    ]
    sources += _marks(about)
    said = {one.id: one for one in remarks.said_in({one.remark_id for _, one in sources})}
    edits = remarks.edits_of(said)
    for place, source in sources:
        words = said.get(source.remark_id)
        if words is None or words.is_gone:
            continue
        # What the words were when somebody vouched for them.
        before = [at for at in edits.get(source.remark_id, ()) if at <= source.at]
        fact = Fact(
            source.kind,
            Who(words.author_id),
            words.at,
            # When it was said to have helped counts for an answer: it has to have helped before.
            max([words.at, *before, *([source.at] if source.kind == "solution" else [])]),
            by_id=source.by_id,
            topic_id=place[1] if place[0] == "topic" else None,
            remark_id=source.remark_id,
        )
        for change_id in about[place]:
            found[change_id].append(fact)
    _add_dug(found, everybody)


def _marks(about: Iterable[tuple[str, int]]) -> list[tuple[tuple[str, int], _Source]]:
    wanted = set(about)
    rows = Mark.objects.filter(
        back_at=None,
        subject_kind__in={kind for kind, _ in wanted},
        subject_id__in={subject_id for _, subject_id in wanted},
    ).order_by("id")
    return [
        ((row.subject_kind, row.subject_id), _Source(row.kind, row.remark_id, row.actor_id, row.at))
        for row in rows
        if (row.subject_kind, row.subject_id) in wanted
    ]


def _add_dug(found: Facts, until: datetime) -> None:
    notes = [one for one in dug_for(list(found)) if one.at <= until]
    handles = {handle for one in notes for handle in mentions_in(one.words)}
    if not handles:
        return
    known = {one.handle: one.id for one in members.members_by_handle(sorted(handles))}
    for note in notes:
        for _place, _length, handle in mentioned(note.words, known):
            fact = Fact("dug", Who(known[handle]), note.at, note.at, by_id=note.author_id)
            found[note.change_id].append(fact)


def _given_in(release_id: int) -> Given:
    rows = Credit.objects.filter(release_id=release_id, asked_at__isnull=False)
    told = rows.values_list("change_id", "member_id", "at")
    return {(change_id, Who(member_id or 0)): at for change_id, member_id, at in told}


def _as_given(fact: Fact, change_id: int, given: Given) -> Fact:
    """Let count what was credited before the words were changed, or the topics put together.

    Changing old words brings nobody a credit, and takes none away.
    """
    at = given.get((change_id, fact.who))
    return replace(fact, said_at=fact.at) if at is not None and at < fact.said_at else fact


def _noted(release: ReleaseView, changes: Sequence[ChangeView]) -> Facts:
    by_key = {change.key: change.id for change in changes}
    found: Facts = {change.id: [] for change in changes}
    rows = Noted.objects.filter(product_id=release.product_id, version=release.version)
    for row in rows.order_by("id"):
        if row.change_key in by_key:
            fact = Fact("past", Who(named_id=row.named_id), row.at, row.at, role=row.role)
            found[by_key[row.change_key]].append(fact)
    return found


def _entries(change_ids: Sequence[int]) -> dict[int, list[ByHand]]:
    found: dict[int, list[ByHand]] = {}
    for row in Entry.objects.filter(change_id__in=change_ids).order_by("id"):
        who = Who(row.member_id or 0, row.named_id or 0)
        entry = ByHand(who, row.role, row.is_withdrawn, row.at)
        found.setdefault(row.change_id, []).append(entry)
    return found
