package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"

	"coatcheck/redact/plain"
)

// PRF is a keyed pseudo-random function, safe for concurrent use, that is asked
// for 32 bytes. Tink's prf.Set over HMAC-SHA256 is one.
type PRF interface {
	ComputePrimaryPRF(input []byte, outputLength uint32) ([]byte, error)
}

const scopeKeyLen = 32 // bytes

// Scope is the key of all tokens of one principal at one provider host. Equal
// values have equal tokens within a scope and unrelated ones in another, so
// that two providers cannot link a person by a token.
// The key is held as private text so that printing a Scope says nothing.
type Scope struct{ key plain.Text }

// NewScope derives the scope of principal at host. Both must be there; host is
// taken as it is spelled, so the caller normalises it.
func NewScope(p PRF, principal, host string) (Scope, error) {
	if principal == "" || host == "" {
		return Scope{}, errors.New("token scope: principal and host must not be empty")
	}
	// Lengths stand before the parts: no choice of names makes two pairs one input.
	input := appendPart(nil, "coatcheck/scope/v1")
	input = appendPart(input, principal)
	input = appendPart(input, host)
	out, err := p.ComputePrimaryPRF(input, scopeKeyLen)
	if err != nil {
		return Scope{}, fmt.Errorf("token scope: %w", err)
	}
	if len(out) != scopeKeyLen {
		return Scope{}, fmt.Errorf("token scope: function gave %d bytes, want %d", len(out), scopeKeyLen)
	}
	return Scope{plain.New(string(out))}, nil
}

// appendPart appends the length of s as four bytes, then s.
func appendPart(to []byte, s string) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(s)))
	return append(to, s...)
}

// MaxValues is how many distinct values one request may have tokens for.
const MaxValues = 100_000

// ErrTooMany is returned by [Minter.Mint] beyond [MaxValues] distinct values.
var ErrTooMany = errors.New("token: too many distinct values in one request")

// Minter makes the tokens of one request. It is not safe for concurrent use.
//
// A token depends on the scope, the label and the exact bytes of the value.
// Bytes, not letters: a value written in another case or another Unicode form
// is another value with another token, since a restored text must read as it
// was written.
type Minter struct{ book func() *book }

// A book is a Minter's state. It holds private text, so it sits behind a
// function: whatever prints a Minter prints an address. A pointer would not do,
// fmt follows it when a verb does not fit.
type book struct {
	keyed  bool
	mac    hash.Hash
	minted map[source]Token
	owner  map[string]plain.Text // by name, and by what a native shape makes of it
	order  []Token
	input  []byte
	sum    []byte
}

type source struct {
	label, value string
	shape        Shape
}

// NewMinter returns a minter for one request in scope s. In the zero Scope,
// which has no key, it mints nothing.
func NewMinter(s Scope) *Minter {
	b := &book{
		keyed:  s.key.Len() > 0,
		mac:    hmac.New(sha256.New, []byte(s.key.Reveal(plain.Access{}))),
		minted: make(map[source]Token),
		owner:  make(map[string]plain.Text),
	}
	return &Minter{func() *book { return b }}
}

// Mint returns the token for v under label, to be written in a shape: Brackets
// or a native one. The same value gets the same token; its id does not depend
// on the shape, unless another value has what the shape makes of it.
//
// Two values whose ids collide are kept apart by a counter in the order of
// their first appearance, so that tokens stay as they are while a conversation
// grows at its end.
func (m *Minter) Mint(label string, v plain.Text, shape Shape) (Token, error) {
	b := m.book()
	src := source{label, v.Reveal(plain.Access{}), shape}
	if t, ok := b.minted[src]; ok {
		return t, nil
	}
	if !ValidLabel(label) {
		return Token{}, errors.New("token: a label is two to twelve letters A to Z")
	}
	if !b.keyed {
		return Token{}, errors.New("token: no scope to mint in")
	}
	if len(b.order) >= MaxValues {
		return Token{}, ErrTooMany
	}
	t := Token{Label: label, Shape: shape}
	for counter := uint32(0); ; counter++ {
		var ok bool
		if t.ID, ok = b.id(counter, src); ok && b.take(t, v) {
			break
		}
	}
	b.minted[src] = t
	b.order = append(b.order, t)
	return t, nil
}

// take makes v the owner of a token in every way it is written, unless one of
// them is another value's.
func (b *book) take(t Token, v plain.Text) bool {
	names := []string{t.name()}
	if t.Shape.Native() {
		names = append(names, t.String())
	}
	for _, name := range names {
		if owner, taken := b.owner[name]; taken && !owner.Equal(v) {
			return false
		}
	}
	for _, name := range names {
		b.owner[name] = v
	}
	return true
}

// id computes the id for a counter: the first thirty bits of
// HMAC-SHA256(scope, counter | label | value) that hold a digit and a letter.
//
// Ids of letters alone are words ("access"), ids of digits alone are numbers;
// if neither is ever minted, neither need be shielded or restored where it
// stands without brackets. It costs 0.17 of the thirty bits.
func (b *book) id(counter uint32, src source) (string, bool) {
	b.input = binary.BigEndian.AppendUint32(b.input[:0], counter)
	b.input = appendPart(b.input, src.label)
	b.input = appendPart(b.input, src.value)
	b.mac.Reset()
	b.mac.Write(b.input)
	b.sum = b.mac.Sum(b.sum[:0])
	for from := 0; from+4 <= len(b.sum); from += 4 {
		bits := binary.BigEndian.Uint32(b.sum[from:])
		var id [idLen]byte
		var letters, digits int
		for i := range id {
			id[i] = alphabet[bits>>27]
			bits <<= 5
			if id[i] <= '9' {
				digits++
			} else {
				letters++
			}
		}
		if letters > 0 && digits > 0 {
			return string(id[:]), true
		}
	}
	return "", false
}

// Live returns the tokens minted so far as a live set. Later mints do not change it.
func (m *Minter) Live() *Live {
	b := m.book()
	return NewLive(b.order, func(t Token) (plain.Text, bool) {
		v, ok := b.owner[t.name()]
		return v, ok
	})
}
