package proxy

import (
	"context"
	"io"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/streams"
	"coatcheck/redact/hide"
	"coatcheck/redact/plain"
	"coatcheck/redact/token"
)

// RestoreBench runs the restore stage's stream without a network around it.
type RestoreBench struct {
	live  *token.Live
	route *wire.Route
}

// NewRestoreBench has one live token, for value.
func NewRestoreBench(value string) RestoreBench {
	t := token.Token{Label: "EMAIL", ID: "7K3QXM"}
	live := token.NewLive([]token.Token{t}, func(token.Token) (plain.Text, bool) { return plain.New(value), true })
	_, route := wire.RouteByPath("POST", "/v1/chat/completions")
	return RestoreBench{live, route}
}

// Run restores one answer, event by event.
func (r RestoreBench) Run(stream []byte, out io.Writer) {
	var res answer
	s := streams.New(streams.Options{
		Route: r.route, MediaType: "text/event-stream", Status: 200, Out: out, MaxEvent: 1 << 20, MaxBody: 1 << 26,
		NewLane: func() streams.Lane { return lane{token.NewRestorer(r.live, token.URLGuard()), &res} },
	})
	const event = 134
	for len(stream) > 0 {
		n := min(event, len(stream))
		_, _ = s.Write(stream[:n])
		stream = stream[n:]
	}
	_ = s.Close()
}

// MaskedLane hides and restores, as the lanes of answers do that are masked.
func MaskedLane(j *hide.Judge, live *token.Live) streams.Lane {
	return newMasked(hide.NewLane(j), token.NewRestorer(live, token.URLGuard()))
}

// ReaderLane judges a text when it ends, as where answers are only reported.
func ReaderLane(j *hide.Judge) streams.Lane {
	return &reader{judge: j, ended: context.Background().Err}
}
