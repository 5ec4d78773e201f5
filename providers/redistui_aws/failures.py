"""What boto3 raises, in the words of the contract: with the vendor's code and request id, and without any secret."""

from redistui.model.errors import ProviderError, ProviderErrorKind

_KINDS = {
    ProviderErrorKind.AUTHENTICATION: (
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    ),
    ProviderErrorKind.THROTTLED: (
        "APICallRateForCustomerExceeded",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    ),
    ProviderErrorKind.CONFLICT: ("InvalidCacheClusterState", "InvalidReplicationGroupState"),
    ProviderErrorKind.NOT_FOUND: ("CacheClusterNotFound", "ReplicationGroupNotFoundFault"),
    ProviderErrorKind.UNSUPPORTED: ("InvalidAction",),
}
_KIND_OF = {code: kind for kind, codes in _KINDS.items() for code in codes}
_HINTS = {
    ProviderErrorKind.AUTHENTICATION: "sign in again (aws sso login), or ask for the permission that is named",
    ProviderErrorKind.THROTTLED: "others use up the account's rate: try again in a while",
    ProviderErrorKind.CONFLICT: "wait until the group is available",
    ProviderErrorKind.NETWORK: "check the network and the proxy of this machine",
    ProviderErrorKind.UNKNOWN: "look again before anything is repeated",
}
# Nothing was sent: the credentials or the settings on this machine are not right.
_LOCAL = {
    "NoCredentialsError": "no credentials were found",
    "PartialCredentialsError": "the credentials are incomplete",
    "CredentialRetrievalError": "the credentials could not be fetched",
    "ProfileNotFound": "there is no such profile",
    "SSOTokenLoadError": "the sign-in has expired",
    "TokenRetrievalError": "the sign-in has expired",
    "UnauthorizedSSOTokenError": "the sign-in has expired",
    "InvalidRegionError": "the region's name is not valid",
    "NoRegionError": "there is no region",
}
# The connection was never made.
_NOT_SENT = {"ConnectTimeoutError", "EndpointConnectionError", "ProxyConnectionError", "SSLError"}
_LONGEST_MESSAGE = 300


def translated(error: Exception, operation: str, *, change: bool) -> ProviderError:
    """Messages of the SDK may name URLs and parameters: only the vendor's own answers are repeated."""
    kind_name = type(error).__name__
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        return _answered(response, operation, change=change)
    if kind_name in _LOCAL:
        kind = ProviderErrorKind.AUTHENTICATION
        return ProviderError(kind, f"AWS {operation}: {_LOCAL[kind_name]}", hint=_HINTS[kind], code=kind_name)
    if kind_name == "ParamValidationError":
        words = f"AWS {operation}: the parameters do not fit the service's model, nothing was sent"
        return ProviderError(ProviderErrorKind.REFUSED, words, hint="report it", code=kind_name)
    if kind_name in _NOT_SENT:
        kind = ProviderErrorKind.NETWORK
        return ProviderError(
            kind, f"AWS {operation}: no connection, nothing was sent", hint=_HINTS[kind], code=kind_name
        )
    kind = ProviderErrorKind.UNKNOWN if change else ProviderErrorKind.NETWORK
    words = f"AWS {operation}: " + ("it was sent and no answer came" if change else "no answer came")
    return ProviderError(kind, words, hint=_HINTS[kind], code=kind_name)


def _answered(response: dict[str, dict[str, object]], operation: str, *, change: bool) -> ProviderError:
    code = str(response["Error"].get("Code", ""))
    message = " ".join(str(response["Error"].get("Message", "")).split())[:_LONGEST_MESSAGE]
    told = response.get("ResponseMetadata", {})
    request_id, status = str(told.get("RequestId", "")), told.get("HTTPStatusCode")
    kind = _KIND_OF.get(code, ProviderErrorKind.REFUSED)
    if "Quota" in code or ("LimitExceeded" in code and kind is ProviderErrorKind.REFUSED):
        kind = ProviderErrorKind.QUOTA
    if isinstance(status, int) and status >= 500 and kind is not ProviderErrorKind.THROTTLED:
        # The service broke down over it: it may have been carried out.
        kind = ProviderErrorKind.UNKNOWN if change else ProviderErrorKind.NETWORK
    words = f"AWS {operation}: {code}: {message}" + (f" (request {request_id})" if request_id else "")
    return ProviderError(kind, words, hint=_HINTS.get(kind, ""), code=code, request_id=request_id)
