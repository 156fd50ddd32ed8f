package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"

	"coatcheck/proxy/wire/codings"
	"coatcheck/proxy/wire/streams"
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
func (p *Proxy) answerJudge(ctx context.Context, x *exchange) *hide.Judge {
	scan := func(text string) ([]redact.Finding, error) {
		ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Scan)
		defer cancel()
		return x.rules.engine.Scan(ctx, []redact.Field{{Text: plain.New(text), Origin: redact.OriginAssistant, Message: -1, Once: true}})
	}
	return hide.New(scan, x.sending.shield, hide.NewSent(x.foundValues, x.sentTexts))
}

// sentTexts yields the strings of the request as they came.
func (x *exchange) sentTexts(yield func(string) bool) {
	if x.request.body == nil {
		return
	}
	for _, leaf := range x.request.body.Leaves {
		if !yield(leaf.Text) {
			return
		}
	}
}

// foundValues yields what was found in those strings.
func (x *exchange) foundValues(yield func(string) bool) {
	for _, f := range x.request.findings {
		if f.Field < len(x.request.body.Leaves) && !yield(x.request.body.Leaves[f.Field].Text[f.Start:f.End]) {
			return
		}
	}
}

// examine counts what the model wrote and the caller never sent. Unless answers
// are masked, which counts on the way, it reads what was kept of the answer once
// the client has all of it. All that may still wait is the mark of its end,
// where no length was announced, and no longer than the scan of one request may
// take: what was not looked at by then is said to be unread.
func (p *Proxy) examine(ctx context.Context, x *exchange, pp *pipe) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Scan)
	defer cancel()
	judge, whole := pp.judge, !pp.unread
	if p.cfg.Answers == AnswersReport && len(x.answer.kept) > 0 {
		judge = p.answerJudge(ctx, x)
		coding := ""
		if pp.stream == nil {
			coding = strings.Join(x.answer.head.Header.Values("Content-Encoding"), ",")
		}
		whole = x.readAnswer(ctx, coding, judge) && x.answer.received == int64(len(x.answer.kept))
	}
	if judge != nil {
		x.answer.made, x.answer.unseen = judge.Made(), judge.Failed() || !whole
	}
}

// readAnswer gives the judge every text of what was kept of an answer, which
// may end in the middle. It reports whether it could read all of it.
func (x *exchange) readAnswer(ctx context.Context, coding string, judge *hide.Judge) bool {
	s := streams.New(streams.Options{
		Route: x.route, MediaType: x.answer.head.Header.Get("Content-Type"), Status: x.answer.head.StatusCode, Out: io.Discard,
		NewLane: func() streams.Lane { return &reader{judge: judge, ended: ctx.Err} },
	})
	from, err := codings.NewReader(coding, bytes.NewReader(x.answer.kept))
	if err != nil {
		return false
	}
	defer from.Close()
	n, err := io.Copy(s, io.LimitReader(from, maxExamined))
	_ = s.Close() // nothing can fail that is written nowhere
	return s.Unread() == 0 && ctx.Err() == nil && n < maxExamined && (err == nil || errors.Is(err, io.ErrUnexpectedEOF))
}

// attrs says in the log line what was seen in the answer. Entities are
// words of the rule files.
func (a *answer) attrs() (attrs []slog.Attr) {
	if len(a.made) > 0 {
		attrs = append(attrs, numbers("made_by_model", a.made))
	}
	if a.unseen {
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

// Push implements streams.Lane.
func (r *reader) Push(text string) { r.text.WriteString(text) }

// Close implements streams.Lane.
func (r *reader) Close() {
	if r.ended() == nil {
		r.judge.Count(r.text.String())
	}
	r.text.Reset()
}

// Decided implements streams.Lane.
func (r *reader) Decided() int { return r.text.Len() }

// Next implements streams.Lane.
func (r *reader) Next() (start, end int, with string, ok bool) { return 0, 0, "", false }
