package streams

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"coatcheck/proxy/wire"
)

// hostile are tokens whose values hold all that needs escaping.
var hostile = []string{
	"<A1>", "jane", "<B2>", `a"b\c`, "<C3>", "line\nline\r\t\x01", "<D4>", "😀 é\u2028", "<E5>", `{"x":"y"}`,
}

// swapTree is a decoded document with values in the place of tokens, in
// documents inside its strings too.
func swapTree(v any, swap func(string) string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, in := range v {
			out[swap(k)] = swapTree(in, swap)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, in := range v {
			out[i] = swapTree(in, swap)
		}
		return out
	case inner:
		return inner{swapTree(v.doc, swap)}
	case string:
		return swap(v)
	}
	return v
}

// inner is a document that stands in a string of another.
type inner struct{ doc any }

func (in inner) MarshalJSON() ([]byte, error) {
	b, err := json.Marshal(in.doc)
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(b))
}

// writer makes random texts and documents with tokens in them.
type writer struct{ *rand.Rand }

func (w writer) text() string {
	parts := []string{"to ", "< ", "<A", "A1>", "é", "😀", `"`, `\`, "\n", "[1]", "{}", ": ", hostile[0], hostile[2], hostile[4], hostile[6], hostile[8]}
	var b strings.Builder
	b.WriteString("t")
	for range w.IntN(8) {
		b.WriteString(parts[w.IntN(len(parts))])
	}
	return b.String()
}

func (w writer) doc(depth int) any {
	m := map[string]any{}
	for i := range w.IntN(4) {
		key := fmt.Sprintf("k%d%s", i, w.text())
		switch n := w.IntN(5); {
		case n == 0 && depth > 0:
			m[key] = inner{w.doc(depth - 1)}
		case n == 1 && depth > 0:
			m[key] = []any{w.doc(depth - 1), w.text(), 1.5, true, nil}
		default:
			m[key] = w.text()
		}
	}
	return m
}

// quoted spells a delta in one of the ways that encoders do.
func (w writer) quoted(s string) string {
	switch w.IntN(3) {
	case 0: // Python
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(s)) {
			switch {
			case u == '"' || u == '\\':
				fmt.Fprintf(&b, `\%c`, u)
			case u < ' ' || u > '~':
				fmt.Fprintf(&b, `\u%04x`, u)
			default:
				b.WriteByte(byte(u))
			}
		}
		return `"` + b.String() + `"`
	case 1: // Go, with < and > escaped
		b, _ := json.Marshal(s)
		return string(b)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s)
	return strings.TrimSpace(b.String())
}

// apis are the streams that carry the texts: how a delta is written, and how
// a client reads it.
var apis = []struct {
	name  string
	route *wire.Route
	delta func(channel int, text string) string
	json  bool
}{
	{"chat text", chatCompletions, func(n int, s string) string { return chatData(n, `{"content":`+s+`}`) }, false},
	{"chat arguments", chatCompletions, func(n int, s string) string {
		return chatData(0, fmt.Sprintf(`{"tool_calls":[{"index":%d,"function":{"arguments":%s}}]}`, n, s))
	}, true},
	{"completions", completions, func(n int, s string) string {
		return fmt.Sprintf("data: {\"choices\":[{\"text\":%s,\"index\":%d,\"finish_reason\":null}]}\r\n\r\n", s, n)
	}, false},
	{"messages text", messages, func(n int, s string) string { return blockData(n, `{"type":"text_delta","text":`+s+`}`) }, false},
	{"messages arguments", messages, func(n int, s string) string {
		return blockData(n, `{"type":"input_json_delta","partial_json":`+s+`}`)
	}, true},
	{"unknown arguments", nil, func(n int, s string) string {
		return fmt.Sprintf("data: {\"type\":\"response.function_call_arguments.delta\",\"output_index\":%d,\"delta\":%s}\n\n", n, s)
	}, true},
	{"unknown text", nil, func(n int, s string) string { return fmt.Sprintf("data: {\"out\":{\"n%d\":%s}}\n\n", n, s) }, false},
}

// assembled is what a client makes of each channel.
func assembled(t *testing.T, delta func(int, string) string, out []byte) map[int]string {
	texts := map[int]string{}
	for _, rg := range eventRanges("sse", out) {
		var got any
		if err := json.Unmarshal(out[rg[0]:rg[1]], &got); err != nil {
			t.Fatalf("an event is no JSON any more: %q", out[rg[0]:rg[1]])
		}
		for n := range 3 {
			const mark = `"\u0000mark"`
			frame := []byte(delta(n, mark))
			var like any
			at := eventRanges("sse", frame)[0]
			_ = json.Unmarshal(frame[at[0]:at[1]], &like)
			if s, ok := fit(like, got); ok {
				texts[n] += s
			}
		}
	}
	return texts
}

// fit returns the string of got that stands where like has its mark, if all
// else is the same.
func fit(like, got any) (found string, ok bool) {
	if like == "\x00mark" {
		s, ok := got.(string)
		return s, ok
	}
	switch like := like.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(like) {
			return "", false
		}
		for k, in := range like {
			s, ok := fit(in, g[k])
			if !ok {
				return "", false
			}
			found += s
		}
		return found, true
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(like) || len(g) == 0 {
			return "", false
		}
		return fit(like[0], g[0])
	}
	return "", reflect.DeepEqual(like, got)
}

func FuzzStreamedTextsEqualOneShotRestoration(f *testing.F) {
	for i := range 60 {
		f.Add(uint64(i))
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		w := writer{rand.New(rand.NewPCG(seed, 3))}
		api := apis[seed%uint64(len(apis))]
		swap := func(s string) string { return swapAll(lanes(hostile...), s) }
		var queues [3][]string
		var docs [3]any
		var texts [3]string
		for n := range queues {
			texts[n] = w.text()
			if api.json {
				docs[n] = w.doc(3)
				b, _ := json.Marshal(docs[n])
				texts[n] = string(b)
			}
			queues[n] = resplit(texts[n], 1+w.IntN(12), w.Rand)
		}
		var body strings.Builder
		for len(queues[0])+len(queues[1])+len(queues[2]) > 0 {
			n := w.IntN(3)
			if len(queues[n]) > 0 {
				body.WriteString(api.delta(n, w.quoted(queues[n][0])))
				queues[n] = queues[n][1:]
			}
		}
		o := Options{Route: api.route, MediaType: "text/event-stream", NewLane: lanes(hostile...)}
		got := assembled(t, api.delta, restored(t, o, []byte(body.String()), atRandom(seed)))
		for n := range texts {
			if !api.json {
				if want := swap(texts[n]); got[n] != want {
					t.Errorf("%s %d:\n got %q\nwant %q", api.name, n, got[n], want)
				}
				continue
			}
			var have, want any
			if err := json.Unmarshal([]byte(got[n]), &have); err != nil {
				t.Errorf("%s %d: the arguments are no JSON any more: %q", api.name, n, got[n])
			}
			b, _ := json.Marshal(swapTree(docs[n], swap))
			_ = json.Unmarshal(b, &want)
			if diff := cmp.Diff(opened(want), opened(have)); diff != "" {
				t.Errorf("%s %d (-want +got):\n%s", api.name, n, diff)
			}
		}
	})
}

// opened is a document with those in its strings decoded, so that their
// spelling does not count.
func opened(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, in := range v {
			out[k] = opened(in)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, in := range v {
			out[i] = opened(in)
		}
		return out
	case string:
		var doc any
		if strings.HasPrefix(v, "{") && json.Unmarshal([]byte(v), &doc) == nil {
			return opened(doc)
		}
	}
	return v
}
