"""Pages for people.

It owns urls, views, forms and templates. A view parses, calls one service and
renders; it sees no model class and decides nothing.
"""
