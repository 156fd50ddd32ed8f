// Lets the model call a tool, streamed, and prints the arguments that the tool
// got and what the model made of its result.

import OpenAI from "openai";

const client = new OpenAI();
const messages = [{ role: "user", content: process.argv[2] }];
const tools = [
  {
    type: "function",
    function: {
      name: "find_customer",
      description: "Finds a customer by e-mail address.",
      parameters: {
        type: "object",
        properties: { email: { type: "string" }, note: { type: "string" } },
        required: ["email", "note"],
      },
    },
  },
];
const stream = client.chat.completions.stream({ model: "gpt-4o", messages, tools });
const call = (await stream.finalChatCompletion()).choices[0];
const asked = call.message.tool_calls[0];
const args = JSON.parse(asked.function.arguments);
messages.push({
  role: "assistant",
  tool_calls: [
    {
      id: asked.id,
      type: "function",
      function: { name: asked.function.name, arguments: asked.function.arguments },
    },
  ],
});
messages.push({
  role: "tool",
  tool_call_id: asked.id,
  content: JSON.stringify({ found: args.email }),
});
const answer = await client.chat.completions.create({ model: "gpt-4o", messages, tools });
console.log(
  JSON.stringify({
    finish: call.finish_reason,
    arguments: args,
    text: answer.choices[0].message.content,
  }),
);
