"""Surveys: any best-worst survey's CSV in; a judgement as a table, JSON or a page out.

Owns how such a file is read, what is asked of the core about it, and the
words and charts that tell the answer to somebody who never saw a logit.
Never opens a file, a database or a setting, never makes a folder; knows
nothing of releases, members or any other room: only the core.
"""
