"""The long proof: `python -m tests.faults --minutes 30 --database both`; see docs/reliability.md."""

from tests.faults.longrun import main

if __name__ == "__main__":
    raise SystemExit(main())
