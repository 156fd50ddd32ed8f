package redact

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"coatcheck/redact/plain"
)

// A conversation is sent again with every turn, and only its last turn is new.
// The cache remembers what was found in a field, as offsets: under a keyed
// hash, whose key this process made and never shows, so that neither a dump of
// the cache nor its timing tells a text. An engine has a cache of its own, so
// other rules never meet it.
type cache struct {
	key  [sha256.Size]byte
	list *lru.Cache[fingerprint, []Finding]
}

// fingerprint names a field and everything that its findings depend on.
type fingerprint [sha256.Size]byte

const (
	// defaultCache is how many fields are remembered: about 4 MB with the few
	// findings that most of them have.
	defaultCache = 16384
	// minCached is the length, in bytes, below which a scan is as fast.
	minCached = 64
	// maxCached is the number of findings above which a field is not remembered.
	maxCached = 256
)

// newCache returns nil for a negative size: nothing is remembered.
func newCache(size int) (*cache, error) {
	if size < 0 {
		return nil, nil
	}
	if size == 0 {
		size = defaultCache
	}
	c := &cache{}
	_, _ = rand.Read(c.key[:]) // never fails
	var err error
	c.list, err = lru.New[fingerprint, []Finding](size)
	return c, err
}

// fingerprinter computes fingerprints; it belongs to one scan at a time.
type fingerprinter struct {
	mac hash.Hash
	buf [4 << 10]byte // text on its way into the hash
	sum [sha256.Size]byte
}

func (c *cache) fingerprinter() *fingerprinter {
	return &fingerprinter{mac: hmac.New(sha256.New, c.key[:])}
}

// of hashes a field. Its parts are preceded by their lengths.
func (p *fingerprinter) of(f *Field) fingerprint {
	p.mac.Reset()
	flags := byte(f.Origin) << 1
	if f.Certain {
		flags |= 1
	}
	head := binary.LittleEndian.AppendUint64(append(p.buf[:0], flags), uint64(len(f.Key)))
	_, _ = p.mac.Write(head) // a hash never fails
	p.write(f.Key)
	p.write(f.Text.Reveal(plain.Access{}))
	return fingerprint(p.mac.Sum(p.sum[:0]))
}

func (p *fingerprinter) write(s string) {
	for len(s) > 0 {
		n := copy(p.buf[:], s)
		_, _ = p.mac.Write(p.buf[:n])
		s = s[n:]
	}
}

// wipe forgets the text that went through.
func (p *fingerprinter) wipe() {
	if p != nil {
		p.mac.Reset()
		clear(p.buf[:])
	}
}

// get appends what is remembered about a field as findings of field i.
func (c *cache) get(id fingerprint, out []Finding, i int) ([]Finding, bool) {
	known, ok := c.list.Get(id)
	if !ok {
		return out, false
	}
	for _, f := range known {
		f.Field = i
		out = append(out, f)
	}
	return out, true
}

func (c *cache) put(id fingerprint, found []Finding) {
	if len(found) <= maxCached {
		c.list.Add(id, slices.Clone(found))
	}
}
