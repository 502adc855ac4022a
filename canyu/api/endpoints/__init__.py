"""Endpoints, one file a family: each parses, calls one service or some queries, and answers."""
