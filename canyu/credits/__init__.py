"""Who asked, helped and made.

It owns credits: recorded facts that somebody's asking or making led to a
change that shipped. It never gives points, and never credits history.
"""
