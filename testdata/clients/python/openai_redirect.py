"""Asks its argument once, follows redirects as the library does by itself, and
prints the answer or the error."""

import json
import sys

from openai import APIStatusError, OpenAI

try:
    completion = OpenAI(max_retries=0).chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": sys.argv[1]}],
    )
    print(json.dumps({"text": completion.choices[0].message.content}))
except APIStatusError as error:
    print(json.dumps({"status": error.status_code, "error": error.code}))
