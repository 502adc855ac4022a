"""The four-cell report.

It owns report windows, screens, reports, tallies and repairs. It never shows
a count before the close, and never ranks what the answers cannot order.
"""
