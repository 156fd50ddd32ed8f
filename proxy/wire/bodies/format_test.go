package bodies

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"coatcheck/proxy/wire/rawjson"
)

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
		{"JSON cut short", "application/json", `["a"`, nil, rawjson.ErrMalformed},
		{"JSON with NaN", "application/json", `[NaN]`, nil, rawjson.ErrMalformed},
		{"JSON with a tail", "application/json", `["a"] x`, nil, rawjson.ErrMalformed},
		{"two documents", "application/json", "[\"a\"]\n[\"b\"]", nil, rawjson.ErrMalformed},
		{"JSON that is none", "application/json", `a=b`, nil, rawjson.ErrMalformed},
		{"white space", "application/json", ` `, nil, rawjson.ErrMalformed},
		{"lines", "application/x-ndjson", "{\"x\":\"a\"}\r\n\n[\"b\"]", []string{`/0/x s "a" free`, `/2/0 s "b" free`}, nil},
		{"lines with a bad one", "application/jsonl", "[\"a\"]\n[", nil, rawjson.ErrMalformed},
		{"text", "text/plain; charset=utf-8", "jane\nJane", []string{` s "jane\nJane" free`}, nil},
		{"text behind a byte order mark", "text/plain", "\ufeffjane", []string{` s "jane" free`}, nil},
		{"text with a bracket", "text/plain", "[info] a [1]", []string{` s "[info] a [1]" free`}, nil},
		{"text that is JSON lines", "text/plain", "[\"a\"]\n[\"b\"]", []string{`/0/0 s "a" free`, `/1/0 s "b" free`}, nil},
		{"text that a lenient parser reads as JSON", "text/plain", `{"x":"\u0061",}`, nil, rawjson.ErrMalformed},
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
			b, err := Parse(nil, tt.mediaType, []byte(tt.src), Limits{Depth: 1000})
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

func TestLinesUseNoTable(t *testing.T) {
	line := `{"model":"m","messages":[{"role":"user","content":[{"type":"thinking","thinking":"a"}]}]}`
	got := values(parse(t, messages, "application/x-ndjson", line+"\n"+strings.Replace(line, "thinking", "text", 1)))
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
