"""What may go wrong when a node is asked, and how a provider's refusal ends a step."""

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.wire.failures import WireFailure

from ..session import AnswerLost, Refused, WrongServer
from ..step import StepResult, failed, unknown

SILENT = (WireFailure, WrongServer)
TROUBLE = (*SILENT, AnswerLost, Refused)
# Sent, and whether it was carried out is not known; also a network that broke in between.
_UNSURE = (ProviderErrorKind.UNKNOWN, ProviderErrorKind.NETWORK)


def provider_failed(what: str, error: ProviderError) -> StepResult:
    words = f"{what}: {error.message}" + (f" ({error.hint})" if error.hint else "")
    return unknown(words) if error.kind in _UNSURE else failed(words)
