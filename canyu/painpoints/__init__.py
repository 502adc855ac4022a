"""What many say in their own words.

It owns wordings, the index that finds what is alike, pain points and what was decided on them.
It never moves what a person confirmed, and never counts a post where it means a person.
"""
