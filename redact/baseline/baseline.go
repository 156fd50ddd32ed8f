// Package baseline keeps a list of findings that somebody has looked at and
// accepted, so that a scan shows new ones alone.
//
// The law it keeps: the list holds no text. A finding is its file, its type and
// a hash of its value under a key, of 128 bits; whoever has list and key can
// guess short values, whoever has the list alone cannot. The same value in
// another file, or of another type, is another finding; a second time in the
// same file it is not.
//
//	b := baseline.New(key)
//	b.Accept("docs/a.txt", "EMAIL", value)
//	err := b.Write(w)
package baseline

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"coatcheck/redact/plain"
)

// Key is the secret of a baseline.
type Key [32]byte

// NewKey makes a key.
func NewKey() (k Key) {
	rand.Read(k[:]) // never fails: it ends the program instead
	return k
}

// ParseKey reads a key as it is kept: 64 hexadecimal digits in a line.
func ParseKey(text []byte) (k Key, err error) {
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(b) != len(k) {
		return k, errors.New("not a key of 32 bytes in hex")
	}
	return Key(b), nil
}

// Text is how a key is kept.
func (k Key) Text() []byte { return []byte(hex.EncodeToString(k[:]) + "\n") }

// Baseline is a list of accepted findings. It is for one goroutine.
type Baseline struct {
	key      Key
	accepted map[entry]bool // whether it has been met since it was read
}

// entry is one of them: every place of one value in one file.
type entry struct {
	File   string `json:"file"` // slashes; whose folder it counts from is the caller's
	Entity string `json:"entity"`
	Hash   string `json:"hash"`
}

// document is how a baseline is kept.
type document struct {
	Version  int     `json:"version"`
	Key      string  `json:"key"` // which key it needs: a hash by it of nothing
	Accepted []entry `json:"accepted"`
}

const version = 1

// New returns an empty baseline.
func New(k Key) *Baseline { return &Baseline{key: k, accepted: map[entry]bool{}} }

// ErrKey says that a baseline was made with another key.
var ErrKey = errors.New("was made with another key")

// Parse reads a baseline. The error is [ErrKey], or says what is wrong with it.
func Parse(text []byte, k Key) (*Baseline, error) {
	var doc document
	if json.Unmarshal(text, &doc) != nil || doc.Version != version {
		return nil, fmt.Errorf("not a baseline of version %d", version)
	}
	b := New(k)
	if doc.Key != b.sum() {
		return nil, ErrKey
	}
	for _, e := range doc.Accepted {
		b.accepted[e] = false
	}
	return b, nil
}

// Accept adds a finding.
func (b *Baseline) Accept(file, entity string, value plain.Text) {
	b.accepted[b.entry(file, entity, value)] = true
}

// Has reports whether a finding is accepted, and remembers that it is there.
func (b *Baseline) Has(file, entity string, value plain.Text) bool {
	e := b.entry(file, entity, value)
	_, ok := b.accepted[e]
	if ok {
		b.accepted[e] = true
	}
	return ok
}

// Stale counts, by file, the accepted findings that were not met by [Baseline.Has].
func (b *Baseline) Stale() map[string]int {
	out := map[string]int{}
	for e, met := range b.accepted {
		if !met {
			out[e.File]++
		}
	}
	return out
}

// Write writes the list, sorted, as JSON.
func (b *Baseline) Write(w io.Writer) error {
	doc := document{Version: version, Key: b.sum(), Accepted: []entry{}}
	for e := range b.accepted {
		doc.Accepted = append(doc.Accepted, e)
	}
	slices.SortFunc(doc.Accepted, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Hash, b.Hash))
	})
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}

func (b *Baseline) entry(file, entity string, value plain.Text) entry {
	return entry{file, entity, b.sum(file, entity, value.Reveal(plain.Access{}))}
}

// sum hashes strings under the key, each with its length before it: the first
// 128 bits of HMAC-SHA256, in hex.
func (b *Baseline) sum(parts ...string) string {
	mac := hmac.New(sha256.New, b.key[:])
	for _, p := range parts {
		mac.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(p))))
		io.WriteString(mac, p)
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
