#!/usr/bin/env python3
"""Entry point of every command: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huaweicrm.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from core.engine_place import trouble

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        said = "" if "--traceback" in sys.argv else trouble(error)
        if not said:
            raise
        raise SystemExit(said) from error


if __name__ == "__main__":
    main()
