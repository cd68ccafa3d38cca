"""Sets PDF documents with typst; user text is data, never markup."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
from django.conf import settings

from core.later import Later

typst = Later("typst")
FOLDER = Path(settings.BASE_DIR) / "templates" / "typst"


@lru_cache(maxsize=1)
def _fonts() -> Any:
    return typst.Fonts(
        include_system_fonts=False, font_paths=[str(Path(manimgx_fonts_cjk.__file__).parent)]
    )


def typeset(template: str, document: dict[str, Any]) -> bytes:
    """The PDF of a template of templates/typst with `document` as its data."""
    return typst.compile(
        str(FOLDER / template),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(document, ensure_ascii=False)},
    )
