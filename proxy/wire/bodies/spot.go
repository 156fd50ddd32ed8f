package bodies

import (
	"unicode/utf8"

	"coatcheck/proxy/wire/rawjson"
)

// layer is a text that holds leaves: the body, or a string in it.
type layer struct {
	text  string
	level int   // strings around it
	outer *spot // the innermost of them, nil for the body
}

// spot is where a leaf is spelled.
type spot struct {
	in         *layer
	start, end int // in the layer's text, quotes included
	offs       offsets
	how        notation
}

// notation is how the text of a leaf stands in its layer.
type notation uint8

const (
	plainText  notation = iota // as it is
	jsonString                 // as a JSON string
	jsonNumber                 // as a JSON number; a changed one becomes a string
	formField                  // percent-encoded
)

// lift carries a cut of the spot's text through all strings around it to the
// body. It is false when the cut falls inside a character's spelling.
func (s *spot) lift(c cut, text string, limit int, room caps) (cut, bool) {
	for {
		if limit > 0 && s.in.outer == nil {
			room.grow(s, text, limit, c)
		}
		var ok bool
		if c, ok = s.outward(c); !ok || s.in.outer == nil {
			return c, ok
		}
		text, s = s.in.text, s.in.outer
	}
}

// outward turns a cut of the spot's text into one of the layer around it.
func (s *spot) outward(c cut) (cut, bool) {
	if s.how == jsonNumber {
		return cut{s.start, s.end, `"` + string(rawjson.AppendEscaped(nil, c.with, rawjson.UTF8)) + `"`}, true
	}
	start, okStart := s.offs.raw(c.start)
	end, okEnd := s.offs.raw(c.end)
	if !okStart || !okEnd {
		return cut{}, false
	}
	with := c.with
	shift := s.start
	switch s.how {
	case jsonString:
		shift++
		with = s.quoted(with)
	case formField:
		with = string(escapeForm(nil, with))
	}
	return cut{shift + start, shift + end, with}, true
}

// quoted spells text in the style of the string around it. Most text, all
// tokens among it, is spelled as it is in any style.
func (s *spot) quoted(with string) string {
	for _, c := range []byte(with) {
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return string(rawjson.AppendEscaped(nil, with, rawjson.StyleOf(s.in.text[s.start+1:s.end-1])))
		}
	}
	return with
}
