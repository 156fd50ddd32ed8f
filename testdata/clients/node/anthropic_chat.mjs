// Asks its argument in one message and prints the answer.

import Anthropic from "@anthropic-ai/sdk";

const message = await new Anthropic().messages.create({
  model: "claude-sonnet-4-6",
  max_tokens: 1024,
  messages: [{ role: "user", content: process.argv[2] }],
});
console.log(JSON.stringify({ text: message.content[0].text, finish: message.stop_reason }));
