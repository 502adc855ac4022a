"""The form in which people write remarks, and change them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from canyu.remarks.rules import LONGEST_REMARK


class RemarkForm(forms.Form):
    """Words about something."""

    text = forms.CharField(
        label=_("Your words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_REMARK,
        strip=True,
    )
