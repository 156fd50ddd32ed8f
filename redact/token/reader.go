package token

// A reader walks over the units of one spelling.
type reader struct {
	s        string
	pos, end int
	final    bool
	cursor   cursor
	anyID    bool
	labelAt  int

	escapes                int // backslashes before the opening bracket
	bracketed              bool
	marks                  bool // emphasis inside the brackets
	lower, digits, letters bool // how label and id are written
	misread                bool // a symbol was written O for 0, I or L for 1
	separators             int
	loose                  bool // a separator other than underscore and hyphens
}

// peek returns the unit at the position. Behind the bound nothing is read: what
// is too long is too long in whatever pieces it comes.
func (r *reader) peek() unit {
	if r.pos >= r.end {
		return unit{kind: unitOther}
	}
	u := unitAt(r.s, r.pos)
	if u.kind == unitCut && r.final {
		return unit{kind: unitOther}
	}
	return u
}

// next passes over the units that mean nothing and returns the one behind,
// which it leaves in place.
func (r *reader) next() (unit, verdict) {
	for {
		u := r.peek()
		switch {
		case u.kind == unitCut:
			return u, wait
		case u.kind == unitMark && !r.bracketed:
			// One mark of a pair may stand outside; taking the other away would
			// change the text around the value.
			return u, miss
		case u.kind == unitMark:
			r.marks = true
		case u.kind != unitSkip:
			return u, hit
		}
		r.pos += u.width
	}
}

// maxEscapes bounds the backslashes that may escape a bracket: one for Markdown,
// two if that stands in JSON.
const maxEscapes = 2

// open reads what stands before the core: a bracket, perhaps escaped, or nothing.
func (r *reader) open() verdict {
	u := r.peek()
	if u.kind == unitWord {
		return hit
	}
	for u.kind == unitSkip && r.s[r.pos] == '\\' && r.escapes < maxEscapes {
		r.escapes++
		r.pos++
		u = r.peek()
	}
	if u.kind == unitCut {
		return wait
	}
	if u.kind != unitOpen {
		return miss
	}
	r.bracketed = true
	r.pos += u.width
	_, v := r.next()
	return v
}

// label reads the label up to the separator.
func (r *reader) label() verdict {
	r.labelAt = r.pos
	for {
		u, v := r.next()
		switch {
		case v != hit:
			return v
		case u.kind == unitJoin || u.kind == unitLoose:
			return found(r.cursor.step('_'))
		case u.kind != unitWord || !r.cursor.step(upper(u.char)):
			return miss
		}
		r.lower = r.lower || u.char >= 'a'
		r.pos++
	}
}

// separator reads one or two separators.
func (r *reader) separator() verdict {
	for {
		u, v := r.next()
		switch {
		case v != hit:
			return v
		case u.kind == unitWord && r.separators > 0:
			return hit
		case u.kind != unitJoin && u.kind != unitLoose || r.separators == 2:
			return miss
		}
		r.separators++
		r.loose = r.loose || u.kind == unitLoose
		r.pos += u.width
	}
}

// id reads the six symbols and stops right behind the last.
func (r *reader) id() verdict {
	for range idLen {
		u, v := r.next()
		if v != hit {
			return v
		}
		sym := symbol(u.char)
		if u.kind != unitWord || sym == 0 || !r.anyID && !r.cursor.step(sym) {
			return miss
		}
		r.lower = r.lower || u.char >= 'a'
		r.digits = r.digits || u.char <= '9'
		r.letters = r.letters || u.char > '9'
		r.misread = r.misread || sym != upper(u.char)
		r.pos++
	}
	return hit
}

// suffix reads a plural or possessive ending inside the brackets.
func (r *reader) suffix() (string, verdict) {
	u, v := r.next()
	if v != hit {
		return "", v
	}
	start, apostrophes := r.pos, 0
	for _, apostrophe := range []string{"'", "’"} {
		rest := r.s[r.pos:min(len(r.s), r.pos+len(apostrophe))]
		if rest == apostrophe {
			r.pos += len(apostrophe)
			apostrophes++
			break
		}
		if rest == apostrophe[:len(rest)] && !r.final {
			return "", wait
		}
	}
	if apostrophes > 0 {
		u = r.peek()
	}
	switch {
	case u.kind == unitCut:
		return "", wait
	case u.kind == unitWord && u.char == 's':
		r.pos++
		return r.s[start:r.pos], hit
	case apostrophes > 0: // "James'"
		return r.s[start:r.pos], hit
	}
	return "", hit
}

// bare says whether the core may stand without its pair of brackets. Less is
// tolerated there, or the shield would take "user_model2" for a token.
func (r *reader) bare(core Range) verdict {
	if r.marks || r.misread || !(r.digits && r.letters) || r.loose && r.lower {
		return miss
	}
	if core.End < len(r.s) {
		return found(!wordByte(r.s[core.End]))
	}
	if r.final {
		return hit
	}
	return wait
}

func found(ok bool) verdict {
	if ok {
		return hit
	}
	return miss
}
