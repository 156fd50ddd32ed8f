package redact_test

import (
	"os"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// chat is a request of about 4 KB as its string fields: a system prompt, a
// question, program text, an answer, tool arguments. Nothing in it is private.
func chat() []redact.Field {
	const system = "You are a careful assistant for the accounts team of a bicycle shop. Answer in two or three " +
		"short sentences, name the document that you used, and say so when you are not sure. Never promise a " +
		"refund before a person has looked at the case. Opening hours are Monday to Friday, 9 to 18."
	const question = "A customer bought a road bike in March, rode it for about 1,200 km and now reports that the " +
		"rear derailleur skips between the third and the fourth sprocket. Our policy gives 24 months on parts " +
		"but only 6 on wear. Which of the two applies here, and what should we write? Keep it under 120 words."
	const program = "func total(items []Item) (sum int64) {\n\tfor i, it := range items {\n\t\tif it.Qty <= 0 || it.Price < 0 {\n" +
		"\t\t\treturn 0 // refuse the whole order, see section 4.2\n\t\t}\n\t\tsum += int64(it.Qty) * it.Price\n\t\tlog.Printf(\"%d: %s x%d\", i, it.Name, it.Qty)\n\t}\n\treturn sum\n}\n"
	const answer = "The derailleur is a part, the chain and the cassette are wear. If the hanger is bent the cause is " +
		"most likely an impact, which neither term covers; if the cable housing frayed within two years it is ours. " +
		"I would ask for a photo of the hanger first (see warranty-terms.pdf, page 3, version 2.1)."
	const arguments = `{"order":"B-20931","items":[{"sku":"RD-R7000-GS","qty":1,"price":4599},{"sku":"CS-HG700-11","qty":2,"price":3850}],"note":"customer waits","created":1731240000,"trace":"5f1d0c3e-8b7a-4c55-9a0e-6d2f4b1e7c90","temperature":0.25,"max_tokens":4096}`
	var fields []redact.Field
	for _, text := range []string{system, question, program, answer, arguments, question + "\n\n" + program, answer + " " + system, program + answer} {
		fields = append(fields, redact.Field{Text: plain.New(text)})
	}
	return fields
}

func size(fields []redact.Field) (n int64) {
	for _, f := range fields {
		n += int64(f.Text.Len())
	}
	return n
}

// BenchmarkScan measures a clean 4 KB chat request and, if COATCHECK_BENCH
// names a file, that file as one field.
func BenchmarkScan(b *testing.B) {
	e, _ := builtinEngine(b)
	run := func(b *testing.B, fields []redact.Field) {
		b.SetBytes(size(fields))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.Scan(b.Context(), fields); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("chat", func(b *testing.B) { run(b, chat()) })
	b.Run("digits", func(b *testing.B) {
		run(b, []redact.Field{{Text: plain.New(strings.Repeat("12-34 567-89.", 5000))}})
	})
	b.Run("hex", func(b *testing.B) {
		run(b, []redact.Field{{Text: plain.New(strings.Repeat("0a:1B:", 10000))}})
	})
	if name := os.Getenv("COATCHECK_BENCH"); name != "" {
		src, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("file", func(b *testing.B) { run(b, []redact.Field{{Text: plain.New(string(src))}}) })
	}
}
