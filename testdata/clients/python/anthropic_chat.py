"""Asks its argument in one message and prints the answer."""

import json
import sys

from anthropic import Anthropic

message = Anthropic().messages.create(
    model="claude-sonnet-4-6",
    max_tokens=1024,
    messages=[{"role": "user", "content": sys.argv[1]}],
)
print(json.dumps({"text": message.content[0].text, "finish": message.stop_reason}))
