"""Running the command line in this process, at a home of the test's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from caseflow.cli import main


class Commands:
    """`caseflow …` at one home; a fault is raised, a refusal answered."""

    def __init__(self, home: Path, language: str = "en") -> None:
        self.environ = {"CASEFLOW_HOME": str(home), "CASEFLOW_LANGUAGE": language, "CASEFLOW_DEBUG": "1"}

    def run(self, *arguments: object) -> Result:
        """Run one command."""
        result = CliRunner().invoke(main, [str(one) for one in arguments], env=self.environ)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def done(self, *arguments: object) -> str:
        """Standard output of a command that must succeed."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def answered(self, *arguments: object) -> Any:
        """The JSON answer of a command that must succeed."""
        return json.loads(self.done(*arguments, "--json"))

    def refused(self, *arguments: object) -> Result:
        """A command that must be refused, in one line on standard error."""
        result = self.run(*arguments)
        assert result.exit_code == 1, result.output
        assert result.stderr.count("\n") == 1, result.stderr
        return result
