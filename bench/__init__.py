"""Measurements: one command a file; docs/benchmarks.md holds what they found."""
