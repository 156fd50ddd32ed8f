package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"coatcheck/crypto/disk"
	"coatcheck/crypto/keys"
)

const (
	defaultMaxBytes = 256 << 20
	defaultMaxAge   = 24 * time.Hour
)

// Options are the choices of [Create].
type Options struct {
	// Stream names the process in file names: lower-case letters, digits and
	// hyphens. Empty means "coatcheck".
	Stream string
	// Auditors are who can read the log; at least one.
	Auditors []*keys.AuditorPublic
	// Version and Digest (of the rules) are noted at the start of each file.
	Version, Digest string
	// Sync says when a record counts as written.
	Sync Sync
	// MaxBytes and MaxAge end a file; 0 means 256 MiB and 24 hours.
	MaxBytes int64
	MaxAge   time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// complete fills in what was left out, and names every fault at once.
func (o Options) complete() (Options, error) {
	if o.Stream == "" {
		o.Stream = "coatcheck"
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.MaxAge == 0 {
		o.MaxAge = defaultMaxAge
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	var faults []error
	if !streamName(o.Stream) {
		faults = append(faults, fmt.Errorf("stream %q: a name has up to %d letters a-z, digits and hyphens", o.Stream, maxWord))
	}
	if n := len(o.Auditors); n == 0 || n > maxAuditors {
		faults = append(faults, fmt.Errorf("%d auditors: a log needs 1 to %d, or nobody could read it", n, maxAuditors))
	}
	return o, errors.Join(faults...)
}

// Writer writes one stream of the log. It is safe for concurrent use. The
// contexts that its methods take are not to end with the client's: one that went
// away would take its record with it.
//
// A file that a write or an fsync failed on, or that was removed, is given up
// as it is, and the next call goes on in a new one, which begins with a [Gap].
// Until that is on the medium every call fails.
type Writer struct {
	options Options
	create  func(name string) (file, error)

	mu      sync.Mutex
	segment *segment
	attempt *attempt // to go on in a new file, if one is under way
	err     error    // why nothing can be written, if so
	lost    Losses   // that no gap frame tells of yet
	closed  bool
}

// Create makes a new file in dir, which it makes too if need be, and returns
// its writer. Files that exist are not touched.
func Create(dir string, o Options) (*Writer, error) {
	if err := disk.Dir(dir); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	return create(o, folder(dir).create)
}

func create(o Options, open func(name string) (file, error)) (*Writer, error) {
	o, err := o.complete()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	w := &Writer{options: o, create: open}
	if w.segment, err = start(o, open, origin{}, nil); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	return w, nil
}

// Begin records an exchange before anything of it leaves. With [SyncGroup] it
// returns when the record is on the medium. If it fails nothing may leave. An
// exchange that is refused is opened and closed like any other.
func (w *Writer) Begin(ctx context.Context, o Open) error {
	if err := o.Clear.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrJournal, err)
	}
	o.Secret.Sent = o.Secret.Sent.capped()
	at, err := w.append(ctx, eventOpen, o.Clear, o.Secret)
	if err != nil {
		return err
	}
	return w.await(ctx, at)
}

// Finish records what became of an exchange. When it returns the record has
// been handed to the system: it outlives the process, and is on the medium with
// the next Begin or Close of any caller.
func (w *Writer) Finish(ctx context.Context, c Close) error {
	if err := c.Clear.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrJournal, err)
	}
	c.Secret.Answer = c.Secret.Answer.capped()
	_, err := w.append(ctx, eventClose, c.Clear, c.Secret)
	return err
}

// Note records something outside an exchange, as safely as Finish does.
func (w *Writer) Note(ctx context.Context, e Event) error {
	if err := e.Clear.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrJournal, err)
	}
	_, err := w.append(ctx, eventNote, e.Clear, e.Secret)
	return err
}

// Close ends the stream and waits for the medium. If the file fails, or has
// failed, it tries to end in a new one, which tells of it with its [Gap]. A
// second call does nothing.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	for range 2 {
		var s *segment
		if s, err = w.usable(context.Background()); w.closed {
			return nil
		}
		if err == nil {
			err = w.end(s, eventStop)
		}
		if err == nil {
			break
		}
	}
	if err != nil {
		w.segment.file.Close()
	}
	w.closed = true
	if w.err == nil {
		w.err = fmt.Errorf("%w: it was closed", ErrJournal)
	}
	return err
}

// append writes one record and returns its place.
func (w *Writer) append(ctx context.Context, event string, clearPart, secret any) (place, error) {
	if err := ctx.Err(); err != nil {
		return place{}, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	clearText, err := stamped(event, w.options.Now(), clearPart)
	if err != nil {
		return place{}, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	secretText, err := json.Marshal(secret)
	if err == nil {
		err = checkSize(clearText, secretText)
	}
	if err != nil {
		return place{}, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	at, err := w.write(ctx, clearText, secretText)
	if err != nil {
		w.lost.add(event)
	}
	return at, err
}

// write writes one record to the file that is written to, or to the next one.
// The caller holds w.mu.
func (w *Writer) write(ctx context.Context, clearText, secretText []byte) (place, error) {
	s, err := w.usable(ctx)
	if err != nil {
		return place{}, err
	}
	if s, err = w.rotate(s, int64(len(clearText)+len(secretText))); err != nil {
		return place{}, err
	}
	if err = w.tell(s); err == nil {
		err = s.append(kindData, clearText, secretText)
	}
	if err != nil {
		return place{}, w.fail(s, err)
	}
	return place{s, s.chain.seq}, nil
}

// rotate goes on in a new file when this one is full or old. The caller holds w.mu.
func (w *Writer) rotate(s *segment, more int64) (*segment, error) {
	age := w.options.Now().Sub(s.created)
	if s.size+more < w.options.MaxBytes && age < w.options.MaxAge {
		return s, nil
	}
	if err := w.end(s, eventRotate); err != nil {
		return nil, err
	}
	next, err := start(w.options, w.create, origin{s.name, s.chain.head[:]}, nil)
	if err != nil {
		return nil, w.fail(s, err)
	}
	w.segment = next
	return next, nil
}

// end finishes the file with a last frame. The caller holds w.mu.
func (w *Writer) end(s *segment, event string) error {
	err := w.tell(s)
	if err == nil {
		err = s.mark(event, w.options.Now())
	}
	if err == nil {
		err = s.sync()
	}
	if err != nil {
		return w.fail(s, err)
	}
	return s.file.Close()
}
