"""Asks its argument in one chat completion and prints the answer."""

import json
import sys

from openai import OpenAI

completion = OpenAI().chat.completions.create(
    model="gpt-4o",
    messages=[{"role": "user", "content": sys.argv[1]}],
)
choice = completion.choices[0]
print(json.dumps({"text": choice.message.content, "finish": choice.finish_reason}))
