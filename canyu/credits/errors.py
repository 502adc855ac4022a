"""Refusals about credits: none yet, facts are not asked for."""
