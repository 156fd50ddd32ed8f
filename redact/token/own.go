package token

import (
	"iter"
	"strings"

	"coatcheck/redact/plain"
)

// A passage is a stretch of text that no reader joins with its neighbours: from
// white space at which nothing is open to the next such white space. A word is
// one, and so is a link with its destination, or a tag with its attributes. In
// it every live token is written in its exact form, whatever its shape.
//
// What the guard refuses may have stood in the client's own text, in the very
// same passage: a connection string with a password, a link to a customer's record.
// Whoever wrote it has already decided where its value goes, so there it
// is restored. Text around it, quotes for instance, may differ.

const (
	maxPassage = 1 << 10  // bytes
	maxOwn     = 64 << 10 // bytes of all own passages of a live set
)

// own lists, for each token that the guard would not restore there, the passages
// of the client's own text that it stands in.
type own struct {
	passages map[int][]plain.Text // by name in the lexicon
	size     int
}

// Own returns the live set with the client's own texts, as they were sent, in
// which its tokens may be restored where the guard of each would refuse. Of long
// texts with very many such places the first are known. The texts must not come
// from the model or from its tools: they could have put the value there.
func (l *Live) Own(g Guard, texts iter.Seq[string]) *Live {
	if l.Len() == 0 {
		return l
	}
	o := own{passages: map[int][]plain.Text{}}
	for text := range texts {
		r := NewRestorer(l, g)
		r.passage.followed, r.passage.into = true, &o
		r.Push(text)
		r.Close()
	}
	if len(o.passages) == 0 {
		return l
	}
	c := *l
	c.own = o
	return &c
}

// keep adds a passage in which the guard refused the names.
func (o *own) keep(text string, names []int) {
	for _, name := range names {
		if o.size+len(text) > maxOwn {
			return
		}
		o.size += len(text)
		o.passages[name] = append(o.passages[name], plain.New(text))
	}
}

// passage is what a restorer has read of the passage that its text is in.
type passage struct {
	followed bool // somebody asks for it
	into     *own // where the client's own ones go, nil in an answer
	text     []byte
	long     bool  // over maxPassage: no longer kept
	refused  []int // names that the guard refused in it
}

func (p *passage) add(text string) {
	if p.long = p.long || !p.followed || len(p.text)+len(text) > maxPassage; !p.long {
		p.text = append(p.text, text...)
	}
}

// end begins the next passage; whole says that this one ended where nothing is
// open.
func (p *passage) end(whole bool) {
	if p.into != nil && !p.long && whole {
		p.into.keep(string(p.text), p.refused)
	}
	p.text, p.long, p.refused = p.text[:0], false, p.refused[:0]
}

// write shows text to the guard, passage by passage if anybody asks.
func (r *Restorer) write(text string) {
	if !r.passage.followed {
		r.track.write(text)
		return
	}
	for text != "" {
		n := strings.IndexFunc(text, asciiSpace) + 1
		if n == 0 {
			n = len(text)
		}
		r.track.write(text[:n])
		if isSpace(text[n-1]) && r.track.clean() {
			r.passage.add(text[:n-1])
			r.passage.end(true)
		} else {
			r.passage.add(text[:n])
		}
		text = text[n:]
	}
}

func asciiSpace(c rune) bool { return c < 0x80 && isSpace(byte(c)) }

// exact is how a passage spells a live token.
func (l *lexicon) exact(m match) string { return "[" + l.names[m.name] + "]" + m.suffix }

// owned reports whether a token that the guard refuses stands in one of the
// client's own passages. after is what follows it; while the passage goes on and
// may still become one of those, the answer is not settled.
func (r *Restorer) owned(m match, value, after string) (ok, settled bool) {
	if !r.passage.followed || r.passage.long || len(r.live.own.passages[m.name]) == 0 {
		return false, true
	}
	head := strings.TrimLeft(string(r.passage.text), openers) + r.live.lexicon.exact(m)
	n, whole := rest(r.track, value, after)
	if len(head)+n > maxPassage {
		return false, true
	}
	text := head + strings.TrimRight(after[:n], closers)
	whole = whole || r.closed
	for _, p := range r.live.own.passages[m.name] {
		if stands(text, p.Reveal(plain.Access{}), whole) {
			return whole, whole
		}
	}
	return false, true
}

// rest returns how many bytes of the text behind a value belong to its passage,
// and whether that ends there.
func rest(t track, value, after string) (n int, whole bool) {
	t = t.fork()
	t.restored(value)
	for n < len(after) {
		next := strings.IndexFunc(after[n:], asciiSpace) + 1
		if next == 0 {
			return len(after), false
		}
		t.write(after[n : n+next])
		if t.clean() {
			return n + next - 1, true
		}
		n += next
	}
	return n, false
}

// What may stand around a passage without being part of it. Nothing here could
// lengthen a host's name, a path or an address.
const (
	openers = "\"'`({*_~|>,;="
	closers = "\"'`)]}*_~|<,;.:!?"
	borders = "\"'`()[]{}*~|<>,;"
)

// stands reports whether text stands in a passage with nothing beside it that
// could belong to it; if it is not whole, whether it may once it is.
func stands(text, passage string, whole bool) bool {
	for from := 0; ; {
		i := strings.Index(passage[from:], text)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(text)
		left := i == 0 || strings.IndexByte(borders+"=", passage[i-1]) >= 0
		if left && (!whole || strings.Trim(passage[end:], closers) == "" || strings.IndexByte(borders, passage[end]) >= 0) {
			return true
		}
		from = i + 1
	}
}
