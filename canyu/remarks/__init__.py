"""Words that people wrote, on anything.

It owns remarks, replies and the words in a report's cells. It knows its
subject only by kind and id, and never decides who may see the subject.
"""
