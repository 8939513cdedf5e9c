"""`{{ cause|shown }}`: a stored sentence in the reader's language."""

from django import template

from syncjobs.sentences import shown

register = template.Library()
register.filter("shown", shown)
