"""Let `python -m assistant` run the command line."""

import sys

from assistant.cli import main

sys.exit(main())
