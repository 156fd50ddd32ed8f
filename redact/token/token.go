// Package token holds everything that is known about tokens: the stand-ins for
// private values in what a model reads and writes.
//
// A token is written [EMAIL_7K3QXM]: a label and six symbols of Crockford's
// base32. The symbols are a keyed function of scope, label and value, so that
// the same value gets the same token on every turn, process and replica, and a
// token says nothing in another scope.
//
// The law it keeps: only a token of the exchange's own live set is ever turned
// back into a value, whatever the model or a third party writes, and whatever
// way the text was cut into pieces; and a value is never put into a place that
// would send it away (see [URLGuard]).
//
// A request is written with a [Shield] and a [Minter], its answer is read with
// a [Live] set and a [Restorer]. Nothing here does any I/O.
package token

// Literal is the label that stands for text that already looked like a token
// when it came in. No rule may use it.
const Literal = "LITERAL"

const (
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford: no I, L, O, U
	idLen    = 6                                  // symbols of five bits
	minLabel = 2
	maxLabel = 12
)

// Token names a value: a label, which the model may read, and an id. Its shape
// says how it is written in text: Brackets, or a native one.
type Token struct {
	Label, ID string
	Shape     Shape
}

// String returns the token as it is written in text: [EMAIL_7K3QXM].
func (t Token) String() string { return t.Shape.Render(t) }

// Valid reports whether label and id have the form that a token must have.
func (t Token) Valid() bool { return ValidLabel(t.Label) && validID(t.ID) }

// name is the token without brackets. It does not depend on the shape.
func (t Token) name() string { return t.Label + "_" + t.ID }

// Range is a half-open range of bytes of a text.
type Range struct{ Start, End int }

// ValidLabel reports whether s is two to twelve letters A to Z.
func ValidLabel(s string) bool {
	if len(s) < minLabel || len(s) > maxLabel {
		return false
	}
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

func validID(s string) bool {
	if len(s) != idLen {
		return false
	}
	for i := range len(s) {
		if !isSymbol(s[i]) {
			return false
		}
	}
	return true
}

// symbol reads one written character of an id the way Crockford's base32 says:
// any case, O for 0, I and L for 1. It returns 0 for what is no symbol.
func symbol(b byte) byte { return symbols[b] }

// isSymbol reports whether b is a symbol as it is minted.
func isSymbol(b byte) bool { return b != 0 && symbols[b] == b }

var symbols = func() (t [256]byte) {
	for i := range len(alphabet) {
		t[alphabet[i]] = alphabet[i]
		t[alphabet[i]|0x20] = alphabet[i] // digits have this bit set already
	}
	t['O'], t['o'] = '0', '0'
	t['I'], t['i'], t['L'], t['l'] = '1', '1', '1', '1'
	return t
}()
