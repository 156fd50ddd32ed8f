package standin

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Shortest encoded forms that are searched for. Below them chance hits in
// random ids would drown the real ones.
const (
	minBase64 = 6 // characters that all depend on the value alone
	minHex    = 8
)

// maxPeels is how many layers of escaping are taken off: a tool argument that
// is JSON in a JSON string inside another has three.
const maxPeels = 3

// Holds searches everything received for value and returns each place where
// it stands, or nothing. A place reads like
//
//	request 0: body: json
//
// with the part of the request and the spelling: clear, json (\uXXXX and
// other escapes), percent (plus
// signs for spaces too), html (entities), hex, base64. Letter case is
// ignored, spellings are found inside one another up to three deep, bodies are
// searched as sent and after content decoding, and bytes of a connection that
// never became a request are searched too. Where a place has the value in
// clear, other spellings in it are not listed. Values under 6 bytes are not looked
// for as base64, nor those under 4 as hex.
func (s *Server) Holds(value string) []string {
	n := newNeedle(value)
	var found []string
	for _, r := range s.Requests() {
		for _, p := range r.places() {
			for _, spelling := range n.in(p.text) {
				found = append(found, fmt.Sprintf("request %d: %s: %s", r.Number, p.name, spelling))
			}
		}
	}
	s.mu.Lock()
	tapes := slices.Clone(s.tapes)
	s.mu.Unlock()
	for i, t := range tapes {
		for _, spelling := range n.in(string(t.rest())) {
			found = append(found, fmt.Sprintf("connection %d: outside requests: %s", i, spelling))
		}
	}
	return found
}

// Spellings searches one text the way [Server.Holds] searches requests: it
// returns the spellings in which value stands in it.
func Spellings(text, value string) []string { return newNeedle(value).in(text) }

// place is a part of a request that can hold text.
type place struct{ name, text string }

func (r Request) places() []place {
	all := []place{
		{"method", r.Method}, {"path", r.Path}, {"host", r.Host}, {"server name", r.ServerName},
	}
	all = append(all, fields("header", r.Header)...)
	all = append(all, fields("trailer", r.Trailer)...)
	all = append(all, place{"body", string(r.Body)})
	if r.Decoded != nil && string(r.Decoded) != string(r.Body) {
		all = append(all, place{"decoded body", string(r.Decoded)})
	}
	return all
}

func fields(kind string, h http.Header) []place {
	var all []place
	for _, name := range slices.Sorted(maps.Keys(h)) {
		all = append(all, place{kind, name})
		for _, value := range h[name] {
			all = append(all, place{kind + " " + name, value})
		}
	}
	return all
}

// needle is a value in the spellings that are searched for as they are.
type needle struct {
	clear  string   // lower case
	hex    []string // lower case
	base64 []string
}

func newNeedle(value string) needle {
	n := needle{clear: strings.ToLower(value)}
	for _, v := range []string{value, strings.ToLower(value), strings.ToUpper(value)} {
		if h := hex.EncodeToString([]byte(v)); len(h) >= minHex {
			n.hex = append(n.hex, h)
		}
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			n.base64 = append(n.base64, base64Cores(e, v)...)
		}
	}
	return n
}

// base64Cores returns what every base64 text holds that has v in it: three
// strings, as v may begin at any byte of a group of three. The characters at
// both ends that depend on v's neighbours are cut off.
func base64Cores(e *base64.Encoding, v string) []string {
	var cores []string
	for offset := range 3 {
		text := e.EncodeToString([]byte("\x00\x00"[:offset] + v))
		start := (offset*8 + 5) / 6
		end := (offset + len(v)) * 8 / 6
		if end-start >= minBase64 {
			cores = append(cores, text[start:end])
		}
	}
	return cores
}

// in returns the spellings in which the value stands in text, each once.
func (n needle) in(text string) []string {
	found := map[string]bool{}
	seen := map[string]bool{text: true}
	layer := map[string]string{text: ""} // text → the escaping that was peeled off to get it
	for range maxPeels + 1 {
		next := map[string]string{}
		for view, how := range layer {
			if n.match(view, how, found) {
				continue // what lies under it holds the value all the same
			}
			for _, p := range peels {
				if under := p.peel(view); !seen[under] {
					seen[under], next[under] = true, p.name
				}
			}
		}
		layer = next
	}
	return slices.Sorted(maps.Keys(found))
}

// match notes the spellings of the value in one view of a text. It reports
// whether the view has it in clear.
func (n needle) match(view, how string, found map[string]bool) bool {
	lower := strings.ToLower(view)
	if strings.Contains(lower, n.clear) {
		found[cmp.Or(how, "clear")] = true
		return true
	}
	if slices.ContainsFunc(n.hex, func(h string) bool { return strings.Contains(lower, h) }) {
		found["hex"] = true
	}
	if slices.ContainsFunc(n.base64, func(b string) bool { return strings.Contains(view, b) }) {
		found["base64"] = true
	}
	return false
}

// peels take one layer of escaping off a text. They leave alone what they
// cannot read.
var peels = []struct {
	name string
	peel func(string) string
}{
	{"json", unescapeJSON},
	{"percent", unescapePercent},
	{"percent", unescapeForm},
	{"html", html.UnescapeString},
}

// unescapeForm decodes the percent escapes and plus signs of forms.
func unescapeForm(s string) string {
	return unescapePercent(strings.ReplaceAll(s, "+", " "))
}

// unescapePercent decodes percent escapes.
func unescapePercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+3 <= len(s) {
			if c, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unescapeJSON decodes the escapes of JSON strings wherever they stand.
func unescapeJSON(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	const short = `"\/bfnrt`
	const meant = "\"\\/\b\f\n\r\t"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if at := strings.IndexByte(short, s[i+1]); at >= 0 {
			b.WriteByte(meant[at])
			i++
		} else if c, size := unicodeEscape(s[i:]); size > 0 {
			b.WriteRune(c)
			i += size - 1
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// unicodeEscape reads \uXXXX, or two of them that make a surrogate pair, at the
// start of s. It returns size 0 if there is none.
func unicodeEscape(s string) (c rune, size int) {
	c, ok := codeUnit(s)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(c) {
		return c, 6
	}
	if low, ok := codeUnit(s[6:]); ok {
		if pair := utf16.DecodeRune(c, low); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

func codeUnit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	b, err := hex.DecodeString(s[2:6])
	if err != nil {
		return 0, false
	}
	return rune(b[0])<<8 | rune(b[1]), true
}
