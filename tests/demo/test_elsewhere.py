"""What the people of the town say elsewhere."""

from pathlib import Path

from canyu.demo.elsewhere import heard_elsewhere
from canyu.demo.services.perform import PERFORMERS
from canyu.demo.story import read_story

STORY = Path(__file__).resolve().parents[2] / "canyu" / "demo" / "data" / "story.json"


def test_it_speaks_of_topics_and_people_that_the_story_has(tmp_path: Path) -> None:
    story = read_story(STORY)
    topics = {topic["key"]: topic["week"] for topic in story.topics}
    team = {one["handle"] for one in story.team}
    acts = list(heard_elsewhere(STORY))
    assert {what for _, what, _ in acts} <= PERFORMERS.keys()
    places = [facts["place"] for _, _, facts in acts]
    assert {place["by"] for place in places} <= team
    words = [word for place in places for word in place["words"]]
    assert {word["voice_in"] for word in words if "voice_in" in word} <= topics.keys()
    # Whoever looks around finds something that waits.
    assert len([word for word in words if "voice_in" not in word]) > 2
    assert list(heard_elsewhere(tmp_path / "story.json")) == []
