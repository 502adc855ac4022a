"""What went out.

It owns trains, releases, changes, their makers and pictures, and the date
on which each ring got them. It never opens a report, and never judges.
"""
