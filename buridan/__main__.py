"""The command line: `buridan run | load | demo | route | check | journal verify | export | backup | restore`."""

import sys

from buridan.lancement.commandes import main

if __name__ == "__main__":
    sys.exit(main())
