"""Fourteen people who want one thing, in their own words: the story of the screenshot.

Written down on 2026-11-22, before anything was tuned or even run on them, and left as they are.
"""

WORDINGS = (
    ("en", "How do I take a screenshot?", "I want to show a friend what is on my phone."),
    ("zh", "怎么截屏？", "新手，找了半天没找到。"),
    ("zh", "截图的按钮在哪里", "以前的手机下拉就有，这个没看到。"),
    ("en", "Is there a way to capture the screen?", ""),
    ("zh", "想把屏幕上的内容存成图片，要怎么弄", "家里老人问我，我也不会。"),
    ("en", "Screenshots need two buttons at once and I never get it right", "I get the volume."),
    ("zh", "截屏要同时按两个键，总是按不准", "十次有八次变成锁屏。"),
    ("en", "Can't grab a picture of a chat to send on", "The buttons are too far apart for me."),
    ("zh", "能不能一键截图", "希望像关灯一样简单。"),
    ("en", "Save what my screen shows as a picture", "For a bill that I have to hand in."),
    ("zh", "聊天记录怎么截下来发给别人", ""),
    ("en", "print screen on this phone??", ""),
    ("mixed", "请问这个系统怎么 screenshot", "power + volume 没反应。"),
    ("en", "Taking a screen shot with one hand is impossible", "One tap would do."),
)
