package standin

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

const secret = "Jane.Roe+x@example.com"

// jsonHex escapes every character as \uXXXX.
func jsonHex(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	return b.String()
}

// quoted is s as a JSON string.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func entities(s string) string {
	var b strings.Builder
	for i, c := range s {
		fmt.Fprintf(&b, []string{"&#%d;", "&#x%X;"}[i%2], c)
	}
	return b.String()
}

func percents(s string) string {
	return "%" + strings.ToUpper(strings.Join(strings.Split(fmt.Sprintf("% x", s), " "), "%"))
}

// spellings are the forms that a value can leave in.
var spellings = []struct {
	name  string
	spell func(string) string
	want  string
}{
	{"clear", func(s string) string { return s }, "clear"},
	{"upper case", strings.ToUpper, "clear"},
	{"lower case", strings.ToLower, "clear"},
	{"every character escaped", jsonHex, "json"},
	{"escapes in upper case", func(s string) string {
		return strings.ReplaceAll(strings.ToUpper(jsonHex(s)), `\U`, `\u`)
	}, "json"},
	{"JSON in JSON", func(s string) string { return quoted(`{"a":"` + jsonHex(s) + `"}`) }, "json"},
	{"JSON in JSON in JSON", func(s string) string { return quoted(quoted(jsonHex(s))) }, "json"},
	{"every byte in percents", percents, "percent"},
	{"query", url.QueryEscape, "percent"},
	{"percents in JSON", func(s string) string { return jsonHex(percents(s)) }, "percent"},
	{"entities", entities, "html"},
	{"entities in JSON", func(s string) string { return quoted(jsonHex(entities(s))) }, "html"},
	{"named entity", func(s string) string {
		return strings.ReplaceAll(html.EscapeString(s), "@", "&commat;")
	}, "html"},
	{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }, "hex"},
	{"hex in upper case", func(s string) string { return fmt.Sprintf("%X", s) }, "hex"},
	{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }, "base64"},
	{"base64 of lower case", func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(strings.ToLower(s)))
	}, "base64"},
	{"base64, one byte later", func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("x" + s + "yz"))
	}, "base64"},
	{"base64, two bytes later", func(s string) string {
		return base64.RawStdEncoding.EncodeToString([]byte("xy" + s + "z"))
	}, "base64"},
	{"base64 for URLs", func(s string) string {
		return base64.RawURLEncoding.EncodeToString([]byte("?>" + s + "\xff\xff"))
	}, "base64"},
	{"base64 in JSON that escapes slashes", func(s string) string {
		return strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(s)), "/", `\/`)
	}, "base64"},
}

func TestEverySpellingIsFound(t *testing.T) {
	for _, c := range spellings {
		t.Run(c.name, func(t *testing.T) {
			text := "before " + c.spell(secret) + " after"
			got := newNeedle(secret).in(text)
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("in %q found %q, want %q", text, got, c.want)
			}
			if other := newNeedle("john.doe+y@example.com").in(text); len(other) != 0 {
				t.Errorf("found another value: %q", other)
			}
		})
	}
}

func TestDifficultValuesAreFound(t *testing.T) {
	values := []string{
		"-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n",
		`quote " and \ backslash`, "Zoë Ångström", "📮 Post", "4111 1111 1111 1111", "a/b?c=d&e", "12345",
	}
	for _, value := range values {
		for _, spell := range []func(string) string{quoted, jsonHex, url.QueryEscape, percents, entities} {
			text := spell(value)
			if got := newNeedle(value).in(text); len(got) == 0 {
				t.Errorf("%q is not found in %q", value, text)
			}
		}
	}
}

func TestHoldsNamesThePlace(t *testing.T) {
	cases := []struct {
		name  string
		plant func(*http.Request)
		want  string
	}{
		{"path", func(r *http.Request) { r.URL.Path += "/" + secret }, "path: clear"},
		{"query", func(r *http.Request) { r.URL.RawQuery = "q=" + url.QueryEscape(secret) }, "path: percent"},
		{"header", func(r *http.Request) { r.Header.Set("X-User", secret) }, "header X-User: clear"},
		{"header name", func(r *http.Request) {
			r.Header["X-"+hex.EncodeToString([]byte(secret))] = []string{"1"}
		}, "header: hex"},
		{"basic auth", func(r *http.Request) { r.SetBasicAuth("me", secret) }, "header Authorization: base64"},
		{"host", func(r *http.Request) { r.Host = hex.EncodeToString([]byte(secret)) + ".example.com" }, "host: hex"},
		{"body", func(r *http.Request) { setBody(r, []byte(secret)) }, "body: clear"},
		{"trailer", func(r *http.Request) {
			setBody(r, []byte("x"))
			r.ContentLength = -1
			r.Trailer = http.Header{"X-User": {secret}}
		}, "trailer X-User: clear"},
		{"coded body", func(r *http.Request) {
			coded, err := encodePieces("zstd", []string{strings.Repeat("x", 500) + jsonHex(secret)})
			if err != nil {
				t.Fatal(err)
			}
			setBody(r, bytes.Join(coded, nil))
			r.Header.Set("Content-Encoding", "zstd")
		}, "decoded body: json"},
	}
	for _, c := range cases {
		for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
			t.Run(c.name+" "+proto, func(t *testing.T) {
				s := start(t, Config{})
				r, err := http.NewRequest("POST", s.URL()+"/model", http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				c.plant(r)
				send(t, clientOf(t, s, proto), r)
				if got := s.Holds(secret); len(got) != 1 || got[0] != "request 0: "+c.want {
					t.Errorf("got %q, want %q in request 0", got, c.want)
				}
				if got := s.Holds("4111 1111 1111 1111"); len(got) != 0 {
					t.Errorf("found what nobody sent: %q", got)
				}
			})
		}
	}
}

func TestHoldsFindsWhatNeverBecameARequest(t *testing.T) {
	s := start(t, Config{Plain: true})
	got := exchangeRaw(t, s, "NONSENSE "+secret+"\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 400 ") {
		t.Errorf("answer %q", got)
	}
	if got := s.Holds(secret); len(got) != 1 || got[0] != "connection 0: outside requests: clear" {
		t.Errorf("got %q", got)
	}
}

func FuzzPlantedValueIsFound(f *testing.F) {
	f.Add("", secret, "!")
	f.Add("\\", "x\"y\\z/\u00e9\u2028", "\\")
	f.Add("%4", "100% sure + %41", "1")
	f.Add("xy", "\U0001f4ee post &lt;b&gt; \x00\r\n", "z")
	f.Fuzz(func(t *testing.T, before, value, after string) {
		if len(value) < 8 || !utf8.ValidString(value) {
			t.Skip("short values are not searched for in every form, and JSON holds no broken UTF-8")
		}
		n := newNeedle(value)
		for name, text := range map[string]string{
			"clear":   before + value + after,
			"json":    quoted(value),
			"json 2":  quoted(quoted(value)),
			"escapes": jsonHex(value),
			"query":   url.QueryEscape(value),
			"path":    url.PathEscape(value),
			"percent": percents(value),
			"hex":     before + fmt.Sprintf("%X", value) + after,
			"base64":  base64.StdEncoding.EncodeToString([]byte(before + value + after)),
			"url":     base64.URLEncoding.EncodeToString([]byte(before + value + after)),
		} {
			if len(n.in(text)) == 0 {
				t.Errorf("%s: %q is not found in %q", name, value, text)
			}
		}
	})
}
