"""``python -m evaluation report|gate|magnitude``: measure, print, and keep what was measured."""

import sys

try:
    from evaluation.commands import main
except ModuleNotFoundError as missing:
    sys.exit(f"evaluation: no {missing.name}; install the extra: pip install -e '.[eval]'")

if __name__ == "__main__":
    main()
