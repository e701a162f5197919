"""Texts as the engines read them: without mark-up, addresses and control characters, and with stretched letters drawn in."""

import re
import unicodedata

LONGEST = 20_000  # characters that are read: what a person feels shows itself before
TAG = re.compile("</?[A-Za-z][^<>]{0,200}>")
# Each part is bounded and begins where a word does: a wall of "@" must not be looked at from every place in it.
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]{1,64}@(?=[^\s@]{0,200}\.[^\s@])[^\s@]+|(?<![\w@])@\w+")
NUMBER = re.compile(r"\+?\d(?:[ ()./-]{0,3}\d){6,}")  # of a telephone, an order or a card: it says nothing of what one feels
STRETCHED = re.compile(r"(.)\1{2,}", re.S)
INVISIBLE = {"Cc", "Cf"}  # control characters and marks of direction; line breaks become spaces before


def clean(text: str) -> str:
    """`text` in one line of compatible characters (NFKC), small letters, at most two of one character in a row."""
    text = TAG.sub(" ", text[:LONGEST])
    text = ADDRESS.sub(" ", text)
    text = unicodedata.normalize("NFKC", " ".join(text.split())).lower()
    text = "".join(letter for letter in text if unicodedata.category(letter) not in INVISIBLE)
    return STRETCHED.sub(r"\1\1", text)
