"""Hebrew writes thousands as English does; Django's own formats leave them ungrouped."""

NUMBER_GROUPING = 3
