"""Which act of the story happens how: through the services that everybody uses."""

from collections.abc import Callable, Mapping

from canyu.demo.services.amends import answer_repair, certify, finish_repair
from canyu.demo.services.digging import decide_on_pain, join_late, look_for_pains, say_it_too
from canyu.demo.services.elsewhere import bring_words
from canyu.demo.services.forum import (
    add_voices,
    answer_topic,
    comment,
    mark_comment,
    merge_topic,
    move_plan,
    raise_topic,
    solve_topic,
)
from canyu.demo.services.judging import fill
from canyu.demo.services.releasing import publish, remark, tell_exposure
from canyu.demo.services.stage import Facts, Stage

PERFORMERS: Mapping[str, Callable[[Stage, Facts], None]] = {
    "raise_topic": raise_topic,
    "add_voices": add_voices,
    "comment": comment,
    "mark_comment": mark_comment,
    "solve_topic": solve_topic,
    "merge_topic": merge_topic,
    "answer_topic": answer_topic,
    "move_plan": move_plan,
    "publish": publish,
    "remark": remark,
    "tell_exposure": tell_exposure,
    "fill": fill,
    "certify": certify,
    "answer_repair": answer_repair,
    "finish_repair": finish_repair,
    "bring_words": bring_words,
    "say_it_too": say_it_too,
    "join_late": join_late,
    "look_for_pains": look_for_pains,
    "decide_on_pain": decide_on_pain,
}
