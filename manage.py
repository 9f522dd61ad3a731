#!/usr/bin/env python
"""The door for commands: ``python manage.py help`` lists them."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import Error


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accountability.settings")
    try:
        execute_from_command_line(sys.argv)
    except Error as failed:
        from accountability.setup import prepare  # only here: reading the settings is the command's own affair

        if prepare.was_done():
            raise
        sys.exit(f"{prepare.NOT_DONE} ({str(failed).strip().splitlines()[0]})")


if __name__ == "__main__":
    main()
