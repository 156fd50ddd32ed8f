package redact_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dlclark/regexp2/v2"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules"
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

// texts are the four kinds that the speed of a scan depends on, 64 KB each:
// prose, program text, minified JSON full of numbers, and a text made to be slow.
func texts(tb testing.TB) map[string]string {
	tb.Helper()
	const length = 64 << 10
	var prose, record, hostile strings.Builder
	for i := 0; prose.Len() < length; i++ {
		fmt.Fprintf(&prose, "In week %d the shop sold %d bicycles, most of them to people who had come back after the first repair. ", i%52, i%17)
		prose.WriteString("The workshop asks for two days' notice; whoever brings a frame with a bent hanger waits longer, as parts come from abroad.\n")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for record.Len() < length {
		fmt.Fprintf(&record, `{"id":%d,"uuid":"%08x-%04x-4%03x-a%03x-%012x","ts":%d,"lat":%.6f,"price":%d.%02d,"sha":"%040x","tags":["b%d","x"]},`,
			r.IntN(1e9), r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48), 1700000000+r.IntN(1e8), r.Float64()*90, r.IntN(5000), r.IntN(100), r.Uint64(), r.IntN(99))
	}
	for hostile.Len() < length {
		for _, piece := range []string{"12-34 567-89.", "aaaa@aaaa", "a.a-a_a@", "1.1:", "key=token ", "password=", "0a:1B:", "A B C "} {
			hostile.WriteString(strings.Repeat(piece, 1024/len(piece)))
		}
	}
	files, err := filepath.Glob("../proxy/*.go")
	if err != nil {
		tb.Fatal(err)
	}
	var source []byte
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		source = append(source, b...)
	}
	return map[string]string{
		"prose": prose.String()[:length], "source": string(source[:min(length, len(source))]),
		"json": record.String()[:length], "hostile": hostile.String()[:length],
	}
}

// BenchmarkScan measures the engine on four texts and on a clean 4 KB chat
// request, and beside it what a plain loop over all patterns takes, with the
// engine's own library and with the standard one (whose patterns have lost
// their look-around). The ratios are the figures to watch; nothing is cached.
func BenchmarkScan(b *testing.B) {
	e, set := builtinEngine(b)
	all := texts(b)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fields := []redact.Field{{Text: plain.New(all[name])}}
		b.Run(name+"/engine", func(b *testing.B) { run(b, e, fields) })
		b.Run(name+"/loop", func(b *testing.B) { loop(b, set, all[name][:4<<10]) })
		b.Run(name+"/stdlib", func(b *testing.B) { standard(b, set, all[name][:4<<10]) })
	}
	b.Run("chat", func(b *testing.B) { run(b, e, chat()) })
}

func run(b *testing.B, e *redact.Engine, fields []redact.Field) {
	b.ReportAllocs()
	timed(b, size(fields), func() { scanAll(b, e, fields) })
}

func loop(b *testing.B, set *rules.Set, text string) {
	var list []*regexp2.Regexp
	for _, r := range set.Rules {
		for _, p := range r.Patterns {
			list = append(list, regexp2.MustCompile(p.Expr(), regexp2.RE2))
		}
	}
	runes := []rune(text)
	timed(b, int64(len(text)), func() {
		for _, re := range list {
			if err := re.FindRunesMatches(runes, 0, func(regexp2.MatchView) bool { return true }); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// lookAround is a group that the standard library does not know, innermost first.
var lookAround = regexp.MustCompile(`\(\?(?:<?[!=])(?:[^()\[\]\\]|\\.|\[(?:[^\]\\]|\\.)*\])*\)`)

func standard(b *testing.B, set *rules.Set, text string) {
	var list []*regexp.Regexp
	for _, r := range set.Rules {
		for _, p := range r.Patterns {
			expr := lookAround.ReplaceAllString(lookAround.ReplaceAllString(p.Expr(), ""), "")
			if re, err := regexp.Compile(strings.ReplaceAll(expr, "(?>", "(?:")); err == nil {
				list = append(list, re)
			}
		}
	}
	timed(b, int64(len(text)), func() {
		for _, re := range list {
			re.FindAllStringIndex(text, -1)
		}
	})
	b.ReportMetric(float64(len(list)), "patterns")
}

// BenchmarkNew is what the rules add to the start of a process.
func BenchmarkNew(b *testing.B) {
	_, set := builtinEngine(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := redact.New(set, redact.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
