package journal

import (
	"crypto/hmac"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"

	"coatcheck/crypto/keys"
)

const (
	magic       = "CCLOG1\n"
	version     = 1
	profile     = "default" // HPKE X25519, AES-256-GCM, SHA-256
	maxHeader   = 64 << 10  // bytes
	maxAuditors = 16
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is the beginning of a file.
type header struct {
	Version  int       `json:"v"`
	FileID   string    `json:"file_id"` // 32 hex digits
	Stream   string    `json:"stream"`
	Created  string    `json:"created"` // RFC 3339, UTC
	Profile  string    `json:"profile"`
	PrevFile string    `json:"prev_file"` // that this file goes on from
	PrevHead string    `json:"prev_head"` // of it, in hex
	Commit   []byte    `json:"commit"`
	Epoch    int       `json:"epoch"`
	Wrapped  []wrapped `json:"wrapped"`
	// SignerKeyID is empty: files are not signed yet.
	SignerKeyID string `json:"signer_key_id"`
}

// wrapped is the seed, sealed to one auditor.
type wrapped struct {
	KeyID string `json:"key_id"`
	Seed  []byte `json:"ct"`
}

// context binds a sealed seed to its file.
func (h *header) context() []byte {
	return []byte("coatcheck/alog/v1|" + h.FileID + "|" + h.Stream)
}

// wrap seals the seed to every auditor.
func (h *header) wrap(seed []byte, auditors []*keys.AuditorPublic) (err error) {
	if h.Commit, err = commitment(seed); err != nil {
		return err
	}
	for _, a := range auditors {
		sealed, err := a.Seal(seed, h.context())
		if err != nil {
			return fmt.Errorf("seal to auditor %s: %w", a.ID(), err)
		}
		h.Wrapped = append(h.Wrapped, wrapped{a.ID(), sealed})
	}
	return nil
}

// unwrap returns the seed, or ErrKey.
func (h *header) unwrap(auditors []*keys.AuditorPrivate) ([]byte, error) {
	for _, w := range h.Wrapped {
		for _, a := range auditors {
			seed, err := a.Open(w.Seed, h.context())
			if err != nil {
				continue
			}
			commit, err := commitment(seed)
			if err != nil {
				return nil, err
			}
			if len(seed) != seedSize || !hmac.Equal(commit, h.Commit) {
				return nil, ErrTampered
			}
			return seed, nil
		}
	}
	return nil, ErrKey
}

func (h *header) encode() ([]byte, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	if len(text) > maxHeader {
		return nil, fmt.Errorf("the header would be larger than %d bytes", maxHeader)
	}
	out := binary.BigEndian.AppendUint32([]byte(magic), uint32(len(text)))
	out = append(out, text...)
	return binary.BigEndian.AppendUint32(out, crc32.Checksum(text, castagnoli)), nil
}

// readHeader reads the header from a file of size bytes, and returns its bytes too.
func readHeader(src io.Reader, size int64) (*header, []byte, error) {
	const fixed = len(magic) + 4
	if size < int64(fixed) {
		return nil, nil, ErrTorn
	}
	raw := make([]byte, fixed)
	if _, err := io.ReadFull(src, raw); err != nil {
		return nil, nil, err
	}
	if string(raw[:len(magic)]) != magic {
		return nil, nil, ErrFormat
	}
	n := int64(binary.BigEndian.Uint32(raw[len(magic):]))
	if n > maxHeader {
		return nil, nil, ErrTampered
	}
	if n+4 > size-int64(fixed) {
		return nil, nil, ErrTorn
	}
	raw = append(raw, make([]byte, n+4)...)
	if _, err := io.ReadFull(src, raw[fixed:]); err != nil {
		return nil, nil, err
	}
	text, sum := raw[fixed:len(raw)-4], raw[len(raw)-4:]
	if crc32.Checksum(text, castagnoli) != binary.BigEndian.Uint32(sum) {
		return nil, nil, ErrTampered
	}
	var h header
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, nil, ErrTampered
	}
	if h.Version != version || h.Profile != profile || h.Epoch != epoch {
		return nil, nil, ErrFormat
	}
	if len(h.Wrapped) > maxAuditors {
		return nil, nil, ErrTampered
	}
	return &h, raw, nil
}
