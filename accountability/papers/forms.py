"""The two ways to ask whether a paper is genuine: by its code, or by the file itself."""

from __future__ import annotations

import hashlib

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import rules

MOST_BYTES = 20 * 1024 * 1024


class Asking(forms.Form):
    @property
    def http_status(self) -> int:
        """200 for a fresh form, 422 for wrong input."""
        return 422 if self.is_bound and self.errors else 200


class CodeForm(Asking):
    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        help_text=gettext_lazy("12 letters and digits beside the QR code on the paper. Capital or small letters are the same."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = rules.read(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("A verification code has 12 letters and digits, like ABCD-EFGH-JKMN. Compare it with the paper."))
        return code


class FileForm(Asking):
    """A PDF to be compared byte for byte. Nothing of it is kept."""

    pdf = forms.FileField(
        label=gettext_lazy("PDF file"),
        help_text=gettext_lazy("The file is compared byte for byte and not kept. A scan or a photo of the paper cannot be compared."),
        max_length=255,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_pdf(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["pdf"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than %(most)s. No paper issued here is that large: it is not the issued file.")
                % {"most": filesizeformat(MOST_BYTES)}
            )
        head = file.read(1024)
        file.seek(0)
        if b"%PDF-" not in head:
            raise forms.ValidationError(
                _("This is not a PDF file, so it cannot be compared. Use the verification code beside the QR code on the paper.")
            )
        return file

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.cleaned_data["pdf"].chunks():
            digest.update(chunk)
        return digest.hexdigest()
