"""The form field for photos: several at once, bounded in number and size; what is in them is looked at when they are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from . import rules

MOST_AT_ONCE = 6


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A list of uploaded files, at most ``most`` of them. Empty and odd files pass: evidence keeps or refuses each with a sentence."""

    widget = PhotosInput(attrs={"accept": "image/*"})

    def __init__(self, *, most: int = MOST_AT_ONCE, **kwargs: Any) -> None:
        self.most = most
        super().__init__(required=False, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(PhotosField, self).clean(file, initial) for file in (data or [])]
        if len(files) > self.most:
            raise forms.ValidationError(_("At most %(most)s photos at once. Add the others afterwards.") % {"most": self.most})
        if any(file.size > rules.most_bytes("photo") for file in files):
            raise forms.ValidationError(_("A photo may have at most 15 MB. Choose a smaller one."))
        return files
