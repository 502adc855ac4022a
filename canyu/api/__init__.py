"""JSON for programs.

It owns endpoints, keys' checks and schemas. An endpoint parses, calls one
service and answers; it sees no model class and decides nothing.
"""
