"""Asks its argument in a streamed message and prints the answer."""

import json
import sys

from anthropic import Anthropic

with Anthropic().messages.stream(
    model="claude-sonnet-4-6",
    max_tokens=1024,
    messages=[{"role": "user", "content": sys.argv[1]}],
) as stream:
    text = "".join(stream.text_stream)
    finish = stream.get_final_message().stop_reason
print(json.dumps({"text": text, "finish": finish}))
