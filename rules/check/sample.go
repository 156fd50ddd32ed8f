package check

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// sampleKB is the length of the sample in KiB.
const sampleKB = 64

const sampleSize = sampleKB << 10

// sample is the text that costs are measured on: what goes to a model on an
// ordinary day, prose, program text, minified JSON and log lines in turn, made
// anew and always the same. Nothing in it is private.
var sample = sync.OnceValue(func() string {
	rnd := rand.New(rand.NewPCG(5, 19))
	kinds := []func(*rand.Rand) string{proseLine, codeLine, jsonLine, proseLine, logLine}
	var b strings.Builder
	for i := 0; b.Len() < sampleSize; i++ {
		b.WriteString(kinds[i%len(kinds)](rnd))
		b.WriteByte('\n')
	}
	return b.String()[:sampleSize]
})

var sampleWords = strings.Fields(`the a of to and in is that for it with as on be at by this from or an are was not
	we you customer order invoice please answer question model account number change report update error value
	which before after because section between request service support document version ticket phone mail address
	should could would return refund delivery contract month Monday team summary review table Berlin London price`)

func words(rnd *rand.Rand, n int, sep string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = sampleWords[rnd.IntN(len(sampleWords))]
	}
	return strings.Join(list, sep)
}

func proseLine(rnd *rand.Rand) string {
	return fmt.Sprintf("%s, %s %d %s (%s, %d.%d). %s.", words(rnd, 9, " "), words(rnd, 4, " "), rnd.IntN(1500),
		words(rnd, 8, " "), words(rnd, 2, "-"), rnd.IntN(20), rnd.IntN(10), words(rnd, 14, " "))
}

func codeLine(rnd *rand.Rand) string {
	name := words(rnd, 2, "_")
	return fmt.Sprintf("func %s(%s []byte, n int) (err error) {\n\tfor i := 0; i < %d; i++ {\n\t\tif %s[i] == 0x%x || m[%q] != nil { // %s\n\t\t\treturn fmt.Errorf(\"%s: %%w\", err)\n\t\t}\n\t}\n\treturn nil\n}",
		words(rnd, 1, ""), name, rnd.IntN(4096), name, rnd.Uint32(), words(rnd, 1, ""), words(rnd, 6, " "), words(rnd, 3, " "))
}

func jsonLine(rnd *rand.Rand) string {
	return fmt.Sprintf(`{"id":"%08x-%04x-4%03x-a%03x-%012x","object":"%s","created":%d,"score":%.12f,"sha":"%016x%016x","tags":["%s","%s"],"size":%d,"ok":true,"note":"%s"}`,
		rnd.Uint32(), rnd.IntN(1<<16), rnd.IntN(1<<12), rnd.IntN(1<<12), rnd.Uint64()>>16, words(rnd, 2, "."), 1700000000+rnd.IntN(1<<26),
		rnd.Float64(), rnd.Uint64(), rnd.Uint64(), words(rnd, 1, ""), words(rnd, 2, "-"), rnd.IntN(1<<30), words(rnd, 5, " "))
}

func logLine(rnd *rand.Rand) string {
	return fmt.Sprintf("2026-11-%02dT%02d:%02d:%02d.%06dZ level=info msg=%q took=%dms status=%d path=/v1/%s trace=%016x",
		1+rnd.IntN(30), rnd.IntN(24), rnd.IntN(60), rnd.IntN(60), rnd.IntN(1e6), words(rnd, 4, " "), rnd.IntN(900), 200+rnd.IntN(300), words(rnd, 2, "/"), rnd.Uint64())
}
