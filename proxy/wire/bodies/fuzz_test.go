package bodies

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"coatcheck/proxy/wire/rawjson"
)

// FuzzSplice edits any body and holds it against encoding/json: what parses
// still parses, and is the same document but for the edited strings.
func FuzzSplice(f *testing.F) {
	for _, s := range []string{
		`{"messages":[{"role":"user","content":"hi jane"}]}`, `["{\"a\":\"b\\n\",\"n\":1234567}"]`,
		`{"a":"\u00e9\ud83d\ude00","a":"x"}`, `[1234567,"\ud83d",""]`, `"x"`, `{"a":{"b":["c"]}}`, "[\"\xff\"]",
		`["[1,\"\"]","{}","[[1234567]]"]`,
	} {
		f.Add([]byte(s), uint16(1), uint16(3), "[T]")
		f.Add([]byte(s), uint16(0), uint16(0), "\"\\\n😀")
	}
	f.Add([]byte(`"簾"`), uint16(1), uint16(3), "0")
	f.Fuzz(func(t *testing.T, src []byte, from, to uint16, with string) {
		b, err := Parse(nil, "application/json", src, Limits{Depth: 1000})
		if err != nil || len(src) == 0 {
			return
		}
		if out, err := b.Splice(nil); err != nil || !bytes.Equal(out, src) {
			t.Fatalf("without edits: %q, %v", out, err)
		}
		checkCoverage(t, b)
		for i, l := range b.Leaves {
			checkLeaf(t, b, i, min(int(from), len(l.Text)), min(int(to), len(l.Text)), with)
		}
	})
}

// checkCoverage holds the leaves against a walk of the body: without a table
// no name, string or long number may be missing.
func checkCoverage(t *testing.T, b *Body) {
	covered := map[int]bool{}
	for _, s := range b.spots {
		for s.in.outer != nil {
			s = *s.in.outer
		}
		covered[s.start] = true
	}
	mark := skipMark(b.src)
	err := rawjson.Walk(b.src[mark:], 1000, func(p *rawjson.Path, k rawjson.Kind, start, end int) error {
		start, end = start+mark, end+mark
		text := string(b.src[start:end])
		if k != rawjson.KindNumber {
			text, _ = unescape(text[1 : len(text)-1])
		} else if digits(text) < minDigits {
			return nil
		}
		if text == "" || covered[start] || k == rawjson.KindString && holdsNothing(text) {
			return nil
		}
		t.Fatalf("%s: %q is no leaf of %q", p.AppendPlace(nil), text, b.src)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// holdsNothing reports whether text is JSON without a name, a string or a
// long number in it.
func holdsNothing(text string) bool {
	var v any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return dec.Decode(&v) == nil && !strings.ContainsFunc(strings.ReplaceAll(text, `""`, ""), func(r rune) bool { return r == '"' })
}

// checkLeaf edits one leaf and reads the result back.
func checkLeaf(t *testing.T, b *Body, i, start, end int, with string) {
	if start > end {
		start, end = end, start
	}
	leaf := b.Leaves[i]
	out, err := b.Splice([]Edit{{i, start, end, with}})
	if err != nil {
		if !errors.Is(err, ErrEdit) || utf8.ValidString(leaf.Text[:start]) && utf8.ValidString(leaf.Text[end:]) {
			t.Fatalf("%q [%d:%d]: %v", leaf.Text, start, end, err)
		}
		return
	}
	if !json.Valid(out[skipMark(out):]) {
		t.Fatalf("%q is no JSON", out)
	}
	if !utf8.ValidString(leaf.Text) || !utf8.ValidString(with) {
		return
	}
	want := leaf.Text[:start] + with + leaf.Text[end:]
	if leaf.Kind == rawjson.KindKey || b.spots[i].in.outer != nil {
		return // encoding/json cannot address these
	}
	if got, ok := scalarAt(out, i, b); !ok || got != want {
		t.Fatalf("leaf %d of %q became %q, want %q in %q", i, b.src, got, want, out)
	}
}

// scalarAt finds in out the value that is leaf i of b, which stands in the
// body itself, by counting the scalars before it.
func scalarAt(out []byte, i int, b *Body) (string, bool) {
	before := 0
	mark := skipMark(b.src)
	_ = rawjson.Walk(b.src[mark:], 1000, func(_ *rawjson.Path, _ rawjson.Kind, start, _ int) error {
		if start+mark < b.spots[i].start {
			before++
		}
		return nil
	})
	dec := json.NewDecoder(bytes.NewReader(out[mark:]))
	dec.UseNumber()
	for {
		token, err := dec.Token()
		if err != nil {
			return "", false
		}
		switch v := token.(type) {
		case string:
			if before == 0 {
				return v, true
			}
			before--
		case json.Number:
			before--
		}
	}
}
