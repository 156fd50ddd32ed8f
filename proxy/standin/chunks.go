package standin

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// Cut chooses where a text is cut: it returns byte offsets inside the text,
// ascending. A nil Cut leaves the text whole.
type Cut func(text string) []int

// Every cuts after each n bytes.
func Every(n int) Cut {
	return func(text string) []int {
		var at []int
		for i := n; i < len(text); i += n {
			at = append(at, i)
		}
		return at
	}
}

// Pieces cuts a text into n pieces of nearly equal size.
func Pieces(n int) Cut {
	return func(text string) []int {
		var at []int
		for i := 1; i < n; i++ {
			at = append(at, i*len(text)/n)
		}
		return at
	}
}

// At cuts at the given offsets, which must ascend.
func At(offsets ...int) Cut {
	return func(string) []int { return offsets }
}

// Random cuts into pieces of 1 to 32 bytes. The same seed cuts the same text
// at the same places.
func Random(seed uint64) Cut {
	return func(text string) []int {
		r := rand.New(rand.NewPCG(seed, 0))
		var at []int
		for i := 1 + r.IntN(32); i < len(text); i += 1 + r.IntN(32) {
			at = append(at, i)
		}
		return at
	}
}

// PerEvent is a [Cut] after each empty line, where an event of a stream ends.
func PerEvent(text string) []int {
	var at []int
	for i := 0; ; {
		end, size := eventEnd(text[i:])
		if size == 0 || i+end+size >= len(text) {
			return at
		}
		i += end + size
		at = append(at, i)
	}
}

// eventEnd finds the first empty line in text, in either line ending.
func eventEnd(text string) (start, size int) {
	lf, crlf := strings.Index(text, "\n\n"), strings.Index(text, "\r\n\r\n")
	if crlf >= 0 && (lf < 0 || crlf < lf) {
		return crlf, 4
	}
	if lf >= 0 {
		return lf, 2
	}
	return 0, 0
}

// split cuts a text. Offsets outside it, or not above the one before, are
// passed over, so that no piece is empty unless the text is.
func (c Cut) split(text string) []string {
	if c == nil {
		return []string{text}
	}
	var pieces []string
	last := 0
	for _, at := range c(text) {
		if at > last && at < len(text) {
			pieces = append(pieces, text[last:at])
			last = at
		}
	}
	return append(pieces, text[last:])
}

// splitRunes is split with every cut moved on to the start of a rune, for
// pieces that must be strings of their own.
func (c Cut) splitRunes(text string) []string {
	if c == nil {
		return []string{text}
	}
	aligned := Cut(func(text string) []int {
		at := c(text)
		for i, p := range at {
			for p < len(text) && !utf8.RuneStart(text[p]) {
				p++
			}
			at[i] = p
		}
		return at
	})
	return aligned.split(text)
}

// object is a JSON object in the making.
type object = map[string]any

// encode returns v as JSON, without the escapes for HTML that no provider
// uses.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		// Only channels, functions and the like cannot be encoded.
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// events is a stream of server-sent events in the making.
type events struct {
	bytes.Buffer
	keepAlive bool // a comment stands before each event
}

// add appends an event; name may be empty.
func (e *events) add(name string, data any) {
	e.addRaw(name, string(encode(data)))
}

func (e *events) addRaw(name, data string) {
	if e.keepAlive {
		e.WriteString(": keep-alive\n\n")
	}
	if name != "" {
		e.WriteString("event: " + name + "\n")
	}
	e.WriteString("data: " + data + "\n\n")
}
