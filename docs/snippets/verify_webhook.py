# Checks that a webhook comes from your ATS. Python 3.8 or later, standard library only.
import base64
import hashlib
import hmac
import re
import time

# Seconds by which the sender's clock may differ from yours.
TOLERANCE_SECONDS = 5 * 60


def is_authentic(secret: str, headers, raw_body: bytes) -> bool:
    """secret: the whole text that you were shown, from "whsec_" on.
    headers: a mapping that ignores case, such as request.headers of Flask, Django or FastAPI.
    raw_body: the bytes as they came, before any JSON parser.
    """
    event_id = headers.get("webhook-id") or ""
    timestamp = headers.get("webhook-timestamp") or ""
    signatures = headers.get("webhook-signature") or ""

    if not re.fullmatch("[0-9]{1,15}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False

    signed = f"{event_id}.{timestamp}.".encode() + raw_body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    return any(
        hmac.compare_digest(signature.encode(), expected)
        for signature in signatures.split(" ")
    )


def key_of(secret: str) -> bytes:
    """An empty key would let anybody sign: a secret that was not set must not go unnoticed."""
    prefix, key = secret[:6], base64.b64decode(secret[6:], validate=True)
    if prefix != "whsec_" or len(key) < 24:
        raise ValueError('the webhook secret must be the whole text, from "whsec_" on')
    return key
