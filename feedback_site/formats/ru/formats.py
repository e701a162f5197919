"""The year with its word in full: Django's own end in the dot of an abbreviation, which a sentence then doubles."""

DATE_FORMAT = r"j E Y \г\о\д\а"
DATETIME_FORMAT = r"j E Y \г\о\д\а, H:i"
