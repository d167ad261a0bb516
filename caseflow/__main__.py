"""`python -m caseflow` is `caseflow`."""

from caseflow.cli import main

if __name__ == "__main__":
    main(prog_name="caseflow")
