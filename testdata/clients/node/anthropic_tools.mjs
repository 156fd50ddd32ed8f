// Lets the model think and call a tool, streamed, hands thinking and result
// back, and prints the arguments that the tool got and what the model made of
// its result.

import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();
const messages = [{ role: "user", content: process.argv[2] }];
const settings = {
  model: "claude-sonnet-4-6",
  max_tokens: 4096,
  thinking: { type: "enabled", budget_tokens: 1024 },
  tools: [
    {
      name: "find_customer",
      description: "Finds a customer by e-mail address.",
      input_schema: {
        type: "object",
        properties: { email: { type: "string" }, note: { type: "string" } },
        required: ["email", "note"],
      },
    },
  ],
};
const call = await client.messages.stream({ messages, ...settings }).finalMessage();
const [thought, asked] = call.content;
messages.push({ role: "assistant", content: call.content });
messages.push({
  role: "user",
  content: [
    {
      type: "tool_result",
      tool_use_id: asked.id,
      content: JSON.stringify({ found: asked.input.email }),
    },
  ],
});
const answer = await client.messages.create({ messages, ...settings });
console.log(
  JSON.stringify({
    finish: call.stop_reason,
    arguments: asked.input,
    thinking: thought.thinking,
    text: answer.content.at(-1).text,
  }),
);
