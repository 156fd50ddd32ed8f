package bodies

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/rawjson"
)

var (
	_, chatCompletions = wire.RouteByPath("POST", "/v1/chat/completions")
	_, messages        = wire.RouteByPath("POST", "/v1/messages")
)

// parse reads a body that must be readable.
func parse(t testing.TB, rt *wire.Route, mediaType, src string) *Body {
	t.Helper()
	b, err := Parse(rt, mediaType, []byte(src), Limits{Depth: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// describe writes a leaf on one line, with what is not the default.
func describe(l Leaf) string {
	s := fmt.Sprintf("%s %c %q", l.Path, "skn"[l.Kind], l.Text)
	if l.Class == wire.ClassCertain {
		s += " certain"
	}
	if l.Cap > 0 {
		s += fmt.Sprintf(" cap=%d", l.Cap)
	}
	if l.Bare {
		s += " bare"
	}
	if l.Free {
		s += " free"
	}
	if l.Message >= 0 {
		s += fmt.Sprintf(" %d:%s", l.Message, l.Role)
	}
	return s
}

// values lists the leaves that are no names and may be altered.
func values(b *Body) (list []string) {
	for _, l := range b.Leaves {
		if l.Kind != rawjson.KindKey && l.Class != wire.ClassNever {
			list = append(list, describe(l))
		}
	}
	return list
}

func TestControlWordsAreLeaves(t *testing.T) {
	src := `{"model":"m","messages":[{"role":"tool","tool_call_id":4111111111111111},{"tool_calls":[{"id":"{\"a\":\"b\"}"}]},` +
		`{"reasoning_details":[{"type":"reasoning.text","text":"c"},{"text":"d","signature":"e"},{"signature":"","text":"f"},{"data":"g"}]}]}`
	b := parse(t, chatCompletions, "application/json", src)
	var never []string
	for _, l := range b.Leaves {
		if l.Class != wire.ClassNever {
			continue
		}
		if l.Kind != rawjson.KindKey {
			never = append(never, l.Path+" "+l.Text)
		}
		if _, err := b.Splice([]Edit{{Leaf: slices.Index(b.Leaves, l), With: "x"}}); !errors.Is(err, ErrEdit) {
			t.Errorf("%s was edited: %v", l.Path, err)
		}
	}
	want := []string{
		"/model m", "/messages/0/role tool", "/messages/0/tool_call_id 4111111111111111", "/messages/1/tool_calls/0/id#/a b",
		"/messages/2/reasoning_details/0/type reasoning.text",
	}
	if diff := cmp.Diff(want, never); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`/messages/2/reasoning_details/0/text s "c" 2:`, `/messages/2/reasoning_details/2/text s "f" 2:`}, values(b)); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutATableEverythingIsALeaf(t *testing.T) {
	b := parse(t, nil, "application/json", `{"model":"m","id":"i","n":5550142,"contents":[{"role":"model","parts":[{"text":"a","signature":"s"}]}]}`)
	want := []string{
		`/model k "model" certain free`, `/model s "m" free`, `/id k "id" certain free`, `/id s "i" free`,
		`/n k "n" certain free`, `/n n "5550142" certain free`, `/contents k "contents" certain free`,
		`/contents/0/role k "role" certain free 0:model`, `/contents/0/role s "model" free 0:model`,
		`/contents/0/parts k "parts" certain free 0:model`,
		`/contents/0/parts/0/text k "text" certain free 0:model`, `/contents/0/parts/0/text s "a" free 0:model`,
		`/contents/0/parts/0/signature k "signature" certain free 0:model`, `/contents/0/parts/0/signature s "s" free 0:model`,
	}
	var got []string
	for _, l := range b.Leaves {
		got = append(got, describe(l))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNamesAreLeaves(t *testing.T) {
	b := parse(t, chatCompletions, "application/json", `{"metadata":{"jane@example.com":"x","":"y"},"model":"m","tools":[{"function":{"parameters":{"5550142":{}}}}]}`)
	var got []string
	for _, l := range b.Leaves {
		if l.Kind == rawjson.KindKey && len(l.Text) > 6 {
			got = append(got, describe(l)+" key="+l.Key)
		}
	}
	want := []string{
		`/metadata k "metadata" certain key=`, `/metadata/* k "jane@example.com" certain cap=64 bare free key=`,
		`/tools/0/function k "function" certain key=`, `/tools/0/function/parameters k "parameters" certain key=`,
		`/tools/0/function/parameters/* k "5550142" certain key=`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestKeyIsTheNearestName(t *testing.T) {
	b := parse(t, nil, "application/json", `{"a":[{"b":"1"},"2",["3"]],"c":"{\"d\":[\"4\"]}","e":"5"}`)
	want := map[string]string{"1": "b", "2": "a", "3": "a", "4": "d", "5": "e"}
	for _, l := range b.Leaves {
		if l.Kind == rawjson.KindString && l.Key != want[l.Text] {
			t.Errorf("%s %q: key %q, want %q", l.Path, l.Text, l.Key, want[l.Text])
		}
	}
	b = parse(t, nil, "application/json", `{"a":"[\"1\",{\"b\":0}]"}`)
	if b.Leaves[1].Key != "a" || b.Leaves[2].Key != "" {
		t.Errorf("in a string: keys %q and %q", b.Leaves[1].Key, b.Leaves[2].Key)
	}
}

func TestJSONInStringsIsOpenedFourLevelsDown(t *testing.T) {
	src := `"jane"`
	for range 6 {
		src = `{"x":` + src + `}`
		src = `"` + string(rawjson.AppendEscaped(nil, src, rawjson.UTF8)) + `"`
	}
	b := parse(t, nil, "application/json", `[`+src+`]`)
	last := b.Leaves[len(b.Leaves)-1]
	if last.Path != "/0#/x#/x#/x#/x" || !strings.HasPrefix(last.Text, `{"x":"{`) {
		t.Errorf("got %s", describe(last))
	}
	for _, text := range []string{"{", "{}x", "[1,2", "[citation]", "{name}", "[1] and [2]", "{\"a\":1,}", "[NaN]"} {
		b := parse(t, nil, "application/json", `["`+string(rawjson.AppendEscaped(nil, text, rawjson.UTF8))+`"]`)
		if len(b.Leaves) != 1 || b.Leaves[0].Text != text {
			t.Errorf("%q became %v", text, values(b))
		}
	}
}

func TestLongBase64IsCertainOnly(t *testing.T) {
	run := strings.Repeat("iVBORw0KGgo+/_-A", 16)
	for text, want := range map[string]wire.Class{
		run:                                     wire.ClassCertain,
		run + "==":                              wire.ClassCertain,
		"data:image/png;base64," + run:          wire.ClassCertain,
		run[1:]:                                 wire.ClassText,
		run + ".":                               wire.ClassText,
		"see data:image/png;base64," + run:      wire.ClassText,
		"data:text/plain," + run:                wire.ClassText,
		"data:text/plain;base64," + run + " me": wire.ClassText,
	} {
		b := parse(t, nil, "application/json", `["`+text+`"]`)
		if b.Leaves[0].Class != want || b.Leaves[0].Text != text {
			t.Errorf("%.40q (%d): class %d, want %d", text, len(text), b.Leaves[0].Class, want)
		}
	}
}

func TestBodiesHaveLimits(t *testing.T) {
	deep := strings.Repeat("[", 1001) + strings.Repeat("]", 1001)
	if _, err := Parse(nil, "application/json", []byte(deep), Limits{Depth: 1000}); !errors.Is(err, rawjson.ErrDepth) {
		t.Errorf("depth 1001: %v", err)
	}
	many := "[" + strings.Repeat(`"a",`, maxLeaves) + `"a"]`
	if _, err := Parse(nil, "application/json", []byte(many), Limits{Depth: 1000}); !errors.Is(err, ErrTooMany) {
		t.Errorf("too many strings: %v", err)
	}
	inString := `["` + string(rawjson.AppendEscaped(nil, many, rawjson.UTF8)) + `"]`
	if _, err := Parse(nil, "application/json", []byte(inString), Limits{Depth: 1000}); !errors.Is(err, ErrTooMany) {
		t.Errorf("too many strings in a string: %v", err)
	}
	big := strings.Repeat("jane ", 2<<20)
	if b := parse(t, nil, "application/json", `["`+big+`"]`); len(b.Leaves) != 1 || b.Leaves[0].Text != big {
		t.Error("a string of 10 MiB is not read whole")
	}
	b := parse(t, nil, "application/json", `["`+string(rawjson.AppendEscaped(nil, deep, rawjson.UTF8))+`"]`)
	if len(b.Leaves) != 1 || b.Leaves[0].Text != deep {
		t.Error("a string that nests too deep is not read as text")
	}
}
