package token

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// PRF is a keyed pseudo-random function. The prf.Set of Tink is one.
type PRF interface {
	ComputePrimaryPRF(input []byte, outputLength uint32) ([]byte, error)
}

const scopeKeyLen = 32 // bytes

// Scope is the key of all tokens of one principal at one provider host. Equal
// values have equal tokens within a scope and unrelated ones in another, so
// that two providers cannot link a person by a token.
//
// The key sits behind a pointer so that printing a Scope prints an address.
type Scope struct{ key *[scopeKeyLen]byte }

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
	return Scope{(*[scopeKeyLen]byte)(out)}, nil
}

// appendPart appends the length of s as four bytes, then s.
func appendPart(to []byte, s string) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(s)))
	return append(to, s...)
}
