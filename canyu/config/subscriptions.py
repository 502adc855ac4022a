"""Who hears of what. Read from top to bottom, this is everything that follows from a fact."""

from django.conf import settings

from canyu.awards import services as awards
from canyu.awards.events import AwardCertified, AwardProposed
from canyu.channels import lead_notices, notices, replies, topic_notices, work_notices
from canyu.channels.events import (
    InvitationsRevoked,
    MembersInvited,
    SheetTaken,
    WebhookEnded,
)
from canyu.channels.facts import TOLD
from canyu.channels.services import forget_browsers_of, hear_fact, hear_member_left
from canyu.credits import services as credit_services
from canyu.credits.events import LeadAnswered, LeadInvited, LeadsFound, ReleaseCredited
from canyu.journal.events import DomainEvent
from canyu.journal.services import subscribe
from canyu.members.events import MemberDeactivated
from canyu.painpoints import services as painpoints
from canyu.painpoints.events import AskersAsked, PainAnswered, PainNoticed, PainVerified
from canyu.plan.events import PlanItemMoved
from canyu.products.events import HoursSet
from canyu.products.services import leave_all_rings, leave_all_teams
from canyu.releases import services as releases
from canyu.releases.events import FirstHourEnded, ReleasePublished
from canyu.remarks.events import (
    RemarkChanged,
    RemarkHidden,
    RemarkRemoved,
    RemarkShown,
    RemarkWritten,
    WordsFlagged,
)
from canyu.reports.events import RepairAnswered, RepairOpened, ReportClosed, ReportOpened
from canyu.reports.services import schedule_report
from canyu.topics.events import (
    MembersMentioned,
    SpeakerIdentified,
    TopicEdited,
    TopicGiven,
    TopicHidden,
    TopicMerged,
    TopicMoved,
    TopicRaised,
    TopicRose,
    TopicShown,
    TopicSolved,
    TopicStatusSet,
    TopicUnmerged,
    VoiceAdded,
    VoiceWithdrawn,
)
from canyu.topics.services import plan_rise, plan_rises
from canyu.web.zone import zone_of


def subscribe_all() -> None:  # noqa: PLR0915 - a list, to be read from top to bottom
    """Tell the journal every subscription of the product; safe to call twice."""
    subscribe(MemberDeactivated, _leave_products, subscriber="products")
    subscribe(ReleasePublished, _schedule_report, subscriber="reports")
    subscribe(ReleasePublished, credit_services.hear_release_published, subscriber="credits")
    subscribe(ReleaseCredited, notices.hear_release_credited, subscriber="notices")
    subscribe(ReportOpened, notices.hear_report_opened, subscriber="notices")
    subscribe(MembersInvited, notices.hear_members_invited, subscriber="notices")
    subscribe(ReportClosed, awards.hear_report_closed, subscriber="awards")
    subscribe(ReportClosed, notices.hear_report_closed, subscriber="notices")
    subscribe(InvitationsRevoked, notices.hear_invitations_revoked, subscriber="notices")
    subscribe(AwardProposed, notices.hear_award_proposed, subscriber="notices")
    subscribe(AwardCertified, notices.hear_award_certified, subscriber="notices")
    subscribe(RepairOpened, notices.hear_repair_opened, subscriber="notices")
    subscribe(RepairAnswered, notices.hear_repair_answered, subscriber="notices")
    subscribe(TopicRaised, topic_notices.hear_topic_raised, subscriber="notices")
    subscribe(TopicRaised, _plan_rise, subscriber="topics")
    subscribe(TopicEdited, _plan_rise, subscriber="topics")
    subscribe(TopicMoved, _plan_rise, subscriber="topics")
    subscribe(HoursSet, _plan_rises, subscriber="topics")
    subscribe(TopicGiven, work_notices.hear_topic_given, subscriber="notices")
    subscribe(TopicMoved, topic_notices.hear_topic_moved, subscriber="notices")
    subscribe(TopicStatusSet, topic_notices.hear_topic_status_set, subscriber="notices")
    subscribe(TopicMerged, topic_notices.hear_topic_merged, subscriber="notices")
    subscribe(TopicSolved, topic_notices.hear_topic_solved, subscriber="notices")
    subscribe(TopicRose, topic_notices.hear_topic_rose, subscriber="notices")
    subscribe(TopicHidden, topic_notices.hear_topic_hidden, subscriber="notices")
    subscribe(VoiceAdded, topic_notices.hear_voice_added, subscriber="notices")
    subscribe(MembersMentioned, topic_notices.hear_members_mentioned, subscriber="notices")
    subscribe(TopicRaised, painpoints.hear_topic, subscriber="painpoints")
    subscribe(TopicEdited, painpoints.hear_topic, subscriber="painpoints")
    subscribe(TopicHidden, painpoints.hear_topic, subscriber="painpoints")
    subscribe(TopicShown, painpoints.hear_topic, subscriber="painpoints")
    subscribe(TopicMerged, painpoints.hear_topic, subscriber="painpoints")
    subscribe(TopicUnmerged, painpoints.hear_topic, subscriber="painpoints")
    subscribe(TopicMoved, painpoints.hear_topic, subscriber="painpoints")
    subscribe(RemarkWritten, painpoints.hear_remark, subscriber="painpoints")
    subscribe(RemarkChanged, painpoints.hear_remark, subscriber="painpoints")
    subscribe(RemarkRemoved, painpoints.hear_remark, subscriber="painpoints")
    subscribe(RemarkHidden, painpoints.hear_remark, subscriber="painpoints")
    subscribe(RemarkShown, painpoints.hear_remark, subscriber="painpoints")
    subscribe(VoiceAdded, painpoints.hear_voice_counted, subscriber="painpoints")
    subscribe(VoiceWithdrawn, painpoints.hear_voice_counted, subscriber="painpoints")
    subscribe(ReportClosed, painpoints.hear_report_closed, subscriber="painpoints")
    # The credits follow from the fact that a change answers what they asked for.
    subscribe(ReleasePublished, painpoints.hear_release_published, subscriber="painpoints")
    subscribe(PlanItemMoved, painpoints.hear_plan_item_moved, subscriber="painpoints")
    subscribe(PainAnswered, credit_services.hear_pain_answered, subscriber="credits")
    subscribe(PainNoticed, notices.hear_pain_noticed, subscriber="notices")
    subscribe(AskersAsked, notices.hear_askers_asked, subscriber="notices")
    subscribe(PainVerified, notices.hear_pain_verified, subscriber="notices")
    subscribe(RemarkWritten, notices.hear_remark_written, subscriber="notices")
    subscribe(WordsFlagged, notices.hear_words_flagged, subscriber="notices")
    subscribe(WebhookEnded, notices.hear_webhook_ended, subscriber="notices")
    for told in TOLD:
        subscribe(told, _send_fact, subscriber="webhooks")
    _subscribe_leads()
    _subscribe_elsewhere()
    _subscribe_echo()


