package bodies

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"coatcheck/proxy/wire/rawjson"
)

// replaceAll edits every occurrence of old in every leaf that may be edited.
func replaceAll(b *Body, old, with string) (edits []Edit) {
	for i, l := range b.Leaves {
		for at := 0; ; {
			n := strings.Index(l.Text[at:], old)
			if n < 0 {
				break
			}
			edits = append(edits, Edit{i, at + n, at + n + len(old), with})
			at += n + len(old)
		}
	}
	return edits
}

func TestSpliceWithoutEditsIsTheSource(t *testing.T) {
	for _, src := range []string{"", `{"x" : "\u0061", "x":1.0}`} {
		b := parse(t, nil, "application/json", src)
		out, err := b.Splice(nil)
		if err != nil || len(out) != len(src) || len(src) > 0 && &out[0] != &b.src[0] {
			t.Errorf("%q: got %q, %v", src, out, err)
		}
	}
}

func TestSpliceChangesOnlyTheEdits(t *testing.T) {
	tests := []struct{ name, mediaType, src, want string }{
		{
			"spaces, order, repeated names and numbers stay", "application/json",
			`{ "b" : "x jane y" ,"a":1.50e+2, "b":"jane","n":null }`,
			`{ "b" : "x [T] y" ,"a":1.50e+2, "b":"[T]","n":null }`,
		},
		{"escapes around it stay", "application/json", `["\u0041\/jane\t\ud83d\ude00"]`, `["\u0041\/[T]\t\ud83d\ude00"]`},
		{"an escaped value goes", "application/json", `["<j\u0061ne>"]`, `["<[T]>"]`},
		{"lone surrogates stay", "application/json", `["\ud83djane\ude00"]`, `["\ud83d[T]\ude00"]`},
		{"invalid UTF-8 stays", "application/json", "[\"\xffjane\xc3\"]", "[\"\xff[T]\xc3\"]"},
		{"a name", "application/json", `{"jane":1}`, `{"[T]":1}`},
		{"a byte order mark stays", "application/json", "\ufeff[\"jane\"]", "\ufeff[\"[T]\"]"},
		{"JSON in a string", "application/json", `{"a":"{\"b\": \"x jane\"}"}`, `{"a":"{\"b\": \"x [T]\"}"}`},
		{"lines", "application/x-ndjson", "[\"jane\"]\n\n{\"a\":\"jane\"}\n", "[\"[T]\"]\n\n{\"a\":\"[T]\"}\n"},
		{"text", "text/plain", "x jane\\n", "x [T]\\n"},
		{"a form", "application/x-www-form-urlencoded", "a=%6aane+%20x&jane=%ZZ&b=", "a=%5BT%5D+%20x&%5BT%5D=%ZZ&b="},
		{"JSON in a form", "application/x-www-form-urlencoded", "p=%7B%22a%22:%22jane%22%7D", "p=%7B%22a%22:%22%5BT%5D%22%7D"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := parse(t, nil, tt.mediaType, tt.src)
			out, err := b.Splice(replaceAll(b, "jane", "[T]"))
			if err != nil || string(out) != tt.want {
				t.Errorf("got %q, %v, want %q", out, err, tt.want)
			}
			if string(b.src) != tt.src {
				t.Error("the source changed")
			}
		})
	}
}

func TestEditedNumberBecomesAString(t *testing.T) {
	src := `{"card":4111111111111111,"nested":"{\"card\":4111111111111111}"}`
	b := parse(t, nil, "application/json", src)
	out, err := b.Splice(replaceAll(b, "4111111111111111", "CARD_7K3QXM"))
	want := `{"card":"CARD_7K3QXM","nested":"{\"card\":\"CARD_7K3QXM\"}"}`
	if err != nil || string(out) != want {
		t.Errorf("got %s, %v", out, err)
	}
	b = parse(t, nil, "application/json", `[-1234567.5]`)
	out, err = b.Splice([]Edit{{0, 1, 4, "A"}, {0, 6, 8, "B"}})
	if err != nil || string(out) != `["-A45B.5"]` {
		t.Errorf("in parts: got %s, %v", out, err)
	}
}

