"""What a person says of a text."""

from django import forms

from analytics.text.models import Sentiment

SKIP = "skip"


class JudgeForm(forms.Form):
    """`answer_updated_at` is that of the text that was on the page: another one was not read."""

    label = forms.ChoiceField(choices=Sentiment.Label.choices)
    answer_updated_at = forms.DateTimeField()


class CheckForm(JudgeForm):
    """The same of the text that was drawn, which can be skipped too."""

    label = forms.ChoiceField(choices=[*Sentiment.Label.choices, (SKIP, "")])
    answer = forms.IntegerField()
