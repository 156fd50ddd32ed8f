package proxy

import (
	"context"
	"log/slog"

	"coatcheck/crypto/journal"
	"coatcheck/proxy/door"
	"coatcheck/proxy/reason"
)

// book is the record of what never becomes an exchange: it counts, logs, and
// seals in the journal. It is the [door.Book].
type book struct {
	journal  Journal // nil: nothing is recorded
	log      *slog.Logger
	counters *counters
	folds    *folds
}

func newBook(cfg Config, c *counters) *book {
	b := &book{journal: cfg.Journal, log: cfg.Log, counters: c}
	b.folds = newFolds(b.writeRefusals)
	return b
}

// Refused counts what the door turned away, and returns the id under which the
// log has it.
func (b *book) Refused(o door.Origin, why reason.Reason) (id string) {
	b.counters.refuse("accept", why)
	return b.folds.add(o, why)
}

// writeRefusals records and logs refusals of one kind.
func (b *book) writeRefusals(f fold) {
	ctx := context.Background()
	_ = b.note(ctx, "refused", f.id, f.origin, f.why, f.count) // they are refused either way
	b.log.LogAttrs(ctx, slog.LevelWarn, "refused",
		slog.String("mode", string(f.origin.Way)), slog.String("stage", "accept"), slog.String("reason", string(f.why)),
		slog.Int64("count", f.count), slog.String("id", f.id))
}

// Unprotected records, counts and logs what is about to pass unread. What
// cannot be recorded must not pass. Its host is told in the sealed log alone.
func (b *book) Unprotected(ctx context.Context, o door.Origin) error {
	if err := b.note(ctx, "tunnel", "", o, reason.UnknownHost, 1); err != nil {
		return err
	}
	b.counters.unprotect(o.Host)
	b.log.LogAttrs(ctx, slog.LevelInfo, "not protected",
		slog.String("mode", string(o.Way)), slog.String("reason", string(reason.UnknownHost)))
	return nil
}

// Dropped counts connections that asked for nothing, and says what may be wrong
// with those that began TLS.
func (b *book) Dropped(fault door.Fault) {
	b.counters.handshake(fault)
	if fault == door.FaultSilent || fault == door.FaultCut {
		return
	}
	b.log.Warn("client does not complete TLS", "stage", "intercept", "fault", string(fault),
		"hint", "the client may not trust coatcheck's certificate: run it with `coatcheck run -- …` or see `coatcheck env`")
}

// close writes what is still counted; what comes after is written one by one.
func (b *book) close() { b.folds.close() }

// note records what happens outside an exchange: count refusals, by the id that
// their clients were told, or something that passes unread. If it fails, what
// would pass must not. A client that goes away does not take the record with it.
func (b *book) note(ctx context.Context, name, exchange string, o door.Origin, why reason.Reason, count int64) error {
	if b.journal == nil {
		return nil
	}
	err := b.journal.Note(context.WithoutCancel(ctx), journal.Event{
		Clear:  journal.EventClear{Name: name, Reason: string(why), Count: count},
		Secret: journal.EventSecret{Principal: string(o.Principal), Client: o.Client, Host: o.Host, Detail: exchange},
	})
	if err != nil {
		b.log.Error("the log cannot be written", "stage", "record", "error", err)
	}
	return err
}
