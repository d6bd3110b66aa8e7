# Runs verify_webhook.py over deliveries from standard input: one a line, one verdict a line.
import base64
import sys

from verify_webhook import is_authentic

NAMES = ["webhook-id", "webhook-timestamp", "webhook-signature"]

for line in sys.stdin:
    secret, *values, body = line.rstrip("\n").split("\t")
    headers = {name: value for name, value in zip(NAMES, values) if value != "-"}
    try:
        authentic = is_authentic(secret, headers, base64.b64decode(body))
        print("accepted" if authentic else "refused")
    except Exception:
        print("error")
