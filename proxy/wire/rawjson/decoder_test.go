package rawjson

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// reading records what a decoder hands out: for every level one line of its
// texts, strings in angle brackets.
type reading struct {
	levels [MaxNested + 1]strings.Builder
	next   int // source byte that must come next
	fault  string
}

func (r *reading) Text(level int, b []byte, src, width int) {
	if src < r.next {
		r.fault = fmt.Sprintf("source byte %d was read twice", src)
	}
	r.next = src + width
	r.levels[level].Write(b)
}

func (r *reading) Begin(level int) { r.levels[level].WriteString("‹") }
func (r *reading) End(level int)   { r.levels[level].WriteString("›") }

func (r *reading) String() string {
	var b strings.Builder
	for i := range r.levels {
		if r.levels[i].Len() > 0 {
			fmt.Fprintf(&b, "%d: %s\n", i, r.levels[i].String())
		}
	}
	return b.String()
}

// read decodes a text that comes in the given pieces.
func read(pieces ...string) *reading {
	r := &reading{}
	var d Decoder
	d.Reset(r)
	src := 0
	for _, p := range pieces {
		d.Feed([]byte(p), src, len(p))
		src += len(p)
	}
	return r
}

func TestDecoderReadsJSONInsideText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", `to [A] "x\n"`, "0: to [A] \"x\\n\"\n"},
		{"object", ` {"a":"x","b":[1,-2.5e3,true,null,"y"]} `, "0:  {\"\":\"\",\"\":[1,-2.5e3,true,null,\"\"]} \n1: ‹a›‹x›‹b›‹y›\n"},
		{"escapes", `{"a":"\"\\\/\n\u00e9"}`, "0: {\"\":\"\"}\n1: ‹a›‹\"\\/\né›\n"},
		{"surrogates one by one", `["\ud83d\ude00"]`, "0: [\"\"]\n1: ‹\xed\xa0\xbd\xed\xb8\x80›\n"},
		{"unfinished", `{"a":"x\u00`, "0: {\"\":\"\n1: ‹a›‹x\n"},
		{"nested", `{"a":"{\"b\":\"x\\ny\"}"}`, "0: {\"\":\"\"}\n1: ‹a›‹{\"\":\"\"}›\n2: ‹b›‹x\ny›\n"},
		{"nested breaks", `{"a":"[1] x \"y\\n\""}`, "0: {\"\":\"\"}\n1: ‹a›‹[1] x \"y\\n\"›\n"},
		{"no JSON", `[link](x "y\n")`, "0: [link](x \"y\\n\")\n"},
		{"breaks in a string", "[\"a\nb\\n\"", "0: [\"\nb\\n\"\n1: ‹a›\n"},
		{"breaks in an escape", `["a\qb\n"`, "0: [\"\\qb\\n\"\n1: ‹a›\n"},
		{"breaks in a hex escape", `["a\u00gb"`, "0: [\"\\u00gb\"\n1: ‹a›\n"},
		{"breaks in a wide escape", "[\"a\\\u00e9\"", "0: [\"\\\u00e9\"\n1: ‹a›\n"},
		{"breaks in a literal", `[nope "x\n"]`, "0: [nope \"x\\n\"]\n"},
		{"breaks in an inner string", `["{\"a\":\"\\q\"}","b\n"]`, "0: [\"\",\"\"]\n1: ‹{\"\":\"\\q\"}›‹b\n›\n2: ‹a›‹›\n"},
		{"an inner string that is cut", `["{\"a\":\"x\\u00","y"]`, "0: [\"\",\"\"]\n1: ‹{\"\":\"›‹y›\n2: ‹a›‹x›\n"},
		{"numbers and literals before spaces", "[1 ,true , 2\n]", "0: [1 ,true , 2\n]\n"},
		{"text behind a document", `[1] "x\n"`, "0: [1] \"x\\n\"\n"},
		{"documents in a row", `{"a":1}{"b":"\n"}`, "0: {\"\":1}{\"\":\"\"}\n1: ‹a›‹b›‹\n›\n"},
		{"name without a value", `{"a"}"b\n"`, "0: {\"\"}\"b\\n\"\n1: ‹a›\n"},
		{"comma at the end", `["a",]"b\n"`, "0: [\"\",]\"b\\n\"\n1: ‹a›\n"},
		{"wrong bracket", `["a"}"b\n"`, "0: [\"\"}\"b\\n\"\n1: ‹a›\n"},
		{"empty", `{"a":{},"b":[]}`, "0: {\"\":{},\"\":[]}\n1: ‹a›‹b›\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(c.text)
			if got.String() != c.want || got.fault != "" {
				t.Errorf("%s\n got %s\nwant %s", got.fault, got, c.want)
			}
		})
	}
}

func TestDecoderStopsAtTheLastLevel(t *testing.T) {
	texts := []string{"[1]"} // each in a string of the next
	for range MaxNested + 2 {
		quoted, _ := json.Marshal([]string{texts[len(texts)-1]})
		texts = append(texts, string(quoted))
	}
	got := read(texts[len(texts)-1])
	if want := fmt.Sprintf("%d: ‹%s›\n", MaxNested, texts[len(texts)-1-MaxNested]); !strings.HasSuffix(got.String(), want) {
		t.Errorf("got %s\nwant %s at its end", got, want)
	}
}

func TestResetBeginsANewText(t *testing.T) {
	var d Decoder
	d.Reset(&reading{})
	d.Feed([]byte(`{"a":"x\`), 0, 8)
	r := &reading{}
	d.Reset(r)
	d.Feed([]byte(`n "y"`), 0, 5)
	if want := "0: n \"y\"\n"; r.String() != want || r.fault != "" {
		t.Errorf("%s\n got %s\nwant %s", r.fault, r, want)
	}
}

func FuzzDecoderReadsAnyCutAlike(f *testing.F) {
	for _, s := range []string{
		`{"a":"x\u00e9\"{","b":"[\"\\u0041\\\\\",{\"c\":\"\\\"\"}]"}`, `[1] x`, "[\"a\nb\"", `["\ud83d\ude00",nul`, `{"a":"{\"b\":\"[\\\"c`,
	} {
		f.Add(s, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		want := read(text)
		rnd := rand.New(rand.NewPCG(seed, 1))
		var pieces []string
		for rest := text; rest != ""; {
			n := 1 + rnd.IntN(min(7, len(rest)))
			pieces = append(pieces, rest[:n])
			rest = rest[n:]
		}
		if got := read(pieces...); got.String() != want.String() || got.fault != "" {
			t.Errorf("%s\n got %s\nwant %s", got.fault, got, want)
		}
		var v any
		if utf8.ValidString(text) && !strings.Contains(text, `\u`) && json.Unmarshal([]byte(text), &v) == nil {
			for _, s := range leaves(v) {
				if s != "" && !strings.ContainsAny(s[:1], " \t\r\n{[") && !strings.Contains(want.levels[1].String(), "‹"+s+"›") {
					t.Errorf("string %q is not in %s", s, want)
				}
			}
		}
	})
}

// leaves returns the strings and names of a decoded document that is an
// object or an array.
func leaves(v any) (all []string) {
	switch v := v.(type) {
	case map[string]any:
		for k, in := range v {
			all = append(append(all, k), leaves(in)...)
			if s, ok := in.(string); ok {
				all = append(all, s)
			}
		}
	case []any:
		for _, in := range v {
			all = append(all, leaves(in)...)
			if s, ok := in.(string); ok {
				all = append(all, s)
			}
		}
	}
	return all
}
