// Asks its argument in one chat completion and prints the answer.

import OpenAI from "openai";

const completion = await new OpenAI().chat.completions.create({
  model: "gpt-4o",
  messages: [{ role: "user", content: process.argv[2] }],
});
const choice = completion.choices[0];
console.log(JSON.stringify({ text: choice.message.content, finish: choice.finish_reason }));
