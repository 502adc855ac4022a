"""Canyu: a participation engine for teams that ship every week.

The rooms of this package and the order in which they may import one another
are drawn in ARCHITECTURE.md and checked by import-linter.
"""
