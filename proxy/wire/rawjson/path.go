package rawjson

import "strconv"

// Path is where a value stands in a JSON document: the names and array
// positions from the root down to it. A walk reuses one Path for all values,
// so a visitor reads it during the visit and keeps nothing of it.
type Path struct{ segments []segment }

// segment is one step down. It doubles as the walk's own record of the
// container that the step is made in.
type segment struct {
	name  []byte // decoded; nil in an array
	index int    // position in an array, -1 before its first element
	array bool
	named bool // in an object: the name is read, its value comes next
	at    int  // byte offset of the container's opening brace or bracket
}

func (s *segment) awaitsName() bool { return !s.array && !s.named }

// Member returns the path of an object's member at the root.
func Member(name []byte) *Path { return &Path{segments: []segment{{name: name, index: -1}}} }

// Len returns the number of steps; the root has none.
func (p *Path) Len() int { return len(p.segments) }

// Index returns the array position of step i, or -1 when the step is a name.
func (p *Path) Index(i int) int { return p.segments[i].index }

// Key returns the decoded name of step i, or nil when the step is an array
// position. The bytes belong to the document and are valid during the visit.
func (p *Path) Key(i int) []byte { return p.segments[i].name }

// Container returns the byte offset at which the object or array that holds
// step i begins. It identifies that object: siblings share it, nothing else does.
func (p *Path) Container(i int) int { return p.segments[i].at }

// LastKey returns the nearest name above the value, nil if there is none.
func (p *Path) LastKey() []byte {
	for i := len(p.segments) - 1; i >= 0; i-- {
		if !p.segments[i].array {
			return p.segments[i].name
		}
	}
	return nil
}

// maxPlace bounds the steps that a place shows. Without it a deep document
// with a million leaves would cost memory of depth times leaves.
const maxPlace = 16

// AppendPlace appends the path as a pointer (RFC 6901) that may be shown to
// anybody: a name that does not look like one of a schema is written as *, and steps
// beyond the first 16 as one ellipsis.
func (p *Path) AppendPlace(dst []byte) []byte {
	for i, s := range p.segments {
		dst = append(dst, '/')
		switch {
		case i == maxPlace:
			return append(dst, "…"...)
		case s.array:
			dst = strconv.AppendInt(dst, int64(s.index), 10)
		case plainName(s.name):
			dst = append(dst, s.name...)
		default:
			dst = append(dst, '*')
		}
	}
	return dst
}

// plainName reports whether a name is a short word of letters, few digits,
// underscores and hyphens. Addresses, numbers and sentences are none.
func plainName(name []byte) bool {
	if len(name) == 0 || len(name) > 40 {
		return false
	}
	digits := 0
	for _, c := range name {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '-', c == '$':
		case '0' <= c && c <= '9':
			digits++
		default:
			return false
		}
	}
	return digits <= 4
}

// push opens the container that begins at byte offset at.
func (p *Path) push(array bool, at int) {
	p.segments = append(p.segments, segment{index: -1, array: array, at: at})
}

// pop closes the innermost container.
func (p *Path) pop() { p.segments = p.segments[:len(p.segments)-1] }

// enter moves to the value that begins here.
func (p *Path) enter() {
	if s := p.last(); s != nil && s.array {
		s.index++
	}
}

// leave moves past the value that ended here.
func (p *Path) leave() {
	if s := p.last(); s != nil {
		s.named = false
	}
}

func (p *Path) last() *segment {
	if len(p.segments) == 0 {
		return nil
	}
	return &p.segments[len(p.segments)-1]
}
