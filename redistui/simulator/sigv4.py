"""Checks AWS Signature Version 4 of an incoming request by making the signature anew."""

import hmac
import re
from collections.abc import Mapping

from .refusal import CloudRefusal

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>\S+), ?SignedHeaders=(?P<headers>[^,]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


def verify(
    url: str, headers: Mapping[str, str], body: bytes, *, credentials: Mapping[str, str], region: str, service: str
) -> None:
    """`credentials` are secrets by access key id. Raises CloudRefusal as AWS does."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    told = {name.lower(): value for name, value in headers.items()}
    found = _AUTHORIZATION.fullmatch(told.get("authorization", ""))
    if found is None:
        raise CloudRefusal("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    secret = credentials.get(found["key"])
    if secret is None:
        raise CloudRefusal("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    timestamp = told.get("x-amz-date", "")
    scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    signed = {name: told[name] for name in found["headers"].split(";") if name in told}
    request = AWSRequest("POST", url, headers=signed, data=body)
    request.context["timestamp"] = timestamp
    auth = SigV4Auth(Credentials(found["key"], secret), service, region)
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    if found["scope"] != scope or not hmac.compare_digest(expected, found["signature"]):
        raise CloudRefusal(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            403,
        )