func TestEditsInAnyOrder(t *testing.T) {
	b := parse(t, nil, "application/json", `["abc","def"]`)
	out, err := b.Splice([]Edit{{1, 0, 3, "3"}, {0, 2, 3, "2"}, {0, 0, 0, "<"}, {0, 0, 1, "1"}, {0, 3, 3, ">"}})
	if err != nil || string(out) != `["<1b2>","3"]` {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestEditsThatDoNotFit(t *testing.T) {
	b := parse(t, nil, "application/json", `["a\u00e9b","c","é"]`)
	for name, edits := range map[string][]Edit{
		"inside an escape":  {{0, 1, 2, "x"}},
		"from inside":       {{2, 1, 2, "x"}},
		"to inside":         {{2, 0, 1, "x"}},
		"outside the leaf":  {{1, 0, 2, "x"}},
		"before the leaf":   {{1, -1, 0, "x"}},
		"backwards":         {{0, 1, 0, "x"}},
		"overlapping":       {{0, 0, 3, "x"}, {0, 1, 4, "y"}},
		"not a leaf":        {{3, 0, 0, "x"}},
		"a leaf below zero": {{-1, 0, 0, "x"}},
	} {
		out, err := b.Splice(edits)
		if !errors.Is(err, ErrEdit) || out != nil {
			t.Errorf("%s: got %q, %v", name, out, err)
		}
	}
}

func TestCapsHold(t *testing.T) {
	user := strings.Repeat("é", 60) + "jane"
	src := `{"user":"` + user + `","metadata":{"k":"{\"a\":\"` + strings.Repeat("x", 490) + `jane\"}"}}`
	b := parse(t, chatCompletions, "application/json", src)
	for with, want := range map[string]error{"T": nil, "four": nil, "five5": ErrCap} {
		if _, err := b.Splice(replaceAll(b, "jane", with)); with != "five5" && err != nil || !errors.Is(err, want) {
			t.Errorf("%q: %v", with, err)
		}
	}
	nested := len(b.Leaves) - 1
	if _, err := b.Splice([]Edit{{nested - 1, 0, 1, "b"}}); err != nil {
		t.Errorf("a name in a string: %v", err)
	}
	long := Edit{nested, 490, 494, strings.Repeat("y", 15)} // {"a":"…"} takes 8 of the 512
	if _, err := b.Splice([]Edit{long}); !errors.Is(err, ErrCap) {
		t.Errorf("in a string: %v", err)
	}
	long.With = long.With[1:]
	if _, err := b.Splice([]Edit{long}); err != nil {
		t.Errorf("in a string, at the cap: %v", err)
	}
}

// TestNestedValuesSurviveEveryLevel puts hard values four levels deep and
// reads the edited document level by level with encoding/json.
func TestNestedValuesSurviveEveryLevel(t *testing.T) {
	for _, with := range []string{`"`, `\`, `\"`, "\n\t\x00", "é", "😀", "\u2028", `</script>`, `\u0041`, "jane"} {
		for _, ascii := range []bool{false, true} {
			style := rawjson.UTF8
			if ascii {
				style = rawjson.ASCII
			}
			src := []byte(`{"v":"< é jane é >"}`)
			for range rawjson.MaxNested {
				src = append(rawjson.AppendEscaped([]byte(`{"v":"`), string(src), style), `"}`...)
			}
			b := parse(t, nil, "application/json", string(src))
			out, err := b.Splice(replaceAll(b, "jane", with))
			if err != nil {
				t.Fatal(err)
			}
			text := string(out)
			for range rawjson.MaxNested + 1 {
				var level struct{ V string }
				if err := json.Unmarshal([]byte(text), &level); err != nil {
					t.Fatalf("%q in %s: %v", with, out, err)
				}
				text = level.V
			}
			if want := "< é " + with + " é >"; text != want {
				t.Errorf("%q: got %q in %s", with, text, out)
			}
			if ascii && strings.IndexFunc(string(out), func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
				t.Errorf("%q: an ASCII body has got other bytes: %s", with, out)
			}
		}
	}
}

func TestNumbersInTheTextDoNotConfuseTheBody(t *testing.T) {
	b := parse(t, nil, "application/json", `{"a":[5550142,"5550142"],"b":"[5550142]"}`)
	out, err := b.Splice(replaceAll(b, "5550142", "T"))
	var got any
	if err != nil || json.Unmarshal(out, &got) != nil {
		t.Fatalf("%s, %v", out, err)
	}
	want := map[string]any{"a": []any{"T", "T"}, "b": `["T"]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkParseBodyAndSplice(b *testing.B) {
	const message = `{"role":"user","content":"Please write to jane.doe@example.com\nabout the order of last week, and call 555-0142 if she does not answer by Monday."},`
	src := []byte(`{"model":"gpt-4o-mini","messages":[` + strings.Repeat(message, 25) + `{"role":"user","content":"Thanks."}]}`)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		body, err := Parse(chatCompletions, "application/json", src, Limits{Depth: 1000})
		if err != nil {
			b.Fatal(err)
		}
		edits := replaceAll(body, "jane.doe@example.com", "[EMAIL_7K3QXM]")
		if _, err := body.Splice(edits); err != nil || len(edits) < 10 {
			b.Fatal(err)
		}
	}
}
