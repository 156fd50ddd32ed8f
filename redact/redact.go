// Package redact finds private text: text in, findings out. It does no I/O.
//
// The law it keeps: what one rule found stays found. Rules compete for bytes,
// the strictest action wins each of them, and no rule can uncover what another
// one covers.
//
// A text is searched as it stands and in the other ways in which its reader may
// take it (package view); the name that its structure gives to a place (package
// layout) is evidence like the words beside it. What is found in another
// reading covers the bytes that spell it: of encoded data, all of it.
//
// Bounds: time grows with the text, whatever it is made of, and a scan ends soon
// after its context does, wherever it is. The readings of a text come one at a
// time and take 20 MB at most, and of encoded data twice its size; what is
// found takes less than a kilobyte a finding until it is returned. A value that
// a line break cuts is joined across one break; structure is followed 4 KB back
// and a table's lines 2 KB to either side. An engine of the built-in packs
// takes about 4 MB, and remembers fields in about 4 MB more.
//
//	set, _ := builtin.Load()
//	engine, _ := redact.New(set, redact.Options{})
//	found, err := engine.Scan(ctx, fields)
package redact

import (
	"coatcheck/redact/plain"
	"coatcheck/rules"
)

// Origin says who wrote a field.
type Origin uint8

// System and developer text counts as the user's, and so does unknown text.
const (
	OriginUser Origin = iota
	OriginAssistant
	OriginTool
)

// Field is one decoded string of a request.
type Field struct {
	Path    string // JSON pointer or "header:x", for messages about places
	Key     string // the nearest object key: its words are context
	Text    plain.Text
	Origin  Origin
	Message int
	Certain bool // only certain findings may be reported here
	Once    bool // it will not come again, so it is not worth remembering
}

// Finding is a place in a field that a rule claims.
type Finding struct {
	Field      int // index in the list given to Scan
	Start, End int // bytes in the field's text, half-open
	Entity     string
	Label      string
	Rule       string
	Action     rules.Action
	Score      float64 // 0 to 1
	Certain    bool    // proven by a checksum or structure, or a shape without look-alikes
}
