package streams

import (
	"bytes"
	"errors"

	"coatcheck/proxy/wire/rawjson"
)

// part says where in an event a stretch of its document stands.
type part struct{ doc, raw int }

// document gives the strings of an event's JSON to their texts. doc stands in
// the event as parts say; name is the event's own name, if it has one. In a
// whole document no string streams. When doc is no JSON nothing has happened.
func (s *Stream) document(ev *event, doc []byte, parts []part, name []byte, whole bool) error {
	v := &s.survey
	if err := v.read(doc, whole); err != nil {
		return err
	}
	typ := v.typ
	if len(typ) == 0 {
		typ = name
	}
	if v.endsGroup(typ) {
		s.closeGroup(v.group(typ))
	}
	ev.idle = string(typ) == "ping"
	arguments := v.rules() == nil && bytes.Contains(typ, []byte("arguments"))
	for _, slot := range v.slots {
		for len(parts) > 1 && parts[1].doc <= int(slot.start) {
			parts = parts[1:]
		}
		shift := parts[0].raw - parts[0].doc
		start, end := int(slot.start)+shift, int(slot.end)+shift
		if slot.note < 0 || !v.streams(v.notes[slot.note], typ) {
			s.alone(inJSON, slot.values || arguments, ev, start, end)
			continue
		}
		c := s.text(v.channel(typ, v.notes[slot.note]), inJSON)
		c.values = slot.values || arguments
		s.stream(c, ev, start, end)
	}
	for _, object := range v.ends {
		s.closeGroup(v.channel(typ, object))
	}
	return nil
}

// A piece that is longer than minRepeated, and that the next one begins with,
// is taken for a text so far. Of a long one only the beginning is compared.
const (
	minRepeated = 8
	maxCompared = 4096
)

// stream gives an event's piece to a text that goes on. Where nothing is known
// of the route, each event may repeat the whole text so far: such a piece stands alone.
func (s *Stream) stream(c *channel, ev *event, start, end int) {
	c.spoke = s.events
	if s.survey.rules() != nil {
		c.put(ev, start, end)
		return
	}
	raw := ev.raw[start:end]
	repeats := c.length > minRepeated && len(raw) >= c.length && bytes.HasPrefix(raw, c.last)
	if repeats {
		c.close()
	}
	c.last = append(c.last[:0], raw[:min(len(raw), maxCompared)]...)
	c.length = len(raw)
	c.put(ev, start, end)
	if repeats {
		c.close()
	}
}

// malformed reports whether to take a document that we could not read as text:
// what is malformed, but not what is too deep. It is one text then, since a
// person may get to see it.
func (s *Stream) malformed(err error) bool {
	if errors.Is(err, rawjson.ErrDepth) {
		s.unseen()
		return false
	}
	return true
}
