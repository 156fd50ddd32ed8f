// Posts its argument to a plain JSON API and prints the answer.

const response = await fetch("https://api.example.com/model", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ input: process.argv[2] }),
});
if (!response.ok) throw new Error(`status ${response.status}`);
console.log(JSON.stringify({ text: (await response.json()).output }));