def _subscribe_leads() -> None:
    subscribe(MemberDeactivated, hear_member_left, subscriber="mail")
    subscribe(MemberDeactivated, forget_browsers_of, subscriber="browsers")
    subscribe(MemberDeactivated, credit_services.hear_member_deactivated, subscriber="credits")
    subscribe(LeadsFound, lead_notices.hear_leads_found, subscriber="notices")
    subscribe(LeadInvited, lead_notices.hear_lead_invited, subscriber="notices")
    subscribe(LeadAnswered, lead_notices.hear_lead_answered, subscriber="notices")


def _subscribe_elsewhere() -> None:
    """What was said elsewhere, and what should be told there."""
    subscribe(SheetTaken, replies.hear_sheet_taken, subscriber="sheets")
    subscribe(RemarkWritten, replies.hear_remark_written, subscriber="replies")
    subscribe(TopicSolved, replies.hear_topic_solved, subscriber="replies")
    subscribe(TopicStatusSet, replies.hear_topic_status_set, subscriber="replies")
    subscribe(SpeakerIdentified, painpoints.hear_speaker_identified, subscriber="painpoints")
    subscribe(SpeakerIdentified, credit_services.hear_speaker_identified, subscriber="credits")


def _subscribe_echo() -> None:
    """What is said of a change comes to its makers while they look."""
    subscribe(ReleasePublished, releases.hear_release_published, subscriber="echo")
    subscribe(FirstHourEnded, notices.hear_first_hour_ended, subscriber="notices")
    subscribe(RemarkWritten, releases.hear_remark, subscriber="echo")
    subscribe(RemarkChanged, releases.hear_remark, subscriber="echo")
    subscribe(RemarkRemoved, releases.hear_remark, subscriber="echo")
    subscribe(RemarkHidden, releases.hear_remark, subscriber="echo")
    subscribe(RemarkShown, releases.hear_remark, subscriber="echo")
    subscribe(TopicRaised, releases.hear_topic, subscriber="echo")
    subscribe(TopicEdited, releases.hear_topic, subscriber="echo")
    subscribe(TopicHidden, releases.hear_topic, subscriber="echo")
    subscribe(TopicShown, releases.hear_topic, subscriber="echo")
    subscribe(TopicMoved, releases.hear_topic, subscriber="echo")
    subscribe(TopicMerged, releases.hear_topic, subscriber="echo")
    subscribe(TopicUnmerged, releases.hear_topic, subscriber="echo")


def _send_fact(event: DomainEvent) -> None:
    hear_fact(event, origin=settings.CANYU_ORIGIN)


def _schedule_report(event: ReleasePublished) -> None:
    schedule_report(release_id=event.release_id, at=event.at)


def _plan_rise(event: TopicRaised | TopicEdited | TopicMoved) -> None:
    # The zone is that of the product's train, of which the forum knows nothing.
    plan_rise(topic_id=event.topic_id, zone=zone_of(event.product_id))


def _plan_rises(event: HoursSet) -> None:
    plan_rises(product_id=event.product_id, zone=zone_of(event.product_id))


def _leave_products(event: MemberDeactivated) -> None:
    leave_all_rings(member_id=event.member_id, at=event.at)
    leave_all_teams(member_id=event.member_id, at=event.at)
