"""The text of a PDF, as a reader of the document finds it."""

from __future__ import annotations

import pypdfium2


def text_of(pdf: bytes) -> str:
    """The words of all pages without any white space: lines break where the paper ends."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return squeezed("".join(pages))


def squeezed(text: str) -> str:
    """A text without white space, to be looked for on paper."""
    return "".join(text.split())
