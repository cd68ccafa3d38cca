"""The PDF of a confirmation form."""

from __future__ import annotations

from typing import Any

from core.typeset import typeset


def confirmation(document: dict[str, Any]) -> bytes:
    """The PDF of `document.document_of`: A4, page x / y, hash in the footer."""
    return typeset("confirmation.typ", document)
