package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"coatcheck/proxy/wire"
	"coatcheck/redact"
	"coatcheck/redact/hide"
	"coatcheck/redact/plain"
)

// Answers says what becomes of private text in an answer that the caller never
// sent: made up, or out of the provider's own files and search.
type Answers string

// In every case the caller's own values are restored.
const (
	AnswersReport  Answers = "report"  // it passes, is counted and logged; the default
	AnswersRestore Answers = "restore" // it passes, and nobody looks
	AnswersMask    Answers = "mask"    // the client gets its label, as [EMAIL]
)

// AnswerModes lists the values of Answers.
func AnswerModes() []Answers { return []Answers{AnswersReport, AnswersRestore, AnswersMask} }

// maxExamined is how much of an answer is looked at where it is only reported,
// in decoded bytes. The encoded answer is kept up to [journal.MaxBody].
const maxExamined = 8 << 20

// answerJudge is what looks at an answer to x. Pieces of an answer do not come
// again, so they must not drive the conversation's own out of the cache.
func (p *Proxy) answerJudge(ctx context.Context, x *Exchange) *hide.Judge {
	scan := func(text string) ([]redact.Finding, error) {
		ctx, cancel := context.WithTimeout(ctx, p.cfg.Timeouts.Scan)
		defer cancel()
		return x.rules.engine.Scan(ctx, []redact.Field{{Text: plain.New(text), Origin: redact.OriginAssistant, Message: -1, Once: true}})
	}
	return hide.New(scan, x.shield, hide.NewSent(x.foundValues, x.sentTexts))
}

// sentTexts yields the strings of the request as they came.
func (x *Exchange) sentTexts(yield func(string) bool) {
	if x.body == nil {
		return
	}
	for _, leaf := range x.body.Leaves {
		if !yield(leaf.Text) {
			return
		}
	}
}

// foundValues yields what was found in those strings.
func (x *Exchange) foundValues(yield func(string) bool) {
	for _, f := range x.Findings {
		if f.Field < len(x.body.Leaves) && !yield(x.body.Leaves[f.Field].Text[f.Start:f.End]) {
			return
		}
	}
}

// examine counts what the model wrote and the caller never sent. Unless answers
// are masked, which counts on the way, it reads what was kept of the answer once
// the client has all of it, and no longer than the scan of one request may take:
// what was not looked at by then is said to be unread.
func (p *Proxy) examine(ctx context.Context, x *Exchange, pp *pipe) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Timeouts.Scan)
	defer cancel()
	judge, whole := pp.judge, !pp.unread
	if p.cfg.Answers == AnswersReport && len(x.result.answer) > 0 {
		judge = p.answerJudge(ctx, x)
		coding := ""
		if pp.stream == nil {
			coding = strings.Join(x.Response.Header.Values("Content-Encoding"), ",")
		}
		whole = x.readAnswer(ctx, coding, judge) && x.result.bytesBack == int64(len(x.result.answer))
	}
	if judge != nil {
		x.result.made, x.result.unseen = judge.Made(), judge.Failed() || !whole
	}
}

// readAnswer gives the judge every text of what was kept of an answer, which
// may end in the middle. It reports whether it could read all of it.
func (x *Exchange) readAnswer(ctx context.Context, coding string, judge *hide.Judge) bool {
	s := wire.NewStream(wire.StreamOptions{
		Route: x.Route, MediaType: x.Response.Header.Get("Content-Type"), Status: x.Response.StatusCode, Out: io.Discard,
		NewLane: func() wire.Lane { return &reader{judge: judge, ended: ctx.Err} },
	})
	from, err := wire.NewInflater(coding, bytes.NewReader(x.result.answer))
	if err != nil {
		return false
	}
	defer from.Close()
	n, err := io.Copy(s, io.LimitReader(from, maxExamined))
	_ = s.Close() // nothing can fail that is written nowhere
	return s.Stats().Unread == 0 && ctx.Err() == nil && n < maxExamined && (err == nil || errors.Is(err, io.ErrUnexpectedEOF))
}

// answerAttrs says in the log line what was seen in the answer. Entities are
// words of the rule files.
func (r *result) answerAttrs() (attrs []slog.Attr) {
	if len(r.made) > 0 {
		var list []any
		for _, entity := range slices.Sorted(maps.Keys(r.made)) {
			list = append(list, slog.Int(entity, r.made[entity]))
		}
		attrs = append(attrs, slog.Group("made_by_model", list...))
	}
	if r.unseen {
		attrs = append(attrs, slog.Bool("answer_unread", true))
	}
	return attrs
}

// reader is a lane that changes nothing: its text is judged when it ends, if
// there is time left.
type reader struct {
	judge *hide.Judge
	ended func() error // not nil once the time is up
	text  strings.Builder
}

// Push implements wire.Lane.
func (r *reader) Push(text string) { r.text.WriteString(text) }

// Close implements wire.Lane.
func (r *reader) Close() {
	if r.ended() == nil {
		r.judge.Count(r.text.String())
	}
	r.text.Reset()
}

// Decided implements wire.Lane.
func (r *reader) Decided() int { return r.text.Len() }

// Next implements wire.Lane.
func (r *reader) Next() (start, end int, with string, ok bool) { return 0, 0, "", false }
