"""A form that comes with files: they are kept as soon as they arrive, also when something else in it has to be corrected."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.utils.translation import ngettext

from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from accountability.ledger.errors import Mismatch, Refused

from . import actions
from .models import Evidence


class KeepingForm(ActionForm):
    """``keeps``: field of files -> role. A browser does not send chosen files again, so whoever corrects a day would lose them.

    Files of one who may not take the step are not kept (``open_now``). ``owner``: whose evidence they are; where the record only
    comes with the form, an upload's key, and ``settle`` gives them to the record.
    """

    keeps: ClassVar[dict[str, str]] = {"photos": "photo"}
    acting: Acting

    def owner(self) -> str:
        raise NotImplementedError

    def open_now(self) -> bool:
        """Whether the gate would let this post take the step."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ref = cleaned.get("client_ref")
        for name, role in self.keeps.items():
            files = cleaned.pop(name, None) or []
            if ref is None or not files or not self.open_now():
                continue
            for file in files:
                self._keep(file, name, role, ref)
            mine = Evidence.objects.filter(owner=self.owner(), role=role, post_id=self.acting.post_id)
            if there := mine.exclude(rendition_state=Evidence.Rendition.REFUSED).count():  # one that nobody can open is chosen anew
                self[name].help_text = ngettext(
                    "%(count)s file is kept and need not be chosen again.", "%(count)s files are kept and need not be chosen again.", there
                ) % {"count": there}
        return cleaned

    def _keep(self, file: Any, name: str, role: str, ref: uuid.UUID) -> None:
        try:
            actions.keep_upload(file, form_ref=ref, owner=self.owner(), role=role, by=self.acting)
        except Refused as refusal:
            self.add_error(name, str(refusal))
        except Mismatch:
            # The key is the form, the role and the bytes: this very file came before, and lies with the record by now. What the
            # form says is compared by its action.
            return

    def settle(self, owner: str) -> None:
        """Give what waits under the upload's key to the record that came of the form."""
        for file in Evidence.objects.filter(owner=self.owner(), post_id=self.acting.post_id).order_by("pk"):
            actions.attach(file, owner=owner, by=self.acting)
