package streams

import "bytes"

// block is one server-sent event, taken apart.
type block struct {
	name         []byte
	data         []dataLine
	onlyComments bool // nothing for the client but a sign of life
}

// dataLine is the value of a data: line.
type dataLine struct {
	start, end int
	adjoins    bool // nothing but a line end and "data:" stands before it, behind another one
}

// read takes a block apart. Names and values are those of the WHATWG standard.
func (b *block) read(raw []byte) {
	b.name, b.data, b.onlyComments = nil, b.data[:0], true
	previous := false
	for at := 0; at < len(raw); {
		n := lineBreak(raw[at:])
		next := len(raw)
		if n >= 0 {
			next = at + n + lineEnd(raw[at+n:])
		} else {
			n = len(raw) - at
		}
		b.line(raw[at:at+n], at, &previous)
		at = next
	}
	// The default name is that of no name.
	if string(b.name) == "message" {
		b.name = nil
	}
}

func (b *block) line(line []byte, at int, previous *bool) {
	field, _, colon := bytes.Cut(line, []byte{':'})
	start := len(field)
	if colon {
		start++
	}
	if start < len(line) && line[start] == ' ' {
		start++
	}
	isData := string(field) == "data"
	switch {
	case len(line) == 0 || len(field) == 0:
	case isData:
		b.onlyComments = false
		b.data = append(b.data, dataLine{at + start, at + len(line), *previous && colon})
	default:
		b.onlyComments = false
		if string(field) == "event" {
			b.name = line[start:]
		}
	}
	*previous = isData
}
