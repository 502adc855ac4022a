"""Textmine: texts and vectors in; what says the same, what is asked more, what fell silent out.

Owns plain text, terms, likeness, groups of posts, their labels and their rates.
Never reads a clock, a setting or a database; never draws a random number that
the caller did not hand it the generator for; knows posts and people only by number.
"""

from canyu.textmine.encoders import Encoder, UniversalEncoder, usual_encoder
from canyu.textmine.plain import plain_text
from canyu.textmine.terms import terms_of

__all__ = [
    "Encoder",
    "UniversalEncoder",
    "plain_text",
    "terms_of",
    "usual_encoder",
]
