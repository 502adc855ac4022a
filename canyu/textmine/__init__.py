"""Textmine: texts and vectors in; what says the same, what is asked more, what fell silent out.

Owns plain text, terms, likeness, groups of posts, their labels and their rates.
Never reads a clock, a setting or a database; never draws a random number that
the caller did not hand it the generator for; knows posts and people only by number.
"""

from canyu.textmine.boilerplate import Boilerplate
from canyu.textmine.encoders import Encoder, UniversalEncoder, usual_encoder
from canyu.textmine.english import EnglishEncoder, JoinedEncoder, joined_encoder
from canyu.textmine.errors import EncoderMissing, WrongVectors
from canyu.textmine.lexical import Lexical
from canyu.textmine.likeness import SAYS_THE_SAME, likeness
from canyu.textmine.plain import plain_text
from canyu.textmine.similar import Hit, Post, Similar, text_encoded
from canyu.textmine.terms import terms_of
from canyu.textmine.vectors import Vectors, pack_vector, unpack_vector

__all__ = [
    "SAYS_THE_SAME",
    "Boilerplate",
    "Encoder",
    "EncoderMissing",
    "EnglishEncoder",
    "Hit",
    "JoinedEncoder",
    "Lexical",
    "Post",
    "Similar",
    "UniversalEncoder",
    "Vectors",
    "WrongVectors",
    "joined_encoder",
    "likeness",
    "pack_vector",
    "plain_text",
    "terms_of",
    "text_encoded",
    "unpack_vector",
    "usual_encoder",
]
