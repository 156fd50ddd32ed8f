package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/crc32"
	"math"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	prf "github.com/tink-crypto/tink-go/v2/prf/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

const (
	frameHead = 4 + 4     // length, checksum
	bodyHead  = 1 + 8 + 2 // kind, seq, length of the clear part
	gcmSize   = 12 + 16   // nonce, tag
	minBody   = bodyHead + gcmSize
	// maxFrame is the largest body that is written, in bytes.
	maxFrame = 64 << 20
)

// chain is the state that frames hang on: the same in who writes and who reads.
type chain struct {
	head [sha256.Size]byte
	seq  uint64 // of the next frame
	keys *ratchet

	hash  hash.Hash
	frame []byte // the last one that was sealed
	ad    []byte // its associated data
}

func newChain(header, seed []byte) (*chain, error) {
	keys, err := newRatchet(seed)
	return &chain{head: sha256.Sum256(header), keys: keys, hash: sha256.New()}, err
}

// checkSize refuses what no frame can hold.
func checkSize(clearPart, secret []byte) error {
	if len(clearPart) > math.MaxUint16 {
		return fmt.Errorf("the clear part is larger than %d bytes", math.MaxUint16)
	}
	if minBody+len(clearPart)+len(secret) > maxFrame {
		return fmt.Errorf("the record is larger than %d bytes", maxFrame)
	}
	return nil
}

// maxKept is the largest frame whose memory is kept for the next one, in bytes.
const maxKept = 1 << 20

// seal returns the next frame, which is valid until the call after, and moves
// the chain behind it. The parts have passed checkSize.
func (c *chain) seal(k kind, clearPart, secret []byte) ([]byte, error) {
	frame := slices.Grow(c.frame[:0], frameHead+minBody+len(clearPart)+len(secret))
	frame = append(frame[:frameHead], byte(k))
	frame = binary.BigEndian.AppendUint64(frame, c.seq)
	frame = binary.BigEndian.AppendUint16(frame, uint16(len(clearPart)))
	frame = append(frame, clearPart...)
	key, err := c.keys.next()
	if err != nil {
		return nil, err
	}
	sealed, err := key.Encrypt(secret, c.associatedData(frame[frameHead:]))
	if err != nil {
		return nil, err
	}
	frame = append(frame, sealed...)
	body := frame[frameHead:]
	binary.BigEndian.PutUint32(frame, uint32(len(body)))
	binary.BigEndian.PutUint32(frame[4:], crc32.Checksum(body, castagnoli))
	c.follow(frame)
	if c.frame = frame; cap(frame) > maxKept {
		c.frame = nil
	}
	return frame, nil
}

// open checks that a frame is the next one and returns its parts. The clear
// part is cut from the frame; the secret part is new memory.
func (c *chain) open(frame []byte) (k kind, clearPart, secret []byte, err error) {
	body := frame[frameHead:]
	k = kind(body[0])
	end := bodyHead + int(binary.BigEndian.Uint16(body[9:]))
	if !k.known() || binary.BigEndian.Uint64(body[1:]) != c.seq || end+gcmSize > len(body) {
		return 0, nil, nil, ErrTampered
	}
	key, err := c.keys.next()
	if err != nil {
		return 0, nil, nil, err
	}
	secret, err = key.Decrypt(body[end:], c.associatedData(body[:end]))
	if err != nil {
		return 0, nil, nil, ErrTampered
	}
	c.follow(frame)
	return k, body[bodyHead:end], secret, nil
}

// associatedData is the head before a frame and all of it that is in clear.
// It is valid until the next call.
func (c *chain) associatedData(clearBody []byte) []byte {
	c.ad = append(append(c.ad[:0], c.head[:]...), clearBody...)
	return c.ad
}

func (c *chain) follow(frame []byte) {
	c.hash.Reset()
	c.hash.Write(c.head[:])
	c.hash.Write(frame)
	c.hash.Sum(c.head[:0])
	c.seq++
}

const (
	seedSize = 32  // bytes
	epoch    = 256 // frames under one key
)

// commitment binds a file to one seed: AES-GCM alone would allow a ciphertext
// that opens under two.
func commitment(seed []byte) ([]byte, error) { return derive(seed, "commit") }

func derive(seed []byte, info string) ([]byte, error) {
	f, err := prf.NewHKDFPRF("SHA256", seed, nil)
	if err != nil {
		return nil, err
	}
	return f.ComputePRF([]byte(info), seedSize)
}

// ratchet gives each frame its key and forgets how it came to it.
type ratchet struct {
	chain []byte // of the next key; the current key's is gone
	key   tink.AEAD
	used  int // frames under key
}

func newRatchet(seed []byte) (*ratchet, error) {
	chain, err := derive(seed, "chain")
	if err != nil {
		return nil, err
	}
	r := &ratchet{chain: chain}
	return r, r.advance()
}

// next returns the key of the next frame.
func (r *ratchet) next() (tink.AEAD, error) {
	if r.used == epoch {
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	r.used++
	return r.key, nil
}

// advance takes the next key and erases the chain key that led to it.
func (r *ratchet) advance() error {
	f, err := prf.NewHMACPRF("SHA256", r.chain)
	if err != nil {
		return err
	}
	key, err := f.ComputePRF([]byte("aead"), seedSize)
	if err != nil {
		return err
	}
	defer clear(key)
	next, err := f.ComputePRF([]byte("next"), seedSize)
	if err != nil {
		return err
	}
	primitive, err := subtle.NewAESGCM(key)
	if err != nil {
		return err
	}
	clear(r.chain)
	r.chain, r.key, r.used = next, primitive, 0
	return nil
}
