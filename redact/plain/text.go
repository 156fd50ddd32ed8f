// Package plain holds [Text], the type of private text.
//
// The law it keeps: private text cannot be printed. Whatever formats, logs or
// marshals a Text gets a fixed mark instead. The value comes out through one
// method, [Text.Reveal], whose argument exists so that every reader can be
// listed:
//
//	grep -rn 'plain.Access{}' --include='*.go' .
package plain

import (
	"fmt"
	"io"
	"log/slog"
)

// Mark is what a Text looks like to anything that prints it.
const Mark = "[private]"

// Text is an immutable private string. Its zero value is the empty text.
// It is safe for concurrent use.
//
// The string sits behind a pointer because fmt cannot call methods on a value
// in an unexported field and would print the string itself; a pointer prints
// as an address there. For the same reason == compares identity; use [Text.Equal].
type Text struct{ p *string }

// Access is the argument that [Text.Reveal] asks for.
type Access struct{}

// New returns s as private text.
func New(s string) Text { return Text{&s} }

// Reveal returns the private string.
func (t Text) Reveal(Access) string {
	if t.p == nil {
		return ""
	}
	return *t.p
}

// Len returns the length in bytes.
func (t Text) Len() int {
	if t.p == nil {
		return 0
	}
	return len(*t.p)
}

// Equal reports whether both hold the same bytes. It does not run in constant time.
func (t Text) Equal(u Text) bool { return t.Reveal(Access{}) == u.Reveal(Access{}) }

// String returns [Mark].
func (t Text) String() string { return Mark }

// GoString returns [Mark].
func (t Text) GoString() string { return Mark }

// Format writes [Mark] whatever the verb and flags.
func (t Text) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, Mark) }

// LogValue returns [Mark].
func (t Text) LogValue() slog.Value { return slog.StringValue(Mark) }

// MarshalText returns [Mark]; encoding/json uses it too.
func (t Text) MarshalText() ([]byte, error) { return []byte(Mark), nil }
