"""Finding the signer that the settings name, and saying once whom to trust about its log."""

from __future__ import annotations

from caseflow.adapters.whole_file import write_whole
from caseflow.messages import N_, say
from caseflow.settings import Settings
from caseflow.trail.refusals import TrailError
from caseflow.trail.remote_signer import RemoteSigner
from caseflow.trail.signer import is_socket, Signer, Signing

POLICY_MODE = 0o644


def open_signer(settings: Settings) -> Signing:
    """The signer: the one behind the socket that stands in place of the key, else the key's own, here.

    Key, state and HOME/policy.txt are made where none of them is there yet. Raises SigningKeyLost, SignerLost,
    SignerUnreachable and SettingsError.
    """
    signer: Signing
    if is_socket(settings.signing_key_file):
        signer = RemoteSigner(settings.signing_key_file)
    elif settings.policy_file.exists() and not settings.signing_key_file.exists():
        raise key_lost(settings)
    else:
        signer = Signer(settings.origin, settings.signing_key_file)
    if not settings.policy_file.exists():
        policy = f"log {signer.vkey}\nquorum none\n"
        write_whole(settings.policy_file, policy.encode("utf-8"), POLICY_MODE)
    return signer


def has_signer(settings: Settings) -> bool:
    """Whether anything can have been signed yet: there is a key, or a socket in its place."""
    return settings.signing_key_file.exists() or is_socket(settings.signing_key_file)


class SigningKeyLost(TrailError):
    """The log was signed before, but the key that signed it is not there."""

    code = "signing_key_lost"
    http_status = 500


def key_lost(settings: Settings) -> SigningKeyLost:
    """The refusal to go on with another key than the one that signed."""
    text = N_(
        "The log was signed before, but the signing key %(path)s is missing."
        " Restore it, with its state beside it (%(path)s.state)."
    )
    return SigningKeyLost(say(text, path=settings.signing_key_file))
