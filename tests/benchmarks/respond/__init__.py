"""How fast the respondent's page is, and how heavy: `make benchmark-respond`. It prints figures; it is no test."""
