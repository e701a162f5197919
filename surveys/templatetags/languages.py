"""`{% load languages %}`: a language by its own name."""

from django import template

from surveys.customers.languages import language_name

register = template.Library()
register.filter(language_name)
