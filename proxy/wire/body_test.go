package wire

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parse reads a body that must be readable.
func parse(t testing.TB, rt *Route, mediaType, src string) *Body {
	t.Helper()
	b, err := ParseBody(rt, mediaType, []byte(src), Limits{Depth: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// describe writes a leaf on one line, with what is not the default.
func describe(l Leaf) string {
	s := fmt.Sprintf("%s %c %q", l.Path, "skn"[l.Kind], l.Text)
	if l.Class == ClassCertain {
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
		if l.Kind != KindKey && l.Class != ClassNever {
			list = append(list, describe(l))
		}
	}
	return list
}

func TestLeavesOfChatCompletions(t *testing.T) {
	rt := openai.Route("POST", "/v1/chat/completions")
	tests := []struct {
		name, src string
		want      []string
	}{
		{
			"messages with roles, the role first or last",
			`{"model":"m","messages":[{"role":"system","content":"a"},{"content":"b","role":"user"},{"role":"tool","tool_call_id":"call_1","content":"c"}]}`,
			[]string{`/messages/0/content s "a" 0:system`, `/messages/1/content s "b" 1:user`, `/messages/2/content s "c" 2:tool`},
		},
		{
			"content parts",
			`{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://example.com/i","detail":"low"}}]}]}`,
			[]string{
				`/messages/0/content/0/text s "a" 0:user`,
				`/messages/0/content/1/image_url/url s "https://example.com/i" certain bare 0:user`,
				`/messages/0/content/1/image_url/detail s "low" 0:user`,
			},
		},
		{
			"tool calls: ids and names never, arguments as their own document",
			`{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"to\":\"a\",\"n\":5550142}"}}]}]}`,
			[]string{
				`/messages/0/tool_calls/0/function/arguments#/to s "a" free 0:assistant`,
				`/messages/0/tool_calls/0/function/arguments#/n n "5550142" certain free 0:assistant`,
			},
		},
		{
			"tools: names never, descriptions and schemas are text",
			`{"tools":[{"type":"function","function":{"name":"f","description":"a","parameters":{"type":"object","properties":{"b":{"enum":["c"]}}}}}],"tool_choice":{"type":"function","function":{"name":"f"}}}`,
			[]string{
				`/tools/0/function/description s "a"`, `/tools/0/function/parameters/type s "object"`,
				`/tools/0/function/parameters/properties/b/enum/0 s "c"`,
				`/tool_choice/type s "function"`, `/tool_choice/function/name s "f"`,
			},
		},
		{
			"identifiers",
			`{"user":"u","safety_identifier":"s","metadata":{"k":"v"},"messages":[{"role":"user","name":"n","content":""}],"stop":["x"]}`,
			[]string{
				`/user s "u" certain cap=64 bare`, `/safety_identifier s "s" certain cap=64 bare`,
				`/metadata/k s "v" certain cap=512 bare free`, `/messages/0/name s "n" certain cap=64 bare 0:user`, `/stop/0 s "x"`,
			},
		},
		{
			"a field that nobody has heard of is text",
			`{"new_field":{"deep":["a"]},"messages":[{"role":"user","new":"b"}]}`,
			[]string{`/new_field/deep/0 s "a"`, `/messages/0/new s "b" 0:user`},
		},
		{"long numbers only", `{"seed":123456,"n":1234567,"f":-12.34567e8}`, []string{`/n n "1234567" certain`, `/f n "-12.34567e8" certain`}},
		{"a role given twice is unknown", `{"messages":[{"role":"user","content":"a","role":"tool"}]}`, []string{`/messages/0/content s "a" 0:`}},
		{"a repeated name is read twice", `{"x":"a","x":"b"}`, []string{`/x s "a"`, `/x s "b"`}},
		{"an escaped name is the same name", `{"mess\u0061ges":[{"r\u006fle":"user","content":"a"}]}`, []string{`/messages/0/content s "a" 0:user`}},
		{"invalid UTF-8 is text", "{\"x\":\"a\xff\"}", []string{`/x s "a\xff"`}},
		{"a lone surrogate is text", `{"x":"a\ud83d"}`, []string{`/x s "a\xed\xa0\xbd"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, values(parse(t, rt, "application/json", tt.src))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLeavesOfMessages(t *testing.T) {
	rt := anthropic.Route("POST", "/v1/messages")
	tests := []struct {
		name, src string
		want      []string
	}{
		{
			"system, text and tool input",
			`{"model":"m","system":[{"type":"text","text":"a"}],"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{"to":"b","n":5550142}}]}]}`,
			[]string{
				`/system/0/type s "text"`, `/system/0/text s "a"`,
				`/messages/0/content/0/input/to s "b" free 0:assistant`,
				`/messages/0/content/0/input/n n "5550142" certain free 0:assistant`,
			},
		},
		{
			"a tool's result has the role tool",
			`{"messages":[{"role":"user","content":[{"tool_use_id":"toolu_1","content":[{"type":"text","text":"a"}],"type":"tool_result"},{"type":"text","text":"b"}]}]}`,
			[]string{
				`/messages/0/content/0/content/0/type s "text" 0:tool`,
				`/messages/0/content/0/content/0/text s "a" 0:tool`,
				`/messages/0/content/1/text s "b" 0:user`,
			},
		},
		{
			"signed thinking is never touched, wherever its type stands",
			`{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"b"},{"thinking":"{\"c\":\"d\"}","signature":"e","type":"thinking"},{"type":"redacted_thinking","data":"f"}]}]}`,
			nil,
		},
		{
			"what only looks like thinking is text",
			`{"messages":[{"role":"user","content":[{"type":"text","thinking":"a"},{"type":"thinking","type":"text","thinking":"b"},{"type":"thinking","thinking":"e","signature":""},{"type":"new","data":"c"},{"type":"thinking","note":"d"}]}]}`,
			[]string{
				`/messages/0/content/0/thinking s "a" 0:user`, `/messages/0/content/1/thinking s "b" 0:user`,
				`/messages/0/content/2/thinking s "e" 0:user`, `/messages/0/content/3/data s "c" 0:user`, `/messages/0/content/4/note s "d" 0:user`,
			},
		},
		{
			"documents",
			`{"messages":[{"role":"user","content":[{"type":"document","title":"t","context":"c","source":{"type":"text","media_type":"text/plain","data":"a"}},{"type":"document","source":{"type":"base64","data":"JVBE"}},{"type":"search_result","title":"s","source":"https://example.com"}]}]}`,
			[]string{
				`/messages/0/content/0/title s "t" certain bare 0:user`, `/messages/0/content/0/context s "c" 0:user`,
				`/messages/0/content/0/source/type s "text" 0:user`, `/messages/0/content/0/source/media_type s "text/plain" 0:user`,
				`/messages/0/content/0/source/data s "a" 0:user`,
				`/messages/0/content/1/source/type s "base64" 0:user`, `/messages/0/content/1/source/data s "JVBE" certain bare 0:user`,
				`/messages/0/content/2/title s "s" 0:user`, `/messages/0/content/2/source s "https://example.com" 0:user`,
			},
		},
		{
			"identifiers with JSON in them",
			`{"metadata":{"user_id":"{\"account\":\"a\"}"},"mcp_servers":[{"name":"m","url":"https://example.com","authorization_token":"secret"}]}`,
			[]string{`/metadata/user_id#/account s "a" certain cap=256 bare free`, `/mcp_servers/0/url s "https://example.com"`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, values(parse(t, rt, "application/json", tt.src))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestControlWordsAreLeaves: what is never altered is looked at all the same,
// numbers and JSON in it too, and what is signed; what is sealed is not.
func TestControlWordsAreLeaves(t *testing.T) {
	src := `{"model":"m","messages":[{"role":"tool","tool_call_id":4111111111111111},{"tool_calls":[{"id":"{\"a\":\"b\"}"}]},` +
		`{"reasoning_details":[{"type":"reasoning.text","text":"c"},{"text":"d","signature":"e"},{"signature":"","text":"f"},{"data":"g"}]}]}`
	b := parse(t, openai.Route("POST", "/v1/chat/completions"), "application/json", src)
	var never []string
	for _, l := range b.Leaves {
		if l.Class != ClassNever {
			continue
		}
		if l.Kind != KindKey {
			text := l.Path + " " + l.Text
			if l.Signed {
				text += " signed"
			}
			never = append(never, text)
		}
		if _, err := b.Splice([]Edit{{Leaf: slices.Index(b.Leaves, l), With: "x"}}); !errors.Is(err, ErrEdit) {
			t.Errorf("%s was edited: %v", l.Path, err)
		}
	}
	want := []string{
		"/model m", "/messages/0/role tool", "/messages/0/tool_call_id 4111111111111111", "/messages/1/tool_calls/0/id#/a b",
		"/messages/2/reasoning_details/0/type reasoning.text", "/messages/2/reasoning_details/1/text d signed",
	}
	if diff := cmp.Diff(want, never); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`/messages/2/reasoning_details/0/text s "c" 2:`, `/messages/2/reasoning_details/2/text s "f" 2:`}, values(b)); diff != "" {
		t.Error(diff)
	}
}

// TestSignedJSONIsSigned: what a signed text holds is signed with it.
func TestSignedJSONIsSigned(t *testing.T) {
	b := parse(t, anthropic.Route("POST", "/v1/messages"), "application/json",
		`{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"{\"a\":\"b\"}","signature":"c"},{"type":"thinking","thinking":"{\"a\":\"b\"}"}]}]}`)
	var signed []bool
	for _, l := range b.Leaves {
		if l.Text == "b" {
			signed = append(signed, l.Signed && l.Class == ClassNever)
		}
	}
	if diff := cmp.Diff([]bool{true, false}, signed); diff != "" {
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
	rt := openai.Route("POST", "/v1/chat/completions")
	b := parse(t, rt, "application/json", `{"metadata":{"jane@example.com":"x","":"y"},"model":"m","tools":[{"function":{"parameters":{"5550142":{}}}}]}`)
	var got []string
	for _, l := range b.Leaves {
		if l.Kind == KindKey && len(l.Text) > 6 {
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
		if l.Kind == KindString && l.Key != want[l.Text] {
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
		src = `"` + string(escape(nil, src, houseUTF8)) + `"`
	}
	b := parse(t, nil, "application/json", `[`+src+`]`)
	last := b.Leaves[len(b.Leaves)-1]
	if last.Path != "/0#/x#/x#/x#/x" || !strings.HasPrefix(last.Text, `{"x":"{`) {
		t.Errorf("got %s", describe(last))
	}
	for _, text := range []string{"{", "{}x", "[1,2", "[citation]", "{name}", "[1] and [2]", "{\"a\":1,}", "[NaN]"} {
		b := parse(t, nil, "application/json", `["`+string(escape(nil, text, houseUTF8))+`"]`)
		if len(b.Leaves) != 1 || b.Leaves[0].Text != text {
			t.Errorf("%q became %v", text, values(b))
		}
	}
}

func TestMediaTypes(t *testing.T) {
	tests := []struct {
		name, mediaType, src string
		want                 []string
		err                  error
	}{
		{"empty", "application/json", "", nil, nil},
		{"JSON", "application/json; charset=UTF-8", `["a"]`, []string{`/0 s "a" free`}, nil},
		{"JSON suffix", "application/vnd.api+json", `"a"`, []string{` s "a" free`}, nil},
		{"JSON without a label", "", ` {"x":"a"}`, []string{`/x s "a" free`}, nil},
		{"JSON labelled as text", "text/plain", `["a"]`, []string{`/0 s "a" free`}, nil},
		{"JSON labelled as a form", "application/x-www-form-urlencoded", `["a"]`, []string{`/0 s "a" free`}, nil},
		{"JSON labelled as bytes", "application/octet-stream", `["a"]`, []string{`/0 s "a" free`}, nil},
		{"JSON behind a byte order mark", "application/json", "\ufeff[\"a\"]", []string{`/0 s "a" free`}, nil},
		{"a label that cannot be parsed", "application/json; charset", `["a"]`, []string{`/0 s "a" free`}, nil},
		{"JSON cut short", "application/json", `["a"`, nil, ErrMalformed},
		{"JSON with NaN", "application/json", `[NaN]`, nil, ErrMalformed},
		{"JSON with a tail", "application/json", `["a"] x`, nil, ErrMalformed},
		{"two documents", "application/json", "[\"a\"]\n[\"b\"]", nil, ErrMalformed},
		{"JSON that is none", "application/json", `a=b`, nil, ErrMalformed},
		{"white space", "application/json", ` `, nil, ErrMalformed},
		{"lines", "application/x-ndjson", "{\"x\":\"a\"}\r\n\n[\"b\"]", []string{`/0/x s "a" free`, `/2/0 s "b" free`}, nil},
		{"lines with a bad one", "application/jsonl", "[\"a\"]\n[", nil, ErrMalformed},
		{"text", "text/plain; charset=utf-8", "jane\nJane", []string{` s "jane\nJane" free`}, nil},
		{"text behind a byte order mark", "text/plain", "\ufeffjane", []string{` s "jane" free`}, nil},
		{"text with a bracket", "text/plain", "[info] a [1]", []string{` s "[info] a [1]" free`}, nil},
		{"text that is JSON lines", "text/plain", "[\"a\"]\n[\"b\"]", []string{`/0/0 s "a" free`, `/1/0 s "b" free`}, nil},
		{"text that a lenient parser reads as JSON", "text/plain", `{"x":"\u0061",}`, nil, ErrMalformed},
		{"text with NUL", "text/plain", "ab\x00", nil, ErrEncoding},
		{"form", "application/x-www-form-urlencoded", "q=a+b%40&e=&=c&d", []string{`/q s "a b@" free`, `/* s "c" free`}, nil},
		{"multipart", "multipart/form-data; boundary=x", "--x\r\n", nil, ErrMediaType},
		{"bytes", "application/octet-stream", "jane", nil, ErrMediaType},
		{"no label", "", "jane", nil, ErrMediaType},
		{"protobuf", "application/connect+proto", "\x00\x01", nil, ErrMediaType},
		{"UTF-16 by its label", "application/json; charset=utf-16", `["a"]`, nil, ErrEncoding},
		{"UTF-7 by its label", "text/plain; charset=UTF-7", "jane+AEA-example.com", nil, ErrEncoding},
		{"UTF-16LE by its mark", "application/json", "\xff\xfe[\x00", nil, ErrEncoding},
		{"UTF-16BE by its mark", "application/json", "\xfe\xff\x00[", nil, ErrEncoding},
		{"UTF-16LE by its zeros", "application/json", "[\x001\x00]\x00", nil, ErrEncoding},
		{"UTF-16BE by its zeros", "application/json", "\x00[\x00]", nil, ErrEncoding},
		{"UTF-32BE by its mark", "application/json", "\x00\x00\xfe\xff", nil, ErrEncoding},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := ParseBody(nil, tt.mediaType, []byte(tt.src), Limits{Depth: 1000})
			if !errors.Is(err, tt.err) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			if err == nil {
				if diff := cmp.Diff(tt.want, values(b)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestLongBase64IsCertainOnly(t *testing.T) {
	run := strings.Repeat("iVBORw0KGgo+/_-A", 16)
	for text, want := range map[string]Class{
		run:                                     ClassCertain,
		run + "==":                              ClassCertain,
		"data:image/png;base64," + run:          ClassCertain,
		run[1:]:                                 ClassText,
		run + ".":                               ClassText,
		"see data:image/png;base64," + run:      ClassText,
		"data:text/plain," + run:                ClassText,
		"data:text/plain;base64," + run + " me": ClassText,
	} {
		b := parse(t, nil, "application/json", `["`+text+`"]`)
		if b.Leaves[0].Class != want || b.Leaves[0].Text != text {
			t.Errorf("%.40q (%d): class %d, want %d", text, len(text), b.Leaves[0].Class, want)
		}
	}
}

func TestLinesUseNoTable(t *testing.T) {
	rt := anthropic.Route("POST", "/v1/messages")
	line := `{"model":"m","messages":[{"role":"user","content":[{"type":"thinking","thinking":"a"}]}]}`
	got := values(parse(t, rt, "application/x-ndjson", line+"\n"+strings.Replace(line, "thinking", "text", 1)))
	want := []string{
		`/0/model s "m" free`, `/0/messages/0/role s "user" free`,
		`/0/messages/0/content/0/type s "thinking" free`, `/0/messages/0/content/0/thinking s "a" free`,
		`/1/model s "m" free`, `/1/messages/0/role s "user" free`,
		`/1/messages/0/content/0/type s "text" free`, `/1/messages/0/content/0/thinking s "a" free`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBodiesHaveLimits(t *testing.T) {
	deep := strings.Repeat("[", 1001) + strings.Repeat("]", 1001)
	if _, err := ParseBody(nil, "application/json", []byte(deep), Limits{Depth: 1000}); !errors.Is(err, ErrDepth) {
		t.Errorf("depth 1001: %v", err)
	}
	many := "[" + strings.Repeat(`"a",`, maxLeaves) + `"a"]`
	if _, err := ParseBody(nil, "application/json", []byte(many), Limits{Depth: 1000}); !errors.Is(err, ErrTooMany) {
		t.Errorf("too many strings: %v", err)
	}
	inString := `["` + string(escape(nil, many, houseUTF8)) + `"]`
	if _, err := ParseBody(nil, "application/json", []byte(inString), Limits{Depth: 1000}); !errors.Is(err, ErrTooMany) {
		t.Errorf("too many strings in a string: %v", err)
	}
	big := strings.Repeat("jane ", 2<<20)
	if b := parse(t, nil, "application/json", `["`+big+`"]`); len(b.Leaves) != 1 || b.Leaves[0].Text != big {
		t.Error("a string of 10 MiB is not read whole")
	}
	b := parse(t, nil, "application/json", `["`+string(escape(nil, deep, houseUTF8))+`"]`)
	if len(b.Leaves) != 1 || b.Leaves[0].Text != deep {
		t.Error("a string that nests too deep is not read as text")
	}
}
