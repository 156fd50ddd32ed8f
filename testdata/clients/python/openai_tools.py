"""Lets the model call a tool, streamed, and prints the arguments that the tool
got and what the model made of its result."""

import json
import sys

from openai import OpenAI

client = OpenAI()
messages = [{"role": "user", "content": sys.argv[1]}]
tools = [
    {
        "type": "function",
        "function": {
            "name": "find_customer",
            "description": "Finds a customer by e-mail address.",
            "parameters": {
                "type": "object",
                "properties": {"email": {"type": "string"}, "note": {"type": "string"}},
                "required": ["email", "note"],
            },
        },
    }
]
with client.chat.completions.stream(
    model="gpt-4o", messages=messages, tools=tools
) as stream:
    call = stream.get_final_completion().choices[0]
asked = call.message.tool_calls[0]
arguments = json.loads(asked.function.arguments)
messages.append(
    {
        "role": "assistant",
        "tool_calls": [
            {
                "id": asked.id,
                "type": "function",
                "function": {
                    "name": asked.function.name,
                    "arguments": asked.function.arguments,
                },
            }
        ],
    }
)
messages.append(
    {
        "role": "tool",
        "tool_call_id": asked.id,
        "content": json.dumps({"found": arguments["email"]}, separators=(",", ":")),
    }
)
answer = client.chat.completions.create(model="gpt-4o", messages=messages, tools=tools)
print(
    json.dumps(
        {
            "finish": call.finish_reason,
            "arguments": arguments,
            "text": answer.choices[0].message.content,
        }
    )
)
