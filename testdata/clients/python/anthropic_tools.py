"""Lets the model think and call a tool, streamed, hands thinking and result
back, and prints the arguments that the tool got and what the model made of its
result."""

import json
import sys

from anthropic import Anthropic

client = Anthropic()
messages = [{"role": "user", "content": sys.argv[1]}]
settings = {
    "model": "claude-sonnet-4-6",
    "max_tokens": 4096,
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "tools": [
        {
            "name": "find_customer",
            "description": "Finds a customer by e-mail address.",
            "input_schema": {
                "type": "object",
                "properties": {"email": {"type": "string"}, "note": {"type": "string"}},
                "required": ["email", "note"],
            },
        }
    ],
}
with client.messages.stream(messages=messages, **settings) as stream:
    call = stream.get_final_message()
thought, asked = call.content
messages.append({"role": "assistant", "content": call.content})
messages.append(
    {
        "role": "user",
        "content": [
            {
                "type": "tool_result",
                "tool_use_id": asked.id,
                "content": json.dumps(
                    {"found": asked.input["email"]}, separators=(",", ":")
                ),
            }
        ],
    }
)
answer = client.messages.create(messages=messages, **settings)
print(
    json.dumps(
        {
            "finish": call.stop_reason,
            "arguments": asked.input,
            "thinking": thought.thinking,
            "text": answer.content[-1].text,
        }
    )
)
