// Package journal is the sealed log: who asked what of which provider, what was
// found, what left and what came back.
//
// The law it keeps: who writes the log cannot read it. Each file has a random
// seed, sealed to the auditors' public keys and forgotten key by key while the
// file grows. What stays in clear are closed words and numbers.
//
// An exchange is two frames. The first is on the medium before anything leaves:
//
//	err := writer.Begin(ctx, journal.Open{…}) // then dial
//	err = writer.Finish(ctx, journal.Close{…})
//
// and [Read] joins them again:
//
//	for entry, err := range journal.Read(dir, auditor) {…}
//
// # Format, version 1
//
// A file is named stream-utc-id.alog and holds a header and frames. Numbers are
// big-endian.
//
//	header: "CCLOG1\n" | u32 length | JSON | u32 crc32c(JSON)
//	frame:  u32 length | u32 crc32c(body) | body
//	body:   u8 kind | u64 seq | u16 length | clear JSON | AES-256-GCM(secret JSON)
//
// head 0 is the SHA-256 of the header, head n that of head n-1 and frame n. A
// frame is sealed with the head before it and its own clear part as associated
// data, so that no frame can be changed, moved, dropped from the middle or
// taken from another file. The keys of a file follow from its seed:
//
//	commit  = HKDF-SHA256(seed, "commit"), in the header: one seed a file
//	chain 0 = HKDF-SHA256(seed, "chain")
//	key n   = HMAC-SHA256(chain n, "aead"), for 256 frames
//	chain n = HMAC-SHA256(chain n-1, "next"), after which chain n-1 is erased
//
// so that what a writer holds opens none of the earlier keys' frames. Memory that
// libraries freed may hold older keys until it is used again: who can read the
// memory of a running process can read the file that it is writing, as they can
// read what passes through it, and no other.
//
// A file may end in zeros, behind its last frame: room that its writer keeps
// ready, and cuts off when it closes the file. Who reads a file that is being
// written, or whose process was killed, has come to the end there. In a power
// cut the last frames that were on their way, and that nobody was told are
// written, may be lost in any part: blocks of 512 bytes of them are zeros.
//
// A file that cannot be written any more, for want of room say, is given up as
// it is. The next one names it in its header, with its head behind the last
// frame known to be on the medium, and has a gap frame after its configuration:
//
//	{"event":"gap","time_ms":…,"file":…,"n":…,"reason":…,"unsure":…,"openings":…,"closings":…,"notes":…}
//
// n is the number of that frame, unsure how many were sealed after it, and the
// others count calls that failed. All that was promised lies in frames up to n:
// if one of them is missing or bad the file was changed. What is torn after it
// is explained by the gap. Exchanges that were opened before may be closed in
// the new file.
//
// Two things the format does not show yet. That the newest frames or whole
// files are missing takes checkpoints kept elsewhere. And a public key seals
// for everybody who has it: who may write to the folder can add a file of his
// own, until files are signed. Kinds and header fields for both are reserved.
package journal

import (
	"errors"
	"fmt"
)

var (
	// ErrJournal is what every failure to write wraps. What failed may work
	// later: every call tries anew.
	ErrJournal = errors.New("journal")
	// ErrKey says that no given key opens a file.
	ErrKey = errors.New("sealed to another auditor's key")
	// ErrTorn says that a file ends within a frame, as a crash leaves it.
	// Everything before it was read.
	ErrTorn = errors.New("torn")
	// ErrTampered says that a file was changed after it was written.
	ErrTampered = errors.New("tampered with, or damaged")
	// ErrFormat says that a file is no journal of a version known here.
	ErrFormat = errors.New("not a journal of version 1")
)

// FileError is a fault of one file. It quotes nothing of the content.
type FileError struct {
	File   string // base name
	Offset int64  // where the fault lies, in bytes
	Err    error
}

// Error implements error.
func (e *FileError) Error() string { return fmt.Sprintf("%s: at byte %d: %v", e.File, e.Offset, e.Err) }

// Unwrap returns the fault itself.
func (e *FileError) Unwrap() error { return e.Err }

// A kind is what a frame is for.
type kind uint8

// Readers pass over the kinds that no writer makes yet: checkpoint, seal and
// tombstone.
const (
	kindData       kind = 1
	kindCheckpoint kind = 2
	kindSeal       kind = 3
	kindGap        kind = 4
	kindTombstone  kind = 5
	kindConfig     kind = 6
)

func (k kind) known() bool { return kindData <= k && k <= kindConfig }

// The events of frames, in clear.
const (
	eventConfig = "config" // the first frame of a file
	eventOpen   = "open"
	eventClose  = "close"
	eventNote   = "note"
	eventRotate = "rotate" // the last frame of a file that another one follows
	eventStop   = "stop"   // the last frame of a stream
	eventGap    = "gap"    // in a file that goes on from one that was given up
)
