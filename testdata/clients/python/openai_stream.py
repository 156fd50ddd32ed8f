"""Asks its argument in a streamed chat completion and prints the answer."""

import json
import sys

from openai import OpenAI

text, finish = "", None
stream = OpenAI().chat.completions.create(
    model="gpt-4o",
    messages=[{"role": "user", "content": sys.argv[1]}],
    stream=True,
)
for chunk in stream:
    for choice in chunk.choices:
        text += choice.delta.content or ""
        finish = choice.finish_reason or finish
print(json.dumps({"text": text, "finish": finish}))
