"""Asking the witnesses that the policy gives an address to compare the newest checkpoint."""

from __future__ import annotations

import structlog

from caseflow.errors import CaseflowError
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.witnessing import ask_over_http, policy_of

LOG = structlog.get_logger("caseflow.jobs")


def ask_witnesses(installation: Installation) -> int:
    """Ask each that is due; answer how many signed. One that does not answer is logged and asked again later."""
    if not installation.settings.policy_file.exists():
        return 0
    signed = 0
    for witness in policy_of(installation).witnesses:
        try:
            if witness.url and ask_over_http(installation, witness):
                signed += 1
        except CaseflowError as refusal:
            LOG.warning("witness did not sign", witness=witness.shown, why=str(refusal))
    return signed
