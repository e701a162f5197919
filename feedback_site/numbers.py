"""Numbers that a request names."""


def whole_number(text: str, digits: int = 18) -> int | None:
    """The number that `text` writes in decimal digits; None for anything else, and for what no column holds."""
    return int(text) if text.isdecimal() and len(text) <= digits else None
