"""Ways in and out.

It owns notices, mail, chat, feeds and webhooks, and the reading of releases and reports from files.
It never decides what a release or a report means, and never writes another room's tables.
"""
